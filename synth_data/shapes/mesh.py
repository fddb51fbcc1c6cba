"""What a procedural model is made of: materials, parts, shapes, and the normalisation that every shape gets.

All of it is in the object frame: right-handed, z up, **the front looks along -y**. The object's own left is
therefore +x and its right -x (left = up x forward = z x -y = x), as for a driver who sits in the car::

              back (+y)
                 |
     right (-x) -+- left (+x)        seen from above, z towards the reader
                 |
              front (-y)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vantage.errors import MeshError
from vantage.geometry.symmetry import Symmetry

Color = tuple[float, float, float]

PATTERNS = ("wood", "fabric", "leather", "brushed", "speckle")
"""Procedural textures that a renderer is asked to know; it may draw the plain base colour instead."""


@dataclass(frozen=True)
class Material:
    """A PBR surface, in the terms of Blender's principled shader.

    Attributes:
        name: a word that says what it is (``paint``, ``glass``, ``oak``).
        base_color: linear RGB in [0, 1] (not sRGB).
        metallic: 0 dielectric to 1 metal.
        roughness: 0 mirror to 1 matt.
        alpha: coverage, 1 opaque. Glass is drawn as a dark glossy surface with small alpha: no refraction to trace.
        coat: weight of a clear coat (car paint, varnish).
        emission: strength of light of its own in ``base_color`` (lamps that are on).
        pattern: one of `PATTERNS` or None.
        pattern_color: linear RGB of the pattern's second colour.
        pattern_scale: size of one period of the pattern, in the units of the shape.
    """

    name: str
    base_color: Color
    metallic: float = 0.0
    roughness: float = 0.5
    alpha: float = 1.0
    coat: float = 0.0
    emission: float = 0.0
    pattern: str | None = None
    pattern_color: Color = (0.0, 0.0, 0.0)
    pattern_scale: float = 0.1

    def __post_init__(self):
        unit = (*self.base_color, *self.pattern_color, self.metallic, self.roughness, self.alpha, self.coat)
        if not all(0 <= value <= 1 for value in unit):
            raise MeshError(f"material {self.name} has {unit}", "colours and weights between 0 and 1")
        if self.emission < 0 or self.pattern_scale <= 0:
            raise MeshError(f"material {self.name}", "emission at least 0 and a positive pattern scale")
        if self.pattern is not None and self.pattern not in PATTERNS:
            raise MeshError(f"material {self.name} has pattern {self.pattern!r}", f"one of {', '.join(PATTERNS)}")


@dataclass(frozen=True)
class Part:
    """A triangle mesh with one or more materials.

    Attributes:
        name: what it is (``body``, ``left_front_wheel.tyre``).
        vertices: float64 [V, 3].
        faces: int [F, 3], counter-clockwise seen from outside.
        materials: one material, or several.
        face_materials: int [F] into ``materials``; None: all faces have the first.
        smooth: interpolate normals over the faces of a vertex,
        sharp_angle_deg: except over edges that bend more than this.
    """

    name: str
    vertices: np.ndarray
    faces: np.ndarray
    materials: tuple[Material, ...]
    face_materials: np.ndarray | None = None
    smooth: bool = True
    sharp_angle_deg: float = 35.0

    def __post_init__(self):
        object.__setattr__(self, "vertices", np.ascontiguousarray(self.vertices, np.float64))
        object.__setattr__(self, "faces", np.ascontiguousarray(self.faces, np.int64))
        if isinstance(self.materials, Material):
            object.__setattr__(self, "materials", (self.materials,))
        if self.face_materials is None:
            object.__setattr__(self, "face_materials", np.zeros(len(self.faces), np.int64))
        if self.vertices.ndim != 2 or self.vertices.shape[1] != 3 or self.faces.ndim != 2 or self.faces.shape[1] != 3:
            raise MeshError(
                f"part {self.name}: vertices {self.vertices.shape}, faces {self.faces.shape}", "[V, 3], [F, 3]"
            )
        if len(self.face_materials) != len(self.faces):
            raise MeshError(
                f"part {self.name}: {len(self.face_materials)} material numbers", f"{len(self.faces)}, one a face"
            )

    @property
    def material(self) -> Material:
        """The first material, the only one of most parts."""
        return self.materials[0]

    def moved(self, offset: Sequence[float]) -> Part:
        """Return the part shifted by ``offset`` [3]."""
        return replace(self, vertices=self.vertices + np.asarray(offset, np.float64))

    def mirrored(self, name: str | None = None) -> Part:
        """Return the part with left and right exchanged (x -> -x), faces still counter-clockwise."""
        return replace(self, name=name or self.name, vertices=self.vertices * (-1, 1, 1), faces=self.faces[:, ::-1])


def assembled(name: str, pieces: Sequence[tuple[tuple[np.ndarray, np.ndarray], Material]], **options: Any) -> Part:
    """Return one part from (mesh, material) pieces; equal materials are listed once.

    Args:
        name: of the part.
        pieces: each a mesh (vertices [V, 3], faces [F, 3]) and its material.
        options: further fields of `Part`.
    """
    materials = list(dict.fromkeys(material for _, material in pieces))
    starts = np.cumsum([0] + [len(vertices) for (vertices, _), _ in pieces[:-1]])
    vertices = np.concatenate([vertices for (vertices, _), _ in pieces])
    faces = np.concatenate([faces + start for ((_, faces), _), start in zip(pieces, starts)])
    numbers = [np.full(len(faces), materials.index(material)) for (_, faces), material in pieces]
    return Part(name, vertices, faces, tuple(materials), np.concatenate(numbers), **options)


@dataclass(frozen=True)
class Normalisation:
    """How a shape was brought to unit diagonal about the origin: ``normalised = (point - offset) * scale``.

    Attributes:
        scale: normalised units per source unit (one over the diagonal of the bounding box).
        offset: centre of the bounding box, in source units.
        up, front: the axes of the source that became +z and -y.
    """

    scale: float = 1.0
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    up: str = "+z"
    front: str = "-y"

    def apply(self, points: np.ndarray) -> np.ndarray:
        """Return ``points`` [..., 3] of the source in the normalised frame."""
        return (np.asarray(points, np.float64) - np.asarray(self.offset)) * self.scale

    def undo(self, points: np.ndarray) -> np.ndarray:
        """Return normalised ``points`` [..., 3] in the units and place of the source."""
        return np.asarray(points, np.float64) / self.scale + np.asarray(self.offset)


@dataclass(frozen=True)
class Shape:
    """A model: its parts, its named 3D keypoints and the parameters that it was built from.

    Attributes:
        category: ``car``, ``chair``, ``table`` or ``sofa``.
        style: the kind within the category (``sedan``, ``armchair``).
        parts: the meshes.
        keypoints: name -> xyz [3]; the same names in the same order for every shape of a category. Left and right
            are the object's own.
        params: the dataclass that built it.
        symmetry: what leaves parts and materials as they are, to 0.3 % of the diagonal; steering wheels and the like
            and the grain of materials apart.
        normalisation: what was applied; identity for a shape in its own units (metres).
        edges: the skeleton: pairs of names of keypoints.
    """

    category: str
    style: str
    parts: tuple[Part, ...]
    keypoints: dict[str, np.ndarray]
    params: Any = None
    symmetry: Symmetry = Symmetry()
    normalisation: Normalisation = field(default_factory=Normalisation)
    edges: tuple[tuple[str, str], ...] = ()

    def __post_init__(self):
        unknown = sorted({name for edge in self.edges for name in edge} - set(self.keypoints))
        if unknown:
            raise MeshError(f"a {self.category} with edges to {', '.join(unknown)}", "edges between its keypoints")

    def bounds(self) -> np.ndarray:
        """Return the corners of the axis-aligned bounding box, [2, 3]: lowest, highest."""
        low = np.min([part.vertices.min(axis=0) for part in self.parts], axis=0)
        high = np.max([part.vertices.max(axis=0) for part in self.parts], axis=0)
        return np.stack([low, high])

    def triangle_count(self) -> int:
        """Return the number of triangles of all parts."""
        return sum(len(part.faces) for part in self.parts)


def normalised(shape: Shape) -> tuple[Shape, Normalisation]:
    """Return ``shape`` with a bounding-box diagonal of 1 about the origin, and what undoes it.

    Lengths inside materials (``pattern_scale``) are scaled with it.

    Raises:
        MeshError: the shape has no extent.
    """
    low, high = shape.bounds()
    diagonal = float(np.linalg.norm(high - low))
    if not np.isfinite(diagonal) or diagonal <= 0:
        raise MeshError(f"a {shape.category} with a bounding-box diagonal of {diagonal}", "a finite positive size")
    norm = Normalisation(1 / diagonal, tuple(float(c) for c in (low + high) / 2))
    keypoints = {name: norm.apply(point) for name, point in shape.keypoints.items()}
    parts = tuple(_normalised_part(part, norm) for part in shape.parts)
    return replace(shape, parts=parts, keypoints=keypoints, normalisation=norm), norm


def _normalised_part(part: Part, norm: Normalisation) -> Part:
    """Return ``part`` in the normalised frame."""
    materials = tuple(replace(m, pattern_scale=m.pattern_scale * norm.scale) for m in part.materials)
    return replace(part, vertices=norm.apply(part.vertices), materials=materials)
