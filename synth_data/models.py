"""A model ready to be drawn: one triangle mesh, its materials and keypoints, whether procedural or from a CAD file.

Arrays only, so that it can be stored, cached and sent between processes; the object frame is that of
docs/conventions.md (z up, front along -y, bounding-box diagonal 1, centre at the origin).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from synth_data.normals import corner_normals
from vantage.console import atomic_write
from vantage.geometry.symmetry import Symmetry


@dataclass(frozen=True)
class Surface:
    """A material, in the terms of Blender's principled shader; colours are linear RGB.

    Attributes:
        name: as its author called it.
        base_color: RGB in [0, 1]; multiplies the texture where there is one.
        metallic, roughness, alpha, coat, emission: as in `synth_data.shapes.mesh.Material`.
        pattern, pattern_color, pattern_scale: procedural second colour, as there.
        texture: number of the base-colour image in `Model.textures`, or -1.
        vertex_colors: multiply by `Model.colors`.
    """

    name: str
    base_color: tuple[float, float, float] = (0.8, 0.8, 0.8)
    metallic: float = 0.0
    roughness: float = 0.5
    alpha: float = 1.0
    coat: float = 0.0
    emission: float = 0.0
    pattern: str | None = None
    pattern_color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pattern_scale: float = 0.1
    texture: int = -1
    vertex_colors: bool = False


@dataclass(frozen=True, eq=False)
class Instance:
    """One of several objects in a model (`synth_data.composition`).

    Attributes:
        name: unique in the model.
        model_id, category: of the object.
        world_from_object: float64 [4, 4], a similarity: from the object's own normalised frame to the model's.
        symmetry: of the object, in its own frame.
    """

    name: str
    model_id: str
    category: str
    world_from_object: np.ndarray
    symmetry: Symmetry = Symmetry()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "name": self.name,
            "model_id": self.model_id,
            "category": self.category,
            "world_from_object": np.asarray(self.world_from_object, np.float64).tolist(),
            "symmetry": self.symmetry.as_json(),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Instance:
        """Return the instance of ``as_json``'s dictionary."""
        place = np.array(entry["world_from_object"], np.float64)
        names = (entry[key] for key in ("name", "model_id", "category"))
        return cls(*names, place, Symmetry.from_json(entry["symmetry"]))


@dataclass(frozen=True, eq=False)
class Model:
    """One drawable model.

    Attributes:
        model_id: unique in a data set.
        category: class name.
        vertices: float64 [V, 3], normalised object frame.
        triangles: int32 [F, 3] into ``vertices``.
        normals: float32 [F, 3, 3], the shading normal of each corner.
        surface_of: int32 [F] into ``surfaces``.
        surfaces: the materials.
        uv: float32 [F, 3, 2] or None.
        colors: float32 [F, 3, 4] linear corner colours or None.
        textures: uint8 RGBA images [h, w, 4], display values.
        keypoint_names, keypoints: K names, float64 [K, 3].
        normalisation: scale, offset [3], up, front: ``normalised = (turned source - offset) * scale``.
        symmetry: what leaves it as it is, where that is known.
        edges: the skeleton, pairs of names of keypoints.
        instance_of: int32 [F] into ``instances``; None for a single object.
        instances: the objects that a composed model is made of.
        main: number of the instance that keypoints, mask and boxes speak of; None: all of the model.
        part_of: int32 [F] into ``part_names``, -1 where a triangle belongs to no named part; None: there are none.
        part_names: the parts, as their author called them.
    """

    model_id: str
    category: str
    vertices: np.ndarray
    triangles: np.ndarray
    normals: np.ndarray
    surface_of: np.ndarray
    surfaces: tuple[Surface, ...]
    uv: np.ndarray | None = None
    colors: np.ndarray | None = None
    textures: tuple[np.ndarray, ...] = ()
    keypoint_names: tuple[str, ...] = ()
    keypoints: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    normalisation: Mapping[str, Any] = field(default_factory=dict)
    symmetry: Symmetry = Symmetry()
    edges: tuple[tuple[str, str], ...] = ()
    instance_of: np.ndarray | None = None
    instances: tuple[Instance, ...] = ()
    main: int | None = None
    part_of: np.ndarray | None = None
    part_names: tuple[str, ...] = ()

    @cached_property
    def hull(self) -> np.ndarray:
        """The corners of the convex hull of the object that labels speak of (`own`), float64 [n, 3].

        They have the same box in every view as all its vertices, and it is what a view is framed by.
        """
        used = self.vertices[np.unique(self.triangles[self.own])]
        try:
            return used[ConvexHull(used).vertices]
        except QhullError:  # a flat model
            return used

    @cached_property
    def own(self) -> np.ndarray:
        """Which triangles belong to the object that keypoints, mask and boxes speak of, bool [F]."""
        if self.main is None or self.instance_of is None:
            return np.ones(len(self.triangles), bool)
        return self.instance_of == self.main

    @cached_property
    def surface_areas(self) -> np.ndarray:
        """Return the area that each surface covers, float64 [len(surfaces)]."""
        a, b, c = self.vertices[self.triangles].transpose(1, 0, 2)
        areas = np.linalg.norm(np.cross(b - a, c - a), axis=-1) / 2
        return np.bincount(self.surface_of, areas, minlength=len(self.surfaces))


