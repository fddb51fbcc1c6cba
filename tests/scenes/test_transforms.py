"""Reading transforms.json: by hand, from the phone photographs, and in every way that it can be wrong."""

import json
import math

import numpy as np
import pytest
from PIL import Image

from vantage.errors import DataError, UserError
from vantage.records.scenes.transforms import read_transforms

LEVEL = [[1, 0, 0, 0], [0, 0, -1, -2], [0, 1, 0, 0.5], [0, 0, 0, 1]]
"""Camera at (0, -2, 0.5) that looks along +y, up is +z."""


def scene(folder, frames=None, files=("a.png",), size=(40, 30), **head):
    """Write a transforms.json with images of ``size``."""
    for name in files:
        Image.new("RGB", size).save(folder / name)
    frames = [{"file_path": "a.png", "transform_matrix": LEVEL}] if frames is None else frames
    (folder / "transforms.json").write_text(json.dumps({"frames": frames, **({"fl_x": 50.0} | head)}))
    return folder


def test_a_camera_by_hand(tmp_path):
    view = read_transforms(scene(tmp_path, w=40, h=30, cx=21, cy=14, fl_y=60)).views[0]
    pixels, depth = view.camera.project(np.array([[0.0, 0, 0.5], [0.4, 0, 0.5], [0, 0, 1.5]]))
    assert depth.tolist() == [2, 2, 2]
    assert np.allclose(pixels, [[21, 14], [31, 14], [21, -16]])  # x to the right, +z is up in the picture
    assert np.allclose(view.camera.centre, [0, -2, 0.5])


def test_angles_of_view_and_names_without_ending(tmp_path):
    frames = [{"file_path": "./r_0", "transform_matrix": LEVEL}]
    Image.new("RGBA", (40, 30)).save(tmp_path / "r_0.png")
    (tmp_path / "transforms_test.json").write_text(json.dumps({"camera_angle_x": math.pi / 2, "frames": frames}))
    view = read_transforms(tmp_path / "transforms_test.json").views[0]
    assert np.allclose(view.camera.intrinsics, [[20, 0, 20], [0, 20, 15], [0, 0, 1]])


def test_a_frame_may_have_its_own_intrinsics_depth_and_mask(tmp_path):
    own = {
        "file_path": "b.png",
        "transform_matrix": LEVEL,
        "fl_x": 70,
        "depth_file_path": "d.png",
        "mask_path": "m.png",
    }
    frames = [{"file_path": "a.png", "transform_matrix": LEVEL}, own]
    found = read_transforms(
        scene(tmp_path, frames, ("a.png", "b.png", "d.png"), integer_depth_scale=0.01, near=1, far=3)
    )
    first, second = found.views
    assert first.camera.intrinsics[0, 0] == 50 and second.camera.intrinsics[0, 0] == 70
    assert first.depth is None and second.depth == tmp_path / "d.png" and second.depth_scale == 0.01
    assert second.mask is None  # named, but not there
    assert found.depth_range == (1, 3)


def test_photographs_of_the_fox(vantage_data):
    found = read_transforms(vantage_data / "scenes/fox")
    assert (found.name, len(found.views)) == ("fox", 50)
    assert len(found.notes) == 1 and found.notes[0].startswith("17 of 67 listed pictures do not exist")
    lens = found.views[0].lens
    assert lens.radial == (0.0578421, -0.0805099, 0, 0) and lens.tangential == (-0.000980296, 0.00015575)
    rotations = np.stack([view.camera.camera_from_world[:3, :3] for view in found.views])
    assert np.abs(rotations @ rotations.transpose(0, 2, 1) - np.eye(3)).max() < 1e-12
    middle = np.array([0.0, 0, 0])  # instant-ngp centres the scene on what the cameras look at
    seen = [view.camera.in_frame(view.project(middle)[0]) for view in found.views]
    assert np.mean(seen) > 0.9


@pytest.mark.parametrize(
    ("frame", "head", "says"),
    [
        ({"file_path": "../a.png"}, {}, "a path below"),
        ({"file_path": "/etc/hostname"}, {}, "a path below"),
        ({"file_path": 7}, {}, "names the file 7"),
        ({"transform_matrix": [[1, 2], [3, 4]]}, {}, "no 4 x 4 matrix"),
        ({"transform_matrix": np.diag([2.0, 2, 2, 1]).tolist()}, {}, "no rotation"),
        ({"transform_matrix": np.diag([1.0, 1, -1, 1]).tolist()}, {}, "no rotation"),
        ({"transform_matrix": (np.eye(4) * np.nan).tolist()}, {}, "no 4 x 4 matrix"),
        ({}, {"fl_x": -3}, "fl_x is '-3'"),
        ({}, {"k1": "x"}, "k1 is 'x'"),
        ({}, {"camera_model": "EQUIRECTANGULAR"}, "camera model 'EQUIRECTANGULAR'"),
        ({}, {"w": 80, "h": 60}, "is 40 x 30 pixels"),
        ({}, {"w": 40}, "h is 'None'"),
        ({}, {"near": 3, "far": 1}, "near is 3"),
        ({"file_path": "gone.png"}, {}, "none of its 1 pictures is there, such as gone.png"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, frame, head, says):
    with pytest.raises(DataError, match=says):
        read_transforms(scene(tmp_path, [{"file_path": "a.png", "transform_matrix": LEVEL, **frame}], **head))


@pytest.mark.parametrize("text", ["", "[]", '{"frames": 3}', '{"frames": [3]}', "[" * 100_000])
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "transforms.json").write_text(text)
    with pytest.raises(DataError):
        read_transforms(tmp_path)


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(DataError, match=r"has no transforms\.json"):
        read_transforms(tmp_path)
    scene(tmp_path)
    (tmp_path / "a.png").write_bytes(b"no image")
    with pytest.raises(UserError, match="is no image"):
        read_transforms(tmp_path)
    bare = json.dumps({"frames": [{"file_path": "b.png", "transform_matrix": LEVEL}]})
    Image.new("RGB", (4, 4)).save(tmp_path / "b.png")
    (tmp_path / "transforms.json").write_text(bare)
    with pytest.raises(DataError, match="has no intrinsics"):
        read_transforms(tmp_path)
