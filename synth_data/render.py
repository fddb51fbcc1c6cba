"""From a view's description to its record: light, picture, depth, mask, keypoints."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from synth_data.deformation import deform_by_seed
from synth_data.develop import develop, metered_gain
from synth_data.flow import no_flow, optical_flow
from synth_data.image_textures import TextureFile, textured
from synth_data.models import Model, Surface, load_model, model_from_shape
from synth_data.occlusion import shows_enough, spared
from synth_data.passes import geometry_passes, intrinsic_passes, needs_albedo
from synth_data.raster import ScreenTriangles, nearest_depth, rasterise, screen_triangles
from synth_data.sampling.cameras import frame_object
from synth_data.sampling.environments import environment_image
from synth_data.sampling.lights import light_rows, reference_irradiance
from synth_data.sampling.neighbours import Neighbour, with_neighbours
from synth_data.sampling.surfaces import body_surface
from synth_data.smoothing import smooth_surfaces
from synth_data.spec import ModelRef, ViewSpec
from synth_data.stopwatch import Stopwatch
from vantage.geometry.cameras import Camera
from vantage.geometry.viewpoints import Viewpoint
from vantage.records.schema import OCCLUDED, OUTSIDE, SELF_OCCLUDED, VISIBLE, Record

KEYPOINT_TOLERANCE = 0.015
"""A keypoint is visible when nothing is nearer to the camera by more than this (object units)."""

SHADOW_BLUR = 1.0
"""Standard deviation of the blur that takes the noise out of shadows on the ground, pixels of their own picture."""

MIN_CAMERA_HEIGHT = 0.02
"""A camera lower over the ground than this gets no ground (object units)."""

_KEPT_MODELS = 24


class ModelShelf:
    """Models by reference, a limited number kept; procedural ones are built, CAD ones read where they were prepared.

    Args:
        prepared: model id -> the file that `save_model` wrote.
        textures: images for procedural models.
        seed: of their choice.
    """

    def __init__(self, prepared: Mapping[str, Path], textures: Sequence[TextureFile] = (), seed: int = 0):
        self._prepared, self._textures, self._seed = prepared, textures, seed
        self._models: OrderedDict[str, Model] = OrderedDict()

    def get(self, ref: ModelRef) -> Model:
        """Return the model of ``ref``."""
        if ref.model_id not in self._models:
            self._models[ref.model_id] = self._make(ref)
            while len(self._models) > _KEPT_MODELS:
                self._models.popitem(last=False)
        self._models.move_to_end(ref.model_id)
        return self._models[ref.model_id]

    def scene(self, view: ViewSpec) -> Model:
        """Return what a view shows: its model, with the neighbours that it has."""
        main = self.get(view.model)
        if not view.neighbours:
            return main
        words = hashlib.sha256(repr(view.neighbours).encode()).hexdigest()[:16]
        model_id = f"{main.model_id}+{words}"
        if model_id not in self._models:
            self._models[model_id] = with_neighbours(
                main, [(other, self.get(other.model)) for other in view.neighbours], model_id
            )
        return self._models[model_id]

    def _make(self, ref: ModelRef) -> Model:
        if ref.base:
            return deform_by_seed(self.get(replace(ref, model_id=ref.base, base="")), ref.bend, ref.model_id)
        if ref.seed is None:
            return load_model(self._prepared[ref.model_id])
        from synth_data.shapes.registry import sample_shape

        model = model_from_shape(sample_shape(ref.category, ref.seed), ref.model_id)
        return textured(model, self._textures, self._seed)


class Renderer:
    """Renders views on one Blender stage.

    Args:
        stage: a `synth_data.blender.stage.Stage`.
        shelf: has the models.
        seed: of the set, stored in each record.
        smooth: take the noise of few samples out of the pictures.
        passes: names of `synth_data.passes.PASSES` that records shall hold.
        watch: is told which stage its time went to.
        together: view -> the views that have the same neighbours, in the same places: those of its group; without it,
            each is on its own.
    """

    def __init__(
        self,
        stage: Any,
        shelf: ModelShelf,
        seed: int,
        smooth: bool = True,
        passes: Sequence[str] = (),
        watch: Stopwatch | None = None,
        together: Callable[[ViewSpec], Sequence[ViewSpec]] | None = None,
    ):
        self._stage, self._shelf, self._seed, self._smooth, self._passes = stage, shelf, seed, smooth, tuple(passes)
        self._watch = watch or Stopwatch()
        self._together = together or (lambda view: (view,))
        self._neighbours: tuple[tuple[Any, ...], tuple[Neighbour, ...]] = ((), ())

    def record(self, view: ViewSpec, following: ViewSpec | None = None) -> Record:
        """Render one view; ``following`` is the next of its group, for the flow to it."""
        view, following = self._with_limits(view), following and self._with_limits(following)
        model = self._shelf.scene(view)
        self._watch.lap("models")
        viewpoint, camera = self._framed(view)
        screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
        depth, face = rasterise(screen, camera.width, camera.height)
        self._watch.lap("geometry")
        environment = environment_image(view.lighting.environment)
        image, passes = self._picture(view, model, camera, environment, screen, depth, face)
        lights = light_rows(view.lighting, environment)
        self._watch.lap("development")
        passes |= geometry_passes(self._passes, model, camera, screen, face)
        if "flow" in self._passes:
            passes |= self._flow(model, depth, camera, following)
        record = self._labelled(view, model, viewpoint, camera, lights, screen, depth, face, image, passes)
        self._watch.lap("geometry")
        return record

    def _with_limits(self, view: ViewSpec) -> ViewSpec:
        """Return the view with neighbours that do not hide too much of its object, in any view that has them."""
        if not view.neighbours:
            return view
        views = self._together(view)
        key = (views[0].index, view.neighbours)
        if self._neighbours[0] != key:
            self._neighbours = key, spared(view.neighbours, lambda others: self._fits(views, others))
        return replace(view, neighbours=self._neighbours[1])

    def _fits(self, views: Sequence[ViewSpec], others: tuple[Neighbour, ...]) -> bool:
        """Whether all ``views`` show enough of the object with other neighbours."""
        changed = (replace(view, neighbours=others) for view in views)
        return all(shows_enough(self._shelf.scene(view), self._framed(view)[1]) for view in changed)

    def _framed(self, view: ViewSpec) -> tuple[Viewpoint, Camera]:
        """Return from where a view is seen; neighbours do not matter for it."""
        return frame_object(view.direction, view.framing, self._shelf.get(view.model).hull, self._stage.size)

    def _flow(self, model: Model, depth, camera: Camera, following: ViewSpec | None) -> dict[str, np.ndarray]:
        """Return the flow to the following view, if that shows the same model."""
        if following is None or self._shelf.scene(following).model_id != model.model_id:
            return dict(zip(("flow", "flow_valid"), no_flow(depth.shape)))
        _, other = self._framed(following)
        screen = screen_triangles(model.vertices, model.triangles, other.camera_from_world, other.intrinsics)
        return dict(zip(("flow", "flow_valid"), optical_flow(depth, camera, other, screen)))

    def _focused(self, view: ViewSpec, camera: Camera, depth: np.ndarray) -> float:
        """Open the lens and focus on the object's centre; return the largest blur of what is seen, px."""
        distance = float(np.linalg.norm(camera.centre))
        aperture = view.framing.aperture * distance
        self._stage.focus(camera, aperture, distance)
        seen = depth[depth > 0]
        if not aperture or not len(seen):
            return 0.0
        circle = np.abs(1 / seen - 1 / distance).max() * aperture / 2
        return float(circle * camera.intrinsics[0, 0])

    def _picture(
        self, view: ViewSpec, model: Model, camera: Camera, environment, screen, depth, face
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Return the developed picture, uint8 RGBA, and the passes that come with it."""
        lighting = view.lighting
        self._stage.place(model, _changed_surfaces(view, model))
        self._stage.light(lighting.lights, environment)
        blur = self._focused(view, camera, depth)
        self._watch.lap("scene")
        linear, passes = self._shot(model, camera, view.sampling_seed, _region(screen, camera, blur), depth, face)
        ground = _ground_height(model, camera) if lighting.ground else None
        if ground is not None:
            self._watch.lap("development")
            shadow = self._stage.shadow(camera, view.sampling_seed, ground)
            self._watch.lap("render")
            linear = over_shadow(linear, shadow)
        gain = lighting.exposure * np.pi / max(reference_irradiance(lighting, environment), 1e-6)
        return develop(linear, metered_gain(linear, depth > 0, gain), view.development), passes

    def _shot(self, model: Model, camera: Camera, seed: int, region, depth, face) -> tuple[np.ndarray, dict[str, Any]]:
        """Return the light of the object, float32 [h, w, 4] premultiplied, and the passes that come with it."""

        def cleaned(linear: np.ndarray) -> np.ndarray:
            self._watch.lap("render")
            return smooth_surfaces(linear, model, face, depth) if self._smooth else linear

        if not needs_albedo(self._passes):
            return cleaned(self._stage.shoot(camera, seed, region)), {}
        linear, albedo = map(cleaned, self._stage.shoot_with_albedo(camera, seed, region))
        return linear, intrinsic_passes(self._passes, linear, albedo)

    def _labelled(
        self, view, model, viewpoint: Viewpoint, camera: Camera, lights, screen, depth, face, image, passes
    ) -> Record:
        """Return the record of a picture."""
        points, z = camera.project(model.keypoints)
        mask = own_mask(model, face)
        own, others = screen.of(model.own), screen.of(~model.own)
        return Record(
            image=image,
            mask=np.where(mask, 255, 0).astype(np.uint8),
            depth=depth.astype(np.float32),
            intrinsics=camera.intrinsics,
            camera_from_world=camera.camera_from_world,
            viewpoint=np.array(
                [viewpoint.azimuth, viewpoint.elevation, viewpoint.tilt, viewpoint.distance], np.float32
            ),
            bbox=mask_box(mask),
            keypoints_2d=points,
            keypoints_3d=model.keypoints,
            keypoint_visibility=keypoint_visibility(points, z, own, camera, others),
            keypoint_names=model.keypoint_names,
            lights=lights,
            factors=_factors(view),
            category=view.model.category,
            model_id=view.model.model_id,
            scene_id=f"{view.group:08d}",
            view_id=view.place,
            index=view.index,
            seed=self._seed,
            normalisation=dict(model.normalisation),
            symmetry=model.symmetry.as_json(),
            instances=[instance.as_json() for instance in model.instances],
            **passes,
        )


def keypoint_visibility(
    points: np.ndarray, z: np.ndarray, screen: ScreenTriangles, camera: Camera, others: ScreenTriangles | None = None
) -> np.ndarray:
    """Return the state of each keypoint, uint8 [K]; what the object hides itself is not called hidden by another.

    Args:
        points: [K, 2] px.
        z: [K] z-depth, object units.
        screen: the object's triangles in the image.
        camera: gives the frame.
        others: the triangles of all other objects.
    """
    if not len(points):
        return np.zeros(0, np.uint8)
    inside = (points >= 0).all(axis=1) & (points < (camera.width, camera.height)).all(axis=1) & (z > 0)
    nearest = np.full((2, len(points)), np.inf)
    for depth, part in zip(nearest, (screen, others)):
        depth[inside] = np.inf if part is None else nearest_depth(part, points[inside])
    by_itself, by_another = nearest < z - KEYPOINT_TOLERANCE
    return np.select([~inside, by_itself, by_another], [OUTSIDE, SELF_OCCLUDED, OCCLUDED], VISIBLE).astype(np.uint8)


def own_mask(model: Model, face: np.ndarray) -> np.ndarray:
    """Return where the object of the labels is seen, bool [h, w], given the triangle at each pixel (-1: none)."""
    return (face >= 0) & model.own[face]


def mask_box(mask: np.ndarray) -> np.ndarray:
    """Return x0, y0, x1, y1 px, the edges of the box around the true pixels; zeros where there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return np.zeros(4, np.float32)
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float32)


