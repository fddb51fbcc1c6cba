"""Rendering of scenes: which scene, by what rig, in what light, at what exposure; the rest is as for objects."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from synth_data.composition import Placed
from synth_data.develop import develop
from synth_data.image_textures import TextureFile, textured
from synth_data.models import Model
from synth_data.render import Renderer
from synth_data.sampling.cameras import sides
from synth_data.sampling.lights import Light
from synth_data.scenes import RIGS
from synth_data.scenes.rigs import SAMPLERS, Lens, rig_cameras
from synth_data.scenes.room import build_room, sample_room_params
from synth_data.scenes.scene import Scene, normalised_lights, scene_model
from synth_data.scenes.street import build_street, sample_street_params
from synth_data.spec import ModelRef, RigRef, ViewSpec
from vantage.geometry.cameras import Camera
from vantage.geometry.viewpoints import Viewpoint, viewpoint_from_rotation
from vantage.records.schema import Record

KEY = 0.20
"""Linear light that the middle of a scene's tones comes out at, at exposure 1."""

PEAK = 1.0
"""Linear light that all but a twentieth of a scene's tones stay under, at exposure 1."""

_KEPT = 4


@dataclass(frozen=True, eq=False)
class ReadyScene:
    """A scene, its model in normalised units, and its lamps in them."""

    scene: Scene
    model: Model
    lights: tuple[Light, ...]


def ready_scene(ref: ModelRef, textures: Sequence[TextureFile] = (), seed: int = 0) -> ReadyScene:
    """Return the scene of ``procedural:room:SEED`` or ``procedural:street:SEED``.

    Args:
        ref: which.
        textures: images that its objects and coverings get.
        seed: of their choice.
    """
    rng = np.random.default_rng([ref.seed, 7])
    if ref.category == "room":
        scene = build_room(sample_room_params(rng), ref.model_id)
    else:
        scene = build_street(sample_street_params(rng), ref.model_id)
    if textures:
        scene = replace(scene, placed=[_textured(item, textures, seed, ref.model_id) for item in scene.placed])
    model = scene_model(scene)
    norm = model.normalisation
    return ReadyScene(scene, model, normalised_lights(scene.lights, norm["scale"], norm["offset"]))


def _textured(item: Placed, textures: Sequence[TextureFile], seed: int, scene_id: str) -> Placed:
    """Return a thing with images on it; walls and roads of each scene have their own."""
    model = item.model
    named = replace(model, model_id=f"{scene_id}/{model.model_id}")
    return replace(item, model=replace(textured(named, textures, seed), model_id=model.model_id))


def scene_cameras(ready: ReadyScene, rig: RigRef, lens: Lens) -> list[Camera]:
    """Return the cameras of a rig in the units of the model.

    Raises:
        DataError: the scene has no room for the rig.
    """
    drawn = SAMPLERS[rig.name](np.random.default_rng(rig.seed), ready.scene.ground, rig.count)
    norm = ready.model.normalisation
    return [normalised_camera(camera, norm["scale"], norm["offset"]) for camera in rig_cameras(drawn, lens)]


def normalised_camera(camera: Camera, scale: float, offset) -> Camera:
    """Return a camera in the units ``(point - offset) * scale``; it sees the same picture."""
    transform = np.array(camera.camera_from_world, np.float64)
    centre = (np.asarray(camera.centre) - np.asarray(offset)) * scale
    transform[:3, 3] = -transform[:3, :3] @ centre
    return replace(camera, camera_from_world=transform)


def metered(linear: np.ndarray) -> float:
    """Return the gain for pictures [..., 3 or 4] of linear light: the middle tone at `KEY`, little beyond `PEAK`."""
    luminance = linear[..., :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    middle, bright = np.percentile(luminance, [50, 95])
    return float(min(KEY / max(middle, 1e-6), PEAK / max(bright, 1e-6)))


class SceneShelf:
    """Scenes by reference, the last few kept; with ``textures`` on them, drawn from ``seed``."""

    def __init__(self, textures: Sequence[TextureFile] = (), seed: int = 0):
        self._textures, self._seed = textures, seed
        self._scenes: OrderedDict[str, ReadyScene] = OrderedDict()

    def ready(self, ref: ModelRef) -> ReadyScene:
        """Return the scene of ``ref``."""
        if ref.model_id not in self._scenes:
            self._scenes[ref.model_id] = ready_scene(ref, self._textures, self._seed)
            while len(self._scenes) > _KEPT:
                self._scenes.popitem(last=False)
        self._scenes.move_to_end(ref.model_id)
        return self._scenes[ref.model_id]

    def get(self, ref: ModelRef) -> Model:
        """Return the model of ``ref``."""
        return self.ready(ref).model

    def scene(self, view: ViewSpec) -> Model:
        """Return what a view shows."""
        return self.get(view.model)


class SceneRenderer(Renderer):
    """Renders views of scenes: as `Renderer`, with the cameras of a rig, the lamps of the scene, and one exposure for
    all views of a group."""

    _shelf: SceneShelf

    def record(self, view: ViewSpec, following: ViewSpec | None = None) -> Record:
        """Render one view of a scene; its factor ``rig`` is the rig's number in `synth_data.scenes.RIGS`."""
        ready = self._shelf.ready(view.model)
        own = {"style": view.model.category, "lights": ready.lights, "environment": ready.scene.environment}
        lighting = replace(view.lighting, ground=False, **({} if view.lighting.environment.picture else own))
        factors = (("rig", float(RIGS.index(view.rig.name))),)
        return super().record(replace(view, lighting=lighting, paint=None, factors=factors), following)

    def _framed(self, view: ViewSpec) -> tuple[Viewpoint, Camera]:
        camera = self._cameras(view.model, view.rig, view.framing.fov_deg)[view.place]
        azimuth, elevation, tilt = map(float, viewpoint_from_rotation(camera.camera_from_world[:3, :3]))
        return Viewpoint(azimuth, elevation, tilt, float(np.linalg.norm(camera.centre))), camera

    def _picture(
        self, view: ViewSpec, model: Model, camera: Camera, environment, screen, depth, face
    ) -> tuple[np.ndarray, dict[str, Any]]:
        self._stage.place(model, view.finish.of(model, apart=True) if view.finish else None)
        self._stage.light(view.lighting.lights, environment)
        self._watch.lap("scene")
        gain = self._gain(view.model, view.rig, view.framing.fov_deg)
        linear, passes = self._shot(model, camera, view.sampling_seed, None, depth, face)
        return develop(linear, gain * view.lighting.exposure, view.development), passes

    @lru_cache(maxsize=4)  # noqa: B019 a worker has one renderer for its whole life
    def _cameras(self, ref: ModelRef, rig: RigRef, fov_deg: float) -> list[Camera]:
        """Return the cameras of a group."""
        return scene_cameras(self._shelf.ready(ref), rig, Lens(fov_deg, *sides(self._stage.size)))

    @lru_cache(maxsize=4)  # noqa: B019
    def _gain(self, ref: ModelRef, rig: RigRef, fov_deg: float) -> float:
        """Return the exposure of a group, metered through its first, middle and last cameras."""
        cameras = self._cameras(ref, rig, fov_deg)
        chosen = [cameras[0], cameras[len(cameras) // 2], cameras[-1]]
        return metered(np.stack([self._stage.glance(camera, rig.seed) for camera in chosen]))
