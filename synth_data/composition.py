"""Several models as one: a furnished room, a street, an object with others beside or before it.

What is composed is a `Model` like any other, so that stage, rasteriser and labels need not know how many objects they
see; ``Model.instance_of`` says of each triangle which object it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from synth_data.models import Instance, Model, Surface
from vantage.errors import MeshError


@dataclass(frozen=True, eq=False)
class Placed:
    """A model and where it stands.

    Attributes:
        model: in its own frame.
        world_from_object: float64 [4, 4], a similarity (turn, one scale, shift; no mirror image).
        name: unique among those that are put together.

    Raises:
        MeshError: another transform.
    """

    model: Model
    world_from_object: np.ndarray
    name: str

    def __post_init__(self):
        transform = np.asarray(self.world_from_object, np.float64)
        object.__setattr__(self, "world_from_object", transform)
        if transform.shape != (4, 4) or not np.isfinite(transform).all():
            raise MeshError(f"{self.name} stands at {transform.tolist()}", "a finite 4 x 4 matrix")
        squared = transform[:3, :3].T @ transform[:3, :3]
        alike = np.allclose(squared, squared[0, 0] * np.eye(3), rtol=1e-6, atol=1e-9 * squared[0, 0])
        if not alike or np.linalg.det(transform[:3, :3]) <= 0 or not np.allclose(transform[3], (0, 0, 0, 1)):
            raise MeshError(f"{self.name} stands at {transform.tolist()}", "a turn, one scale and a shift")

    @property
    def scale(self) -> float:
        """World units per unit of the model."""
        return float(np.cbrt(np.linalg.det(self.world_from_object[:3, :3])))

    def bounds(self) -> np.ndarray:
        """Return the lowest and highest corner of its axis-aligned box in the world, [2, 3]."""
        points = moved_points(
            self.world_from_object, self.model.hull if self.model.main is None else self.model.vertices
        )
        return np.stack([points.min(axis=0), points.max(axis=0)])


def placement(position: Sequence[float], turn_deg: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """Return the similarity [4, 4] that scales, turns about z (counter-clockwise from above) and shifts."""
    cosine, sine = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    transform = np.eye(4)
    transform[:3, :3] = scale * np.array([(cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1)])
    transform[:3, 3] = position
    return transform


def merged(placed: Sequence[Placed], model_id: str, category: str, main: int | None = None) -> Model:
    """Return one model of all ``placed``, in the frame of the world.

    Args:
        placed: at least one; composed models among them are taken apart into their instances.
        model_id, category: of the result.
        main: number of the one whose keypoints, skeleton, symmetry and normalisation the result has; the latter two
            only where it stands in its own frame (identity), without which they would be wrong. None: no keypoints.

    Raises:
        MeshError: nothing to put together, or two of one name.
    """
    placed = list(placed)
    names = [item.name for item in placed]
    if not placed or len(set(names)) < len(names):
        raise MeshError(f"models named {names} to put together", "at least one, each with a name of its own")
    surfaces, numbers, textures = _surfaces(placed)
    instances, instance_of, firsts = _instances(placed)
    part_of, part_names = _parts(placed)
    starts = np.cumsum([0] + [len(item.model.vertices) for item in placed[:-1]])
    return Model(
        model_id,
        category,
        np.concatenate([moved_points(item.world_from_object, item.model.vertices) for item in placed]),
        np.concatenate([item.model.triangles + start for item, start in zip(placed, starts)]).astype(np.int32),
        np.concatenate([_turned(item, item.model.normals) for item in placed]).astype(np.float32),
        numbers,
        surfaces,
        uv=_joined(placed, "uv", np.zeros(2, np.float32)),
        colors=_joined(placed, "colors", np.ones(4, np.float32)),
        textures=textures,
        instance_of=instance_of,
        instances=instances,
        part_of=part_of,
        part_names=part_names,
        **({} if main is None else _labels(placed[main], firsts[main])),
    )


def moved_points(transform: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return ``points`` [..., 3] under a transform [4, 4]."""
    return points @ transform[:3, :3].T + transform[:3, 3]