def over_shadow(linear: np.ndarray, shadow: np.ndarray) -> np.ndarray:
    """Return the picture laid over a shadow.

    Args:
        linear: float32 [h, h, 4], premultiplied.
        shadow: float32 [n, n], darkness of the whole frame's ground at a lower resolution; its noise is smoothed.
    """
    smooth = Image.fromarray(gaussian_filter(shadow, SHADOW_BLUR))
    dark = np.asarray(smooth.resize(linear.shape[1::-1], Image.Resampling.BICUBIC)).clip(0, 1)
    result = linear.copy()
    result[..., 3] += (1 - result[..., 3]) * dark
    return result


def _changed_surfaces(view: ViewSpec, model: Model) -> dict[int, Surface]:
    """Return the surfaces that a view has in another finish or paint, by number."""
    changed = view.finish.of(model) if view.finish else {}
    body = body_surface(model) if view.paint else None
    return changed if body is None else {**changed, body: view.paint.on(model.surfaces[body])}


def _ground_height(model: Model, camera: Camera) -> float | None:
    """Return where the ground is, or None for a camera that is not above it: there it would hide the object."""
    height = float(model.vertices[:, 2].min())
    return height if camera.centre[2] > height + MIN_CAMERA_HEIGHT else None


def _region(screen: ScreenTriangles, camera: Camera, blur: float = 0.0) -> tuple[float, float, float, float]:
    """Return the part of the frame that holds the object, and ``blur`` and two pixels around it."""
    size = (camera.width, camera.height)
    low = np.clip(np.floor(screen.low.min(axis=1) - 2 - blur), 0, size)
    high = np.clip(np.ceil(screen.high.max(axis=1) + 2 + blur), 0, size)
    return (*map(float, low), *map(float, high))


def _factors(view: ViewSpec) -> dict[str, float]:
    """Return the named numbers that were varied."""
    return {
        "fov_deg": view.framing.fov_deg,
        "fill": view.framing.fill,
        "shift_x": view.framing.shift[0],
        "shift_y": view.framing.shift[1],
        "lamps": float(len(view.lighting.lights)),
        "ground": float(view.lighting.ground),
        "exposure": view.lighting.exposure,
        "repainted": float(view.paint is not None),
        **({"aperture": view.framing.aperture} if view.framing.aperture else {}),
        **dict(view.factors),
        **({"neighbours": float(len(view.neighbours))} if view.neighbours else {}),
    }
