"""A small data set that holds together: depth, mask, keypoints and cameras of procedural models, without a renderer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synth_data.models import Model, model_from_shape
from synth_data.raster import rasterise, screen_triangles
from synth_data.render import keypoint_visibility, mask_box
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction
from synth_data.shapes.registry import sample_shape
from vantage.records.schema import Record
from vantage.records.writer import shard_name, write_metadata, write_shard

SIZE = 48


def toy_model(category: str, seed: int) -> Model:
    """Return the model ``procedural:CATEGORY:SEED``."""
    return model_from_shape(sample_shape(category, seed), f"procedural:{category}:{seed}")


def toy_record(model: Model, index: int, size: int = SIZE, **changes) -> Record:
    """Return a view of ``model``, brighter where it is nearer; another index is another viewpoint."""
    direction = Direction((40.0 * index + 10) % 360, 5.0 + 7 * (index % 5), 3.0 * (index % 3) - 3)
    viewpoint, camera = frame_object(direction, Framing(40.0, 0.8, (0.2, -0.1)), model.hull, size)
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    depth, face = rasterise(screen, size, size)
    points, z = camera.project(model.keypoints)
    grey = np.where(face >= 0, 40 + face % 200, 0).astype(np.uint8)
    mask = np.where(depth > 0, np.uint8(255), np.uint8(0))
    fields = {
        "image": np.dstack([grey, grey // 2, 255 - grey, mask]),
        "mask": mask,
        "depth": depth.astype(np.float32),
        "intrinsics": camera.intrinsics,
        "camera_from_world": camera.camera_from_world,
        "viewpoint": np.array([direction.azimuth, direction.elevation, direction.tilt, viewpoint.distance], np.float32),
        "bbox": mask_box(depth > 0),
        "keypoints_2d": points,
        "keypoints_3d": model.keypoints,
        "keypoint_visibility": keypoint_visibility(points, z, screen, camera),
        "keypoint_names": model.keypoint_names,
        "category": model.category,
        "model_id": model.model_id,
        "scene_id": f"{index:08d}",
        "index": index,
        "normalisation": dict(model.normalisation),
    }
    return Record(**{**fields, **changes})


def write_toy_set(folder: Path, models: tuple[Model, ...], views: int = 4, **changes) -> Path:
    """Write a data set with ``views`` views of each model in the split train, and one view of the first in val."""
    records = [toy_record(model, i * views + k, **changes) for i, model in enumerate(models) for k in range(views)]
    train = write_shard(folder / shard_name("train", 0, 1), records)
    val = write_shard(folder / shard_name("val", 0, 1), [toy_record(models[0], len(records))])
    listed = [{"model_id": model.model_id, "category": model.category} for model in models]
    write_metadata(folder, {"train": [train], "val": [val]}, {"seed": 0, "spec": {"models": listed}})
    return folder
