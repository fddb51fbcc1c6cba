"""Edges at which Cycles has to be told to shade each side by itself."""

import numpy as np

from synth_data.normals import corner_normals, sharp_edges
from vantage.rendering import render_views

BOX = np.array([(x, y, z) for x in (-0.3, 0.3) for y in (-0.5, 0.5) for z in (-0.2, 0.2)])
SIDES = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
TRIANGLES = np.concatenate([SIDES[:, :3], SIDES[:, [0, 2, 3]]])


def turned(every):
    triangles = TRIANGLES.copy()
    triangles[::every] = triangles[::every, ::-1]
    return triangles


def names(*edges):
    return sorted(a << 32 | b for a, b in edges)


def marked(triangles, angle=180.0):
    """Return the names of the sharp edges of triangles whose normals are smooth below ``angle`` degrees."""
    return sharp_edges(triangles, corner_normals(BOX, triangles, angle)).tolist()


def test_a_smooth_surface_has_none_nor_has_its_boundary():
    assert marked(TRIANGLES) == [] and marked(TRIANGLES[1:]) == []


def test_a_box_has_twelve():
    edges = [(a, b) for a in range(8) for b in range(a) if bin(a ^ b).count("1") == 1]
    assert marked(TRIANGLES, 35.0) == names(*((b, a) for a, b in edges))


def test_a_turned_triangle_has_its_three():
    assert set(names((0, 1), (0, 3), (1, 3))) <= set(marked(turned(12), 35.0))


def test_three_triangles_at_an_edge():
    triangles = np.array([(0, 1, 2), (1, 0, 3), (0, 1, 4)])
    assert sharp_edges(triangles, np.ones((3, 3, 3))).tolist() == names((0, 1))


def test_sides_of_a_box_are_shaded_one_by_one(tmp_path):
    """Seen from the front and above, three sides: each has one brightness, in spite of corners that they share."""
    image = picture(tmp_path / "box.ply", TRIANGLES)
    grey = image[..., 0][image[..., 3] == 1]
    assert grey.min() > 0.25


def test_a_file_with_turned_triangles_looks_as_it_should(tmp_path):
    """Cycles sees no difference between a box and one in which triangles are inside out or twice there."""
    files = {"box": TRIANGLES, "turned": turned(2), "twice": np.concatenate([TRIANGLES, TRIANGLES[:, ::-1]])}
    pictures = [picture(tmp_path / f"{name}.ply", triangles) for name, triangles in files.items()]
    assert pictures[0].max() > 0.5
    for other in pictures[1:]:
        assert np.abs(pictures[0] - other).mean() < 0.02


def picture(path, triangles):
    """Return a view of a box, float [h, w, 4]."""
    head = f"ply\nformat ascii 1.0\nelement vertex {len(BOX)}\n" + "".join(f"property float {c}\n" for c in "xyz")
    head += f"element face {len(triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    rows = [" ".join(map(str, row)) for row in BOX] + [f"3 {a} {b} {c}" for a, b, c in triangles]
    path.write_text(head + "\n".join(rows) + "\n")
    return render_views(path, [(30, 25)], size=48, samples=4)[0] / 255
