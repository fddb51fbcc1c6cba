"""How PASCAL3D+'s boxes differ from its CAD models: a small release in the same structs, and what is measured on it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.io import savemat

from vantage.benchmarks.pascal3d_truncations import TRAIN, Measure, main, measure_class, read_models
from vantage.errors import DataError, UserError
from vantage.records.truncations import load_truncations

WIDTH, LENGTH, HEIGHT = 0.4, 1.0, 0.3
CORNERS = np.stack(np.meshgrid([-0.2, 0.2], [-0.5, 0.5], [-0.15, 0.15]), -1).reshape(-1, 3)
DISTANCE, FOCAL, VIEWPORT, CENTRE = 4.0, 1.5, 3000.0, (210.0, 130.0)
SHIFTS = (0.1, -0.2, -0.3, 0.05)


def struct(*rows):
    """Return dictionaries of equal keys as a MATLAB struct array, 1 x n."""
    array = np.zeros((1, len(rows)), [(name, object) for name in rows[0]])
    for number, row in enumerate(rows):
        array[0, number] = tuple(row.values())
    return array


def annotated(box, number=1, category="car", **changes):
    """Return one object of an annotation."""
    view = {"azimuth": 0.0, "elevation": 0.0, "theta": 0.0, "distance": DISTANCE, "focal": FOCAL,
            "viewport": VIEWPORT, "px": CENTRE[0], "py": CENTRE[1], "azimuth_coarse": 0.0}  # fmt: skip
    return {"class": category, "bbox": np.array(box, float), "cad_index": number, "viewpoint": struct(view | changes)}


def shifted(half_width, half_height, shifts=SHIFTS):
    """Return the box about the principal point whose edges are shifted by fractions of its width and height."""
    (x, y), size = CENTRE, 2 * np.array([half_width, half_height] * 2)
    return np.array([x - half_width, y - half_height, x + half_width, y + half_height]) + np.array(shifts) * size


def write(root, name, objects, category="car"):
    """Write the annotation of one image."""
    folder = root / "Annotations" / f"{category}_pascal"
    folder.mkdir(parents=True, exist_ok=True)
    savemat(folder / f"{name}.mat", {"record": struct({"filename": f"{name}.jpg", "objects": objects})})


@pytest.fixture
def release(tmp_path):
    """Two CAD models; a view of the front, one of the side turned by 90 degrees, and objects that do not count."""
    (tmp_path / "CAD").mkdir()
    faces = np.array([[1, 2, 3]])
    models = struct({"vertices": 9 * CORNERS, "faces": faces}, {"vertices": CORNERS, "faces": faces})
    savemat(tmp_path / "CAD" / "car.mat", {"car": models})
    near = FOCAL * VIEWPORT / (DISTANCE - LENGTH / 2)  # pixels a unit, of the face that is nearest
    front = annotated(shifted(near * WIDTH / 2, near * HEIGHT / 2), 2)
    write(tmp_path, "2008_000001", struct(front, annotated((0, 0, 9, 9), 2, distance=0.0),
                                          annotated((0, 0, 9, 9), 2, "dog"), annotated((0, 0, 9, 9), ())))  # fmt: skip
    near = FOCAL * VIEWPORT / (DISTANCE - WIDTH / 2)
    side = annotated(shifted(near * HEIGHT / 2, near * LENGTH / 2), 2, azimuth=90.0, theta=90.0)
    write(tmp_path, "2008_000002", struct(side))
    write(tmp_path, "2008_000003", struct({"class": "car", "bbox": np.zeros(4)}))
    write(tmp_path, "2008_000004", np.zeros((0, 0)))
    return tmp_path


def test_shifts_are_those_of_the_annotation(release):
    found = list(measure_class(release, "car", None))
    assert [row[0] for row in found] == ["2008_000001", "2008_000002"]
    np.testing.assert_allclose([row[1:] for row in found], [SHIFTS, SHIFTS], atol=1e-9)


def test_a_measured_file_is_what_augmentation_reads(release, tmp_path):
    out = tmp_path / "shifts.csv"
    Measure(release, out).run()
    assert out.read_text().splitlines()[:2] == ["class,image,left,top,right,bottom",
                                                "car,2008_000001,0.100000,-0.200000,-0.300000,0.050000"]  # fmt: skip
    np.testing.assert_allclose(load_truncations(out, "car").rows, [SHIFTS, SHIFTS])


def test_only_images_of_the_training_set_count(release, tmp_path):
    listed = release / TRAIN
    listed.parent.mkdir(parents=True)
    listed.write_text("2008_000002\n2008_000099\n")
    Measure(release, tmp_path / "one.csv").run()
    assert len(load_truncations(tmp_path / "one.csv").rows) == 1
    (tmp_path / "mine.txt").write_text("2008_000001 1\n\n2008_000002 -1\n")
    Measure(release, tmp_path / "two.csv", tmp_path / "mine.txt").run()
    assert len(load_truncations(tmp_path / "two.csv").rows) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 3}, "names CAD model 3; expected 1 to 2"),
        ({"focal": np.zeros(0)}, "cannot be used"),
        ({"focal": 0.0}, "projects to no box"),
        ({"distance": 0.1}, "projects to no box"),
        ({"azimuth": np.nan}, "cannot be used"),
    ],
)
def test_objects_that_make_no_sense_are_named(release, change, words):
    write(release, "2008_000001", struct(annotated((0, 0, 9, 9), **{"number": 2, **change})))
    with pytest.raises(DataError, match=words) as caught:
        list(measure_class(release, "car", None))
    assert "2008_000001.mat" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"text", b"MATLAB 5.0 MAT-file" + bytes(200), bytes(128)])
def test_damaged_files_are_named(release, content):
    path = release / "CAD" / "car.mat"
    whole = path.read_bytes()
    for damaged in (content, whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"car\.mat"):
            list(measure_class(release, "car", None))


def test_a_cad_file_of_another_class_is_refused(release):
    with pytest.raises(DataError, match="no models named bus"):
        read_models(release / "CAD" / "car.mat", "bus")


def test_the_command_line_tells_mistakes_in_one_line(release, tmp_path, capsys):
    assert main([str(release), str(tmp_path / "a.csv")]) == 0 and (tmp_path / "a.csv").exists()
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "b.csv")]) == 2
    told = capsys.readouterr()
    assert "nowhere has no folder Annotations; expected the release of PASCAL3D+" in told.err
    assert len(told.err.splitlines()) == 2 and not told.out


def test_places_that_are_no_release(release, tmp_path):
    with pytest.raises(UserError, match="no folder Annotations"):
        Measure(tmp_path / "CAD", tmp_path / "x.csv").run()
    with pytest.raises(UserError, match="there is no file"):
        Measure(release, tmp_path / "x.csv", tmp_path / "none.txt").run()
    (tmp_path / "empty" / "Annotations").mkdir(parents=True)
    with pytest.raises(DataError, match="no object with box"):
        Measure(tmp_path / "empty", tmp_path / "x.csv").run()
    assert not (tmp_path / "x.csv").exists()
