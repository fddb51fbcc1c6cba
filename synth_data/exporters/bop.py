"""BOP, scene-wise, as ``bop_datasets_format.md`` of the BOP toolkit has it; lengths in millimetres.

::

    camera.json                          intrinsics of the first view, for renderers
    objects.json                         object id -> model_id, category, millimetres for an object unit (not BOP's)
    models/models_info.json, obj_000001.ply
    train/000001/rgb, depth, mask, mask_visib
    train/000001/scene_camera.json, scene_gt.json, scene_gt_info.json

A model's frame is the object frame of Vantage (z up, centre of the box at the origin). Millimetres undo the
normalisation, source units being metres. Ids of objects are their places in the data set's list of models, so that
splits share them. ``cam_K`` is the record's: the first pixel's centre is at (0.5, 0.5), as renderers take it. Boxes
count pixels: one of a single pixel has width and height 1. The silhouette of a truncated object is drawn anew beyond
the frame, where its mesh is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.distance import pdist

from synth_data.exporters.models import shown_model
from synth_data.exporters.ply import write_ply
from synth_data.exporters.views import Source, depth_step, quantised, safe_names, scenes_of, write_png
from synth_data.models import Model
from synth_data.raster import rasterise, screen_triangles
from vantage.console import write_json
from vantage.geometry.symmetry import rotations

MILLIMETRES = 1000.0
"""Millimetres in a source unit (metre)."""

NO_BOX = [-1, -1, -1, -1]
_FEATURES = ("image", "mask", "depth", "intrinsics", "camera_from_world", "model_id", "category", "normalisation")


@dataclass
class _Objects:
    """The objects met so far.

    Attributes:
        numbers: model id -> object id, of all models of the data set, and further ones as they come.
        met: object id -> entry of objects.json.
        models: object id -> its model, None where it cannot be had.
    """

    numbers: dict[str, int]
    met: dict[int, dict[str, Any]] = field(default_factory=dict)
    models: dict[int, Model | None] = field(default_factory=dict)

    def number(self, view: Mapping[str, Any]) -> int:
        """Return the id of the object that a view shows."""
        model_id = view["model_id"]
        number = self.numbers.setdefault(model_id, len(self.numbers) + 1)
        if number not in self.met:
            scale = _millimetres(view["normalisation"])
            self.met[number] = {"model_id": model_id, "category": view["category"], "millimetres_per_unit": scale}
            self.models[number] = shown_model(model_id, view["normalisation"])
        return number


def write_bop(source: Source, folder: Path) -> dict[str, Any]:
    """Write ``source`` into the empty ``folder``; return what to tell of it."""
    objects = _Objects({model_id: number for number, model_id in enumerate(_listed_models(source.manifest), 1)})
    split = safe_names([source.records.split])[source.records.split]
    for number, indices in enumerate(scenes_of(source).values(), 1):
        _write_scene(source, folder / split / f"{number:06d}", indices, objects)
    _write_camera(source, folder / "camera.json")
    write_json(folder / "objects.json", objects.met)
    _write_models(folder / "models", objects)
    left_out = [entry["model_id"] for number, entry in objects.met.items() if objects.models[number] is None]
    note = f"{len(left_out)} of {len(objects.met)} models have no mesh, since the set does not hold those of CAD files"
    return {"objects": len(objects.met)} | ({"notes": [f"{note}: {left_out[0]} ..."]} if left_out else {})


def _listed_models(manifest: Mapping[str, Any]) -> list[str]:
    """Return the ids of the models that the manifest lists; sets that others wrote may have no such list."""
    spec = manifest.get("spec")
    models = spec.get("models") if isinstance(spec, dict) else None
    entries = models if isinstance(models, list) else []
    found = [str(entry["model_id"]) for entry in entries if isinstance(entry, dict) and "model_id" in entry]
    return list(dict.fromkeys(found))


def _write_scene(source: Source, folder: Path, indices: Sequence[int], objects: _Objects) -> None:
    """Write one scene; its images are numbered from 0."""
    cameras, truth, info = {}, {}, {}
    for number, (_, view) in enumerate(source.views(*_FEATURES, indices=indices)):
        obj_id = objects.number(view)
        scale = objects.met[obj_id]["millimetres_per_unit"]
        step = depth_step(float(view["depth"].max(initial=0)))
        depth = quantised(view["depth"], step)
        write_png(folder / "rgb" / f"{number:06d}.png", source.pixels(view["image"]))
        write_png(folder / "depth" / f"{number:06d}.png", depth)
        for name in ("mask", "mask_visib"):
            write_png(folder / name / f"{number:06d}_000000.png", view["mask"])
        rotation, translation = _pose(view["camera_from_world"], scale)
        cameras[number] = {
            "cam_K": _row_wise(view["intrinsics"]),
            "cam_R_w2c": rotation,
            "cam_t_w2c": translation,
            "depth_scale": step * scale,
        }
        truth[number] = [{"cam_R_m2c": rotation, "cam_t_m2c": translation, "obj_id": obj_id}]
        info[number] = [_info(view, depth, objects.models[obj_id])]
    for name, content in (("scene_camera", cameras), ("scene_gt", truth), ("scene_gt_info", info)):
        _write_lines(folder / f"{name}.json", content)


def _write_lines(path: Path, content: Mapping[int, Any]) -> None:
    """Write JSON with a line for each image, as the toolkit does."""
    lines = ",\n".join(f'  "{number}": {json.dumps(entry, allow_nan=False)}' for number, entry in content.items())
    path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def _pose(camera_from_world: np.ndarray, scale: float) -> tuple[list[float], list[float]]:
    """Return rotation (row-wise) and translation in millimetres."""
    transform = camera_from_world.astype(np.float64)
    return _row_wise(transform[:3, :3]), (transform[:3, 3] * scale).tolist()


def _row_wise(matrix: np.ndarray) -> list[float]:
    return matrix.astype(np.float64).ravel().tolist()


def _info(view: Mapping[str, Any], depth: np.ndarray, model: Model | None) -> dict[str, Any]:
    """Return boxes and counts of pixels."""
    visible = view["mask"] > 0
    whole, offset = visible, (0, 0)
    if model is not None and _touches_edge(visible):
        whole, offset = _beyond_the_frame(view, model)
    count, counted = int(np.count_nonzero(whole)), int(np.count_nonzero(visible))
    count = max(count, counted)
    return {
        "bbox_obj": _box(whole, offset) if counted else NO_BOX,
        "bbox_visib": _box(visible, (0, 0)),
        "px_count_all": count,
        "px_count_valid": int(np.count_nonzero(visible & (depth > 0))),
        "px_count_visib": counted,
        "visib_fract": counted / count if count else 0.0,
    }


def _touches_edge(mask: np.ndarray) -> bool:
    return bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def _beyond_the_frame(view: Mapping[str, Any], model: Model) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the silhouette on a canvas three times as large, and the pixel of it at which the picture begins."""
    height, width = view["mask"].shape
    intrinsics = view["intrinsics"].astype(np.float64)
    intrinsics[:2, 2] += (width, height)
    screen = screen_triangles(model.vertices, model.triangles, view["camera_from_world"], intrinsics)
    depth, _ = rasterise(screen, 3 * width, 3 * height)
    return depth > 0, (width, height)