def _turned(item: Placed, directions: np.ndarray) -> np.ndarray:
    """Return unit vectors [..., 3] of the model in the world."""
    return directions @ (item.world_from_object[:3, :3] / item.scale).T


def _surfaces(placed: Sequence[Placed]) -> tuple[tuple[Surface, ...], np.ndarray, tuple[np.ndarray, ...]]:
    """Return the surfaces of all, each once, the number of each triangle's, and the textures, each once."""
    surfaces: dict[Surface, int] = {}
    textures: dict[int, tuple[int, np.ndarray]] = {}  # by identity: models of one kind share their arrays
    numbers = []
    for item in placed:
        images = [textures.setdefault(id(image), (len(textures), image))[0] for image in item.model.textures]
        table = [
            surfaces.setdefault(_in_world(surface, images, item.scale), len(surfaces))
            for surface in item.model.surfaces
        ]
        numbers.append(np.array(table, np.int32)[item.model.surface_of])
    return tuple(surfaces), np.concatenate(numbers), tuple(image for _, image in textures.values())


def _in_world(surface: Surface, images: Sequence[int], scale: float) -> Surface:
    """Return a surface with the world's lengths and numbers of textures."""
    texture = images[surface.texture] if surface.texture >= 0 else -1
    period = surface.pattern_scale * scale if surface.pattern else surface.pattern_scale
    return replace(surface, texture=texture, pattern_scale=period)


def _parts(placed: Sequence[Placed]) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Return of which part each triangle is, and the parts' names after their objects' names."""
    names: list[str] = []
    numbers = []
    for item in placed:
        part_of = item.model.part_of
        none = np.full(len(item.model.triangles), -1, np.int32)
        numbers.append(none if part_of is None else np.where(part_of < 0, -1, part_of + len(names)).astype(np.int32))
        names += [f"{item.name}/{name}" for name in item.model.part_names]
    return (np.concatenate(numbers), tuple(names)) if names else (None, ())


def _instances(placed: Sequence[Placed]) -> tuple[tuple[Instance, ...], np.ndarray, list[int]]:
    """Return the objects, of which each triangle is, and the number of the first (or main) one of each placed."""
    instances: list[Instance] = []
    numbers, firsts = [], []
    for item in placed:
        model, start = item.model, len(instances)
        firsts.append(start + (model.main or 0))
        if not model.instances:
            whole = Instance(item.name, model.model_id, model.category, item.world_from_object, model.symmetry)
            instances.append(whole)
            numbers.append(np.full(len(model.triangles), start, np.int32))
            continue
        for inner in model.instances:
            transform = item.world_from_object @ inner.world_from_object
            instances.append(replace(inner, name=f"{item.name}/{inner.name}", world_from_object=transform))
        numbers.append(model.instance_of + np.int32(start))
    return tuple(instances), np.concatenate(numbers), firsts


def _joined(placed: Sequence[Placed], name: str, missing: np.ndarray) -> np.ndarray | None:
    """Return an array [F, 3, n] of all triangles, ``missing`` where a model has none; None where none has."""
    values = [getattr(item.model, name) for item in placed]
    if all(value is None for value in values):
        return None
    filled = [
        np.broadcast_to(missing, (len(item.model.triangles), 3, len(missing))) if value is None else value
        for item, value in zip(placed, values)
    ]
    return np.concatenate(filled).astype(np.float32)


def _labels(main: Placed, number: int) -> dict[str, Any]:
    """Return the fields of `Model` that describe one object, which is instance ``number``."""
    model = main.model
    labels: dict[str, Any] = {
        "main": number,
        "keypoint_names": model.keypoint_names,
        "keypoints": moved_points(main.world_from_object, model.keypoints),
        "edges": model.edges,
    }
    if np.allclose(main.world_from_object, np.eye(4)):
        labels |= {"symmetry": model.symmetry, "normalisation": model.normalisation}
    return labels