def model_from_shape(shape: Any, model_id: str) -> Model:
    """Return the `Model` of a normalised procedural `synth_data.shapes.mesh.Shape`."""
    materials = {material: Surface(**asdict(material)) for part in shape.parts for material in part.materials}
    surfaces = {surface: number for number, surface in enumerate(dict.fromkeys(materials.values()))}
    numbers = [
        np.array([surfaces[materials[material]] for material in part.materials])[part.face_materials]
        for part in shape.parts
    ]
    names = list(dict.fromkeys(part.name for part in shape.parts))
    faces = [len(part.faces) for part in shape.parts]
    angles = [part.sharp_angle_deg if part.smooth else 0.0 for part in shape.parts]
    starts = np.cumsum([0] + [len(part.vertices) for part in shape.parts[:-1]])
    vertices = np.concatenate([part.vertices for part in shape.parts])
    triangles = np.concatenate([part.faces + start for part, start in zip(shape.parts, starts)]).astype(np.int32)
    sharp = np.repeat(angles, faces)
    return Model(
        model_id,
        shape.category,
        vertices,
        triangles,
        corner_normals(vertices, triangles, sharp),
        np.concatenate(numbers).astype(np.int32),
        tuple(surfaces),
        keypoint_names=tuple(shape.keypoints),
        keypoints=np.array(list(shape.keypoints.values()), np.float64).reshape(-1, 3),
        normalisation=asdict(shape.normalisation),
        symmetry=shape.symmetry,
        edges=shape.edges,
        part_of=np.repeat([names.index(part.name) for part in shape.parts], faces).astype(np.int32),
        part_names=tuple(names),
    )


_ARRAYS = ("vertices", "triangles", "normals", "surface_of", "uv", "colors", "keypoints", "instance_of", "part_of")


def save_model(path: str | Path, model: Model) -> None:
    """Store a model as one ``.npz`` file, atomically."""
    arrays = {name: value for name in _ARRAYS if (value := getattr(model, name)) is not None}
    arrays |= {f"texture_{number}": image for number, image in enumerate(model.textures)}
    head = {
        "model_id": model.model_id,
        "category": model.category,
        "surfaces": [asdict(surface) for surface in model.surfaces],
        "textures": len(model.textures),
        "keypoint_names": model.keypoint_names,
        "normalisation": dict(model.normalisation),
        "symmetry": model.symmetry.as_json(),
        "edges": model.edges,
        "instances": [instance.as_json() for instance in model.instances],
        "main": model.main,
        "part_names": model.part_names,
    }
    with atomic_write(path) as file:
        np.savez(file, head=np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays)


def load_model(path: str | Path) -> Model:
    """Return what `save_model` stored."""
    with np.load(path, allow_pickle=False) as data:
        head = json.loads(data["head"].tobytes())
        return Model(
            head["model_id"],
            head["category"],
            surfaces=tuple(_surface(entry) for entry in head["surfaces"]),
            textures=tuple(data[f"texture_{number}"] for number in range(head["textures"])),
            keypoint_names=tuple(head["keypoint_names"]),
            normalisation=head["normalisation"],
            symmetry=Symmetry.from_json(head["symmetry"]),
            edges=tuple(tuple(edge) for edge in head["edges"]),
            instances=tuple(Instance.from_json(entry) for entry in head.get("instances", ())),
            main=head.get("main"),
            part_names=tuple(head.get("part_names", ())),
            **{name: data[name] for name in _ARRAYS if name in data},
        )


def _surface(entry: Mapping[str, Any]) -> Surface:
    """Return a surface from its JSON."""
    return Surface(**{name: _tupled(value) for name, value in entry.items()})


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
