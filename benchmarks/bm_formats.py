"""Each format of ``vantage export`` in the eyes of a reader that is not ours: the largest error that it finds.

Run it as ``python -m benchmarks.bm_formats [--data DIR]``; without a rendered set it takes the tests' small one. COLMAP
is read by pycolmap, COCO by pycocotools, BOP's meshes by trimesh, everything else as plain JSON, CSV and PNG with the
formulas that the format's own documentation gives.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from PIL import Image

from synth_data.exporters.export import FORMATS, export_dataset
from synth_data.raster import rasterise, screen_triangles
from tests.exporters.samples import toy_model, write_toy_set
from vantage.records.reader import open_records
from vantage.records.schema import Record


def pinhole(points: np.ndarray, camera_from_world: np.ndarray, intrinsics: np.ndarray) -> np.ndarray:
    """Return pixels [n, 2] of points [n, 3] by the formula in every textbook (OpenCV axes)."""
    inside = points @ camera_from_world[:3, :3].T + camera_from_world[:3, 3]
    pixels = inside @ intrinsics.T
    return pixels[:, :2] / pixels[:, 2:]


def off(pixels: np.ndarray, record: Record) -> float:
    """Return by how many pixels projected keypoints miss the record's, at the most."""
    return float(np.abs(pixels - record.keypoints_2d).max())


def scenes(out: Path) -> list[Path]:
    """Return the folders of the scenes of an export, in order."""
    listed = out / "scenes.json"
    return [out / scene["folder"] for scene in json.loads(listed.read_text())["scenes"]] if listed.exists() else [out]


def colmap(out: Path, records: Sequence[Record]) -> str:
    """Reproject with pycolmap."""
    import pycolmap

    models = [pycolmap.Reconstruction(str(scene / "sparse/0")) for scene in scenes(out)]
    images = [image for model in models for image in sorted(model.images.values(), key=lambda image: image.name)]
    places = [[image.project_point(point) for point in record.keypoints_3d.astype(float)]
              for image, record in zip(images, records, strict=True)]  # fmt: skip
    return f"{max(map(off, map(np.array, places), records)):.1e} px"


def transforms(out: Path, records: Sequence[Record]) -> str:
    """Reproject with the matrices of transforms.json, whose camera looks along -z with y up."""
    errors, remaining = [], iter(records)
    for scene in scenes(out):
        head = json.loads((scene / "transforms.json").read_text())
        for frame in head["frames"]:
            record, values = next(remaining), {**head, **frame}
            camera = np.diag([1.0, -1, -1, 1]) @ np.linalg.inv(np.array(frame["transform_matrix"]))
            lens = [[values["fl_x"], 0, values["cx"]], [0, values["fl_y"], values["cy"]], [0, 0, 1]]
            errors.append(off(pinhole(record.keypoints_3d, camera, np.array(lens)), record))
    return f"{max(errors):.1e} px"


def coco(out: Path, records: Sequence[Record]) -> str:
    """Decode masks, and compare boxes and areas, with pycocotools."""
    from pycocotools.coco import COCO

    with redirect_stdout(io.StringIO()):
        found = COCO(str(out / "annotations/train.json"))
    wrong = 0
    for number, record in enumerate(records, 1):
        for item in found.loadAnns(found.getAnnIds(imgIds=number)):
            wrong += int(((found.annToMask(item) > 0) != (record.mask > 0)).sum())
            wrong += int(item["area"] != (record.mask > 0).sum())
    return f"{wrong} pixels of masks and areas differ"


def bop(out: Path, records: Sequence[Record]) -> str:
    """Draw the meshes, read by trimesh, with the poses, and compare with the masks."""
    import trimesh

    shares = []
    for scene in sorted((out / "train").iterdir()):
        truth, cameras = (json.loads((scene / f"scene_{name}.json").read_text()) for name in ("gt", "camera"))
        for name, (thing, *_) in truth.items():
            mask = np.asarray(Image.open(scene / f"mask/{int(name):06d}_000000.png")) > 0
            mesh = trimesh.load(out / f"models/obj_{thing['obj_id']:06d}.ply", process=False)
            pose = np.eye(4)
            pose[:3] = np.column_stack([np.reshape(thing["cam_R_m2c"], (3, 3)), thing["cam_t_m2c"]])
            screen = screen_triangles(mesh.vertices, mesh.faces, pose, np.reshape(cameras[name]["cam_K"], (3, 3)))
            shares.append(((rasterise(screen, *mask.shape[::-1])[0] > 0) != mask).mean())
    return f"{100 * max(shares):.2f} % of an image's pixels differ, at the most ({len(shares)} images)"


def folder(out: Path, records: Sequence[Record]) -> str:
    """Read the table, the cameras and the pictures."""
    rows = list(csv.DictReader((out / "labels.csv").read_text().splitlines()))
    entries = json.loads((out / "cameras.json").read_text())["cameras"]
    errors = [off(pinhole(record.keypoints_3d, np.array(entry["camera_from_world"]), np.array(entry["intrinsics"])),
                  record) for entry, record in zip(entries, records, strict=True)]  # fmt: skip
    pictures = sum(int((np.asarray(Image.open(out / row["file"])) != record.image).sum())
                   for row, record in zip(rows, records, strict=True))  # fmt: skip
    return f"{max(errors):.1e} px; {pictures} values of pictures differ"


def results(dataset: Path, place: Path) -> Iterator[tuple[str, str]]:
    """Yield each format and what its reader found."""
    records = list(open_records(dataset))
    for name in FORMATS:
        export_dataset(dataset, place / name, name)
        yield (
            name,
            {"colmap": colmap, "transforms": transforms, "coco": coco, "bop": bop, "folder": folder}[name](
                place / name, records
            ),
        )


def main() -> None:
    """Export to each format and tell what the readers find."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a rendered data set, one model after the other")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vantage-bm-") as work:
        dataset = options.data or write_toy_set(Path(work, "set"), (toy_model("chair", 1), toy_model("car", 2)))
        for name, told in results(dataset, Path(work)):
            print(f"{name:12} {told}")


if __name__ == "__main__":
    main()
