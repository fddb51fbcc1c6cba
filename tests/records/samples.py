"""Records drawn with PIL: a disc with a box on it, at a known place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from vantage.records.schema import Record
from vantage.records.writer import ShardInfo, shard_name, write_metadata, write_shard


def drawn_rgba(size: int = 64, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return RGBA pixels, the mask and the box [x0, y0, x1, y1] of a drawn object, with a soft shadow in alpha."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)
    x0, y0 = rng.integers(size // 8, size // 3, 2)
    x1, y1 = rng.integers(size // 2, size - size // 8, 2)
    colour = tuple(int(value) for value in rng.integers(30, 255, 3))
    draw.ellipse((x0, y1 - 3, x1, y1 + 5), fill=(0, 0, 0, 90))
    draw.rounded_rectangle((x0, y0, x1, y1), 5, fill=(*colour, 255))
    draw.ellipse((x0 + 4, y0 + 4, x0 + 10, y0 + 10), fill=(255, 240, 200, 255))
    pixels = np.asarray(image)
    mask = np.where(pixels[..., 3] == 255, np.uint8(255), np.uint8(0))
    return pixels, mask, np.array([x0, y0, x1 + 1, y1 + 1], np.float32)


def sample_record(index: int = 0, size: int = 64, **changes) -> Record:
    """Return a record with every field filled; equal arguments give equal records."""
    rng = np.random.default_rng([7, index])
    pixels, mask, bbox = drawn_rgba(size, index)
    fields = {
        "image": pixels,
        "mask": mask,
        "depth": np.where(mask > 0, rng.uniform(1, 2, mask.shape), 0).astype(np.float32),
        "intrinsics": np.array([[size, 0, size / 2], [0, size, size / 2], [0, 0, 1]], np.float32),
        "camera_from_world": np.eye(4, dtype=np.float32),
        "viewpoint": np.array([rng.uniform(0, 360), rng.uniform(-10, 40), rng.uniform(-8, 8), 2], np.float32),
        "keypoints_2d": rng.uniform(0, size, (3, 2)).astype(np.float32),
        "keypoints_3d": rng.normal(size=(3, 3)).astype(np.float32),
        "keypoint_visibility": np.array([0, 1, 3], np.uint8),
        "keypoint_names": ("left_front_wheel", "right_front_wheel", "roof"),
        "bbox": bbox,
        "lights": rng.normal(size=(index % 3, 8)).astype(np.float32),
        "factors": {"hue": 0.25, "wheel_radius": float(rng.uniform())},
        "category": "car" if index % 3 else "chair",
        "model_id": f"procedural:{index // 2}",
        "scene_id": f"scene-{index:06}",
        "view_id": index % 2,
        "index": index,
        "seed": 2**40 + 1,
        "normalisation": {"scale": 0.5, "offset": [0.0, 0.1, 0.2], "up": "y", "front": "z"},
    }
    return Record(**{**fields, **changes})


def write_dataset(folder: Path, shards: dict[str, tuple[int, ...]] | None = None, **changes) -> Path:
    """Write a data set whose splits have shards of these counts; records are numbered over all of them."""
    shards = {"train": (3, 2), "val": (2,)} if shards is None else shards
    infos: dict[str, list[ShardInfo]] = {}
    index = 0
    for split, counts in shards.items():
        for number, count in enumerate(counts):
            records = [sample_record(i, **changes) for i in range(index, index + count)]
            infos.setdefault(split, []).append(write_shard(folder / shard_name(split, number, len(counts)), records))
            index += count
    write_metadata(folder, infos, {"seed": 1})
    return folder


def drawn_views(count: int, real: bool = False, size: int = 48, category: str = "car") -> list[dict]:
    """Return views (a list is a view source) of drawn objects, their azimuths all different."""
    views = []
    for index in range(count):
        pixels, mask, bbox = drawn_rgba(size, index)
        if real:
            pixels = np.dstack([pixels[..., :3], np.full((size, size), 255, np.uint8)])
        viewpoint = np.array([(37 * index + 5) % 360, index % 30, index % 9 - 4, 2], np.float32)
        views.append({"image": pixels, "mask": mask, "viewpoint": viewpoint, "bbox": bbox})
        views[-1] |= {"category": category, "index": index, "real": real}
    return views