def _box(mask: np.ndarray, offset: tuple[int, int]) -> list[int]:
    """Return x, y, width, height of the true pixels of a canvas whose picture begins at ``offset``."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return NO_BOX
    x, y = int(columns[0]) - offset[0], int(rows[0]) - offset[1]
    return [x, y, int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1]


def _millimetres(normalisation: Mapping[str, Any]) -> float:
    """Return the millimetres of an object unit."""
    scale = float(normalisation.get("scale", 1.0))
    return MILLIMETRES / scale if np.isfinite(scale) and scale > 0 else MILLIMETRES


def _write_camera(source: Source, path: Path) -> None:
    """Write the camera of the first view."""
    view = source.records.only("intrinsics", "depth", "normalisation")[0]
    matrix, (height, width) = view["intrinsics"].astype(np.float64), view["depth"].shape
    focal = {"fx": matrix[0, 0], "fy": matrix[1, 1], "cx": matrix[0, 2], "cy": matrix[1, 2]}
    scale = depth_step(float(view["depth"].max(initial=0))) * _millimetres(view["normalisation"])
    write_json(path, {**focal, "width": width, "height": height, "depth_scale": scale})


def _write_models(folder: Path, objects: _Objects) -> None:
    """Write the meshes that there are, and models_info.json."""
    infos = {}
    for number, model in sorted(objects.models.items()):
        if model is not None:
            scale = objects.met[number]["millimetres_per_unit"]
            write_ply(folder / f"obj_{number:06d}.ply", model, scale)
            infos[number] = _model_info(model, scale)
    write_json(folder / "models_info.json", infos)


def _model_info(model: Model, scale: float) -> dict[str, Any]:
    """Return diameter, box and symmetries, millimetres."""
    hull = model.hull * scale
    low, size = hull.min(axis=0), np.ptp(hull, axis=0)
    info: dict[str, Any] = {"diameter": float(pdist(hull).max())}
    info |= {f"min_{axis}": float(value) for axis, value in zip("xyz", low)}
    info |= {f"size_{axis}": float(value) for axis, value in zip("xyz", size)}
    if model.symmetry.fold == 0:
        info["symmetries_continuous"] = [{"axis": [0, 0, 1], "offset": [0, 0, 0]}]
    elif model.symmetry.fold > 1:
        turns = np.tile(np.eye(4), (model.symmetry.fold - 1, 1, 1))
        turns[:, :3, :3] = rotations(model.symmetry)[1:]
        info["symmetries_discrete"] = turns.reshape(-1, 16).tolist()
    return info
