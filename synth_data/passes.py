"""Passes: maps and boxes that a record holds when they are asked for.

Those of the geometry come from the exact rasteriser: every map belongs to the centre of its pixel, as the depth does,
and is 0 where nothing is seen. Albedo and shading come with the picture, from the same paths: means over the pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synth_data.develop import linear_from_srgb, srgb_from_linear
from synth_data.models import Model
from synth_data.normals import face_normals
from synth_data.raster import ScreenTriangles, barycentric
from vantage.choices import unknown_words
from vantage.errors import UserError
from vantage.geometry.cameras import Camera, camera_rays

PASSES = ("normal", "object_coordinates", "instance", "part", "albedo", "shading", "bbox_amodal", "flow")
"""What ``--passes`` may ask for, in the order in which it is kept."""

_LINEAR = linear_from_srgb(np.arange(256) / 255).astype(np.float32)
"""Linear values of stored display values."""


def parse_passes(text: str) -> tuple[str, ...]:
    """Return the passes of a list of names with commas between, each once, in the order of `PASSES`.

    Raises:
        UserError: a name that is none of them.
    """
    asked = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := unknown_words(asked, PASSES):
        raise UserError(f"--passes asks for {unknown}", f"some of {', '.join(PASSES)}")
    return tuple(name for name in PASSES if name in asked)


def check_groups(passes: Sequence[str], group_size: int) -> None:
    """Check that views have a next one where their flow to it is asked for.

    Raises:
        UserError: they are not in groups.
    """
    if "flow" in passes and group_size < 2:
        raise UserError("--passes asks for flow, and every view is on its own", "a preset whose views come in groups")


def features_of(passes: Sequence[str]) -> tuple[str, ...]:
    """Return the optional features of the records of a set with these passes."""
    return (*passes, *(("flow_valid",) if "flow" in passes else ()))


def needs_albedo(passes: Sequence[str]) -> bool:
    """Return whether Cycles has to write base colours."""
    return bool({"albedo", "shading"} & set(passes))


def intrinsic_passes(passes: Sequence[str], linear: np.ndarray, albedo: np.ndarray) -> dict[str, np.ndarray]:
    """Return the albedo and the shading of a picture, those that ``passes`` names.

    The albedo is the **base colour**, with texture, pattern and vertex colours, that a surface has in the model of
    metalness and roughness: what a dielectric reflects diffusely and a metal in its highlights. It is not Cycles' pass
    of diffuse colour, which is black for metals and darker under a coat. The shading is all light that comes from the
    surface, over that colour: diffuse and glossy reflection, shadow, light of its own. So albedo times shading **is**
    the picture before exposure and development (straight colour, after the noise was taken out), but where a channel
    of the albedo is stored as 0: its shading is 0 too. Glass has its own albedo, whatever is behind it.

    Args:
        passes: names.
        linear: float32 [h, w, 4], premultiplied light, without a shadow on the ground in alpha.
        albedo: float32 [h, w, 4], premultiplied linear base colour and the share of the pixel that is covered.

    Returns:
        albedo uint8 [h, w, 3], sRGB; shading float32 [h, w, 3], linear. The shading is over the albedo as it is stored,
        so that the product is exact. Both are 0 where nothing is seen.
    """
    stored = np.rint(srgb_from_linear(_straight(albedo)) * 255).astype(np.uint8)
    stored[albedo[..., 3] <= 0] = 0
    color = _LINEAR[stored]
    shading = np.divide(_straight(linear), color, out=np.zeros_like(color), where=stored > 0)
    return {name: value for name, value in (("albedo", stored), ("shading", shading)) if name in passes}


def geometry_passes(
    passes: Sequence[str], model: Model, camera: Camera, screen: ScreenTriangles, face: np.ndarray
) -> dict[str, Any]:
    """Return the fields of a `Record` that the geometry ``passes`` among these names fill.

    Args:
        passes: names, of `PASSES`; others are left to others.
        model: what is seen.
        camera: from where.
        screen: the model's triangles in the image.
        face: int32 [h, w], the triangle at each pixel centre, -1 for none.
    """
    made: dict[str, Any] = {}
    if {"normal", "object_coordinates"} & set(passes):
        points, normals = surface_points(model, camera, face)
        made |= {"object_coordinates": points, "normal": normals}
    if "instance" in passes:
        made["instance"] = numbered(model.instance_of, face)
    if "part" in passes:
        made |= {"part": part_numbers(model, face), "part_names": model.part_names}
    if "bbox_amodal" in passes:
        made["bbox_amodal"] = amodal_box(screen.of(model.own))
    return {name: value for name, value in made.items() if name in passes or name == "part_names"}


def surface_points(model: Model, camera: Camera, face: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the point and the normal that each pixel centre shows, float32 [h, w, 3], in the model's frame.

    The normal is the one that light is computed with: interpolated between the corners' and brought to length 1. Of a
    surface that is seen from behind it is the opposite, so that it lies on the camera's side of the triangle, whichever
    way round the mesh stores it (as in Cycles' own pass). On the rim of a coarse smooth mesh it may still point a
    little away from the ray.
    """
    seen = face >= 0
    shown = face[seen]
    rays = camera_rays(np.asarray(camera.intrinsics, np.float64), camera.pixel_centres()[seen])
    corners = model.vertices[model.triangles[shown]]
    weights = barycentric(corners, camera.camera_from_world, rays)
    points, normals = np.zeros((2, *face.shape, 3), np.float32)
    points[seen] = np.einsum("nk,nkc->nc", weights, corners)
    shading = np.einsum("nk,nkc->nc", weights, model.normals[shown])
    flat = face_normals(model.vertices, model.triangles[shown])
    normals[seen] = _towards(rays @ camera.camera_from_world[:3, :3], flat, shading)
    return points, normals


