"""The symmetry of CAD models: measured, strict, and heedful of knobs, labels and lights."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from synth_data.cad.building import import_cad
from synth_data.cad.files import list_cad
from synth_data.measured_symmetry import distance_to_triangles, measured_symmetry
from synth_data.models import Model, Surface, load_model, model_from_shape, save_model
from synth_data.normals import corner_normals
from synth_data.shapes.registry import sample_shape
from tests.synth_data.objects import write_obj
from vantage.geometry.symmetry import Symmetry

ROUND, NONE = Symmetry(True, 0), Symmetry(False, 1)


def box(x, y, z, at=(0, 0, 0)):
    return trimesh.creation.box((x, y, z), trimesh.transformations.translation_matrix(at))


def prism(sides, radius=0.3, height=0.5, turn=0.0):
    about = trimesh.transformations.rotation_matrix(np.radians(turn), (0, 0, 1))
    return trimesh.creation.cylinder(radius, height, sections=sides, transform=about)


def part(mesh, chosen):
    return mesh.submesh([np.flatnonzero(chosen)], append=True)


def model_of(*pieces):
    """Return the normalised model of some meshes, or pairs of a mesh and its colour."""
    pairs = [piece if isinstance(piece, tuple) else (piece, (0.5, 0.5, 0.5)) for piece in pieces]
    whole = trimesh.util.concatenate([mesh for mesh, _ in pairs])
    vertices = (whole.vertices - whole.bounds.mean(axis=0)) / np.linalg.norm(np.diff(whole.bounds, axis=0))
    numbers = np.repeat(np.arange(len(pairs)), [len(mesh.faces) for mesh, _ in pairs])
    faces = whole.faces.astype(np.int32)
    surfaces = tuple(Surface(f"m{number}", colour) for number, (_, colour) in enumerate(pairs))
    return Model("x", "x", vertices, faces, corner_normals(vertices, faces, 30.0), numbers.astype(np.int32), surfaces)


def table(x, y):
    legs = [box(0.05, 0.05, 0.5, (sx * (x / 2 - 0.05), sy * (y / 2 - 0.05), -0.27)) for sx in (-1, 1) for sy in (-1, 1)]
    return [box(x, y, 0.04), *legs]


def car(rear=0.9):
    """A body with a cabin that is as far from the front as from the rear where ``rear`` is 1."""
    wheels = [prism(24, 0.16, 0.1).apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (0, 1, 0)))
              .apply_translation((sx * 0.38, sy * 0.6, -0.2)) for sx in (-1, 1) for sy in (-1, 1)]  # fmt: skip
    return [box(0.8, 1.9, 0.35), box(0.7, 0.9, 0.3, (0, 1 - rear, 0.32)), *wheels]


CHAIR = [*table(0.5, 0.5), box(0.5, 0.04, 0.5, (0, 0.23, 0.25))]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([prism(64)], ROUND),
        ([prism(12, 0.05, 0.6)], ROUND),
        ([trimesh.creation.icosphere(3)], ROUND),
        ([prism(64), prism(48, 0.1, 1.2)], ROUND),
        ([prism(8, turn=22.5)], Symmetry(True, 8)),
        ([prism(6)], Symmetry(True, 6)),
        ([prism(10, 0.08, 0.5)], Symmetry(True, 10)),
        (table(1.0, 1.0), Symmetry(True, 4)),
        (table(1.0, 0.97), Symmetry(True, 2)),
        (table(1.6, 0.8), Symmetry(True, 2)),
        ([box(0.5, 0.8, 0.3)], Symmetry(True, 2)),
        ([box(0.5, 0.5, 0.5)], Symmetry(True, 4)),
        (car(), Symmetry(True, 1)),
        (CHAIR, Symmetry(True, 1)),
        ([prism(64, 0.3, 0.8), box(0.1, 0.3, 0.4, (0.0, 0.4, 0))], Symmetry(True, 1)),
        ([prism(64, 0.3, 0.8), box(0.3, 0.1, 0.4, (0.4, 0.02, 0))], NONE),
    ],
    ids=["cylinder", "slim", "sphere", "bottle", "octagon", "hexagon", "ten", "square table", "nearly square table",
         "long table", "box", "cube", "car", "chair", "mug", "mug turned"],
)  # fmt: skip
def test_shapes(pieces, expected):
    assert measured_symmetry(model_of(*pieces)) == expected


def test_what_a_person_calls_the_front_decides():
    grey, red, white, paper = (0.4, 0.4, 0.4), (0.8, 0.02, 0.02), (1.0, 1.0, 1.0), (0.9, 0.85, 0.6)
    even = car(rear=1.0)
    assert measured_symmetry(model_of(*even)).fold == 2, "nothing tells its ends apart"
    lights = [[(box(0.1, 0.01, 0.05, (sx * 0.3, sy * 0.95, 0.1)), colour) for sx in (-1, 1)]
              for sy, colour in ((-1, white), (1, red))]  # fmt: skip
    assert measured_symmetry(model_of(*((piece, grey) for piece in even), *lights[0], *lights[1])).fold == 1
    assert measured_symmetry(model_of(*even, (box(0.3, 0.02, 0.06, (0, 0.95, 0)), white))).fold == 1, "a number plate"
    cabinet = box(0.5, 0.5, 0.6)
    assert measured_symmetry(model_of(cabinet, box(0.03, 0.03, 0.03, (0, -0.265, 0.1)))).fold == 1, "a knob"
    label = prism(64, 0.302, 0.2)
    front = part(label, label.triangles_center[:, 1] < 0)
    assert measured_symmetry(model_of((prism(64, 0.3, 0.8), grey), (front, paper))).fold == 1
    assert measured_symmetry(model_of((prism(64, 0.3, 0.8), grey), (label, paper))).fold == 0, "all around"


def test_textures_and_painted_corners_count():
    plain = model_of(prism(64))
    uv = (np.arctan2(*plain.vertices[plain.triangles][..., 1::-1].transpose(2, 0, 1)) / (2 * np.pi) + 0.5)[..., None]
    uv = np.concatenate([uv, np.full_like(uv, 0.5)], -1).astype(np.float32)
    image = np.full((8, 64, 4), 255, np.uint8)
    textured = replace(plain, surfaces=(Surface("t", (1, 1, 1), texture=0),), uv=uv, textures=(image,))
    assert measured_symmetry(textured).fold == 0
    image[:, 20:30, :2] = 0
    assert measured_symmetry(textured).fold == 1
    colors = np.ones((*plain.triangles.shape, 4), np.float32)
    painted = replace(plain, surfaces=(Surface("p", (1, 1, 1), vertex_colors=True),), colors=colors)
    assert measured_symmetry(painted).fold == 0
    colors[plain.vertices[plain.triangles].mean(axis=1)[:, 0] > 0.1] *= 0.3
    assert measured_symmetry(painted).fold == 1


@pytest.mark.parametrize(
    ("category", "seeds"),
    [("table", (0, 3, 4, 6)), ("lamp", (0, 3, 5)), ("bottle", (1, 2, 7)), ("diningtable", (1, 4)), ("car", (0, 1))],
)
def test_it_agrees_with_what_procedural_models_say_of_themselves(category, seeds):
    for seed in seeds:
        shape = sample_shape(category, seed)
        assert measured_symmetry(model_from_shape(shape, "x")).fold == shape.symmetry.fold, (seed, shape.style)


def test_any_way_up_and_any_tessellation():
    whole = table(1.0, 1.0)
    uneven = [whole[0].subdivide(), whole[1].subdivide_to_size(0.03), *whole[2:]]
    assert measured_symmetry(model_of(*uneven)).fold == 4
    lying = prism(64).apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
    assert measured_symmetry(model_of(lying)) == Symmetry(True, 2)


def test_an_imported_file_has_it_and_keeps_it(tmp_path):
    mesh = prism(32)
    write_obj(tmp_path / "can" / "a.obj", mesh.vertices[:, [0, 2, 1]] * (1, 1, -1), mesh.faces)
    (file,), _ = list_cad(tmp_path)
    model = import_cad(file)
    assert model.symmetry == ROUND
    save_model(tmp_path / "m.npz", model)
    assert load_model(tmp_path / "m.npz").symmetry == ROUND


def test_distances_are_those_of_trimesh(rng):
    corners, points = rng.normal(size=(200, 3, 3)), rng.normal(size=(200, 3))
    nearest = trimesh.triangles.closest_point(corners, points)
    np.testing.assert_allclose(
        distance_to_triangles(points, corners), np.linalg.norm(nearest - points, axis=1), atol=1e-9
    )
    turned = Rotation.random(random_state=0).as_matrix()
    np.testing.assert_allclose(
        distance_to_triangles(points @ turned.T, corners @ turned.T), distance_to_triangles(points, corners), atol=1e-9
    )