def numbered(number_of: np.ndarray | None, face: np.ndarray) -> np.ndarray:
    """Return uint16 [h, w]: 0 where nothing is seen, else one more than the number [F] of the triangle there.

    Without numbers everything has the number 0, and a pixel with something 1.
    """
    numbers = face.clip(max=0) if number_of is None else np.where(face >= 0, number_of[face], -1)
    return (numbers + 1).astype(np.uint16)


def part_numbers(model: Model, face: np.ndarray) -> np.ndarray:
    """Return the part at each pixel centre, uint16 [h, w]; 0 everywhere in a model without named parts."""
    return np.zeros(face.shape, np.uint16) if model.part_of is None else numbered(model.part_of, face)


def amodal_box(screen: ScreenTriangles) -> np.ndarray:
    """Return x0, y0, x1, y1 px, float32, around all of an object that is before the camera.

    It is the box of the projected surface itself, neither rounded to pixels nor cut by the frame, as if no other object
    were there; zeros where nothing is before the camera. The box of the pixels that show the object lies inside it, or
    at most half a pixel outside, since a pixel is covered when its centre is.

    Args:
        screen: the triangles of the object alone.
    """
    if not len(screen.source):
        return np.zeros(4, np.float32)
    return np.concatenate([screen.low.min(axis=1), screen.high.max(axis=1)]).astype(np.float32)


def _straight(premultiplied: np.ndarray) -> np.ndarray:
    """Return colour [h, w, 3] of premultiplied colour and alpha [h, w, 4]; 0 where alpha is."""
    color, alpha = premultiplied[..., :3], premultiplied[..., 3:]
    return np.divide(color, np.maximum(alpha, 1e-4), out=np.zeros_like(color), where=alpha > 0)


def _towards(rays: np.ndarray, flat: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Return ``normals`` [n, 3] at length 1, each on that side of its triangle from which the ray [n, 3] comes.

    ``flat`` are the triangles' own normals, of either sign. Where corner normals cancel, they are taken.
    """
    flat = np.where(np.einsum("nc,nc->n", flat, rays)[:, None] > 0, -flat, flat)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-6, normals, flat)
    normals = np.where(np.einsum("nc,nc->n", flat, normals)[:, None] < 0, -normals, normals)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
