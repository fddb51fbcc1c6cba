"""The stage: one Cycles scene that is set up once and changed from picture to picture.

Every picture sets everything that any other could have changed, and nothing is added to or taken from the scene, so
that a picture depends on its own description alone, whatever was drawn before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import bpy
import numpy as np

from synth_data.blender.devices import use_device
from synth_data.blender.materials import ALBEDO
from synth_data.blender.meshes import Library, mesh_from_arrays
from synth_data.devices import CPU
from synth_data.handover import picture_name
from synth_data.models import Model, Surface
from synth_data.sampling.cameras import sides
from synth_data.sampling.lights import MAX_AREAS, MAX_POINTS, Light
from synth_data.sampling.sphere import HEIGHT, WIDTH
from vantage.errors import VantageError
from vantage.geometry.cameras import Camera

_OPENCV_FROM_BLENDER = np.diag([1.0, -1.0, -1.0, 1.0])

_SENSOR = 36.0
"""Width of the sensor in mm; only its ratio to the focal length matters."""

GROUND_SIZE = 6.0
"""Side of the plane that takes shadows, object units."""

BOUNCES = {
    "max_bounces": 4,
    "diffuse_bounces": 2,
    "glossy_bounces": 3,
    "transmission_bounces": 4,
    "transparent_max_bounces": 8,
    "volume_bounces": 0,
}


class Stage:
    """A scene with one model, a pool of lamps, an environment and a ground.

    Args:
        size: width and height of the pictures, px; one number for both.
        samples: paths per pixel.
        folder: for the file through which Blender hands over a picture; best in memory (``/dev/shm``).
        threads: of Cycles.
        albedo: pictures come with base colours (`shoot_with_albedo`), traced by the same paths.
        surrounded: pictures of whole scenes: the environment is seen, lamps are not.
        denoised: let Cycles' own denoiser take the noise out: in scenes it has many textured surfaces to hide on.
        device: what Cycles renders on, as `synth_data.devices.chosen_device` names it.
    """

    def __init__(
        self,
        size: int | tuple[int, int],
        samples: int,
        folder: Path,
        threads: int = 1,
        albedo: bool = False,
        surrounded: bool = False,
        denoised: bool = False,
        device: str = CPU,
    ):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        self.size = sides(size)
        self._file = folder / picture_name(os.getpid())
        self._library = Library(albedo=albedo)
        self._channels = 4 if not albedo else 12 if denoised else 8  # a denoised picture comes with the noisy one
        _set_up_cycles(self.scene, samples, threads)
        use_device(self.scene, device)
        _set_up_output(self.scene, self._file)
        if albedo:
            _add_albedo(self.scene)
        self._camera = _add(self.scene, "camera", bpy.data.cameras.new("camera"))
        self.scene.camera = self._camera
        self._object = _add(self.scene, "object", mesh_from_arrays("empty", np.eye(3), np.array([[0, 1, 2]])))
        self._ground = _ground(self.scene)
        self._pools = {
            "point": [_lamp(self.scene, "POINT", number) for number in range(MAX_POINTS)],
            "area": [_lamp(self.scene, "AREA", number) for number in range(MAX_AREAS)],
            "sun": [_lamp(self.scene, "SUN", 0)],
        }
        self._environment = _Surroundings(self.scene)
        if denoised:
            _denoise(self.scene)
        if surrounded:
            _surround(self.scene, [lamp for pool in self._pools.values() for lamp in pool])

    def place(self, model: Model, changed: Mapping[int, Surface] | None = None) -> None:
        """Put ``model`` on the stage; ``changed`` surfaces (by number) replace its own."""
        mesh, shaders = self._library.get(model)
        for number, shader in enumerate(shaders):
            shader.set((changed or {}).get(number, model.surfaces[number]))
        if self._object.data != mesh:
            self._object.data = mesh
        self._library.trim(model.model_id)

    def light(self, lights: tuple[Light, ...], environment: np.ndarray) -> None:
        """Set the lamps and the environment (float32 [HEIGHT, WIDTH, 3])."""
        for kind, pool in self._pools.items():
            chosen = [light for light in lights if light.kind == kind]
            for number, lamp in enumerate(pool):
                _set_lamp(lamp, chosen[number] if number < len(chosen) else None)
        self._environment.show(environment)

    def focus(self, camera: Camera, aperture: float, distance: float) -> None:
        """Open the lens of the following pictures of ``camera``.

        Args:
            camera: gives the focal length.
            aperture: diameter of the lens, object units; 0: everything is sharp.
            distance: of what is sharp, object units.
        """
        focus = self._camera.data.dof
        focus.use_dof = aperture > 0
        if aperture > 0:
            lens = _SENSOR * float(camera.intrinsics[0, 0]) / camera.width  # mm, and an object unit is a metre
            focus.aperture_fstop, focus.focus_distance = lens / 1000 / aperture, distance

    def shoot(self, camera: Camera, seed: int, region: tuple[float, float, float, float] | None = None) -> np.ndarray:
        """Render what ``camera`` sees.

        Args:
            camera: pose and intrinsics.
            seed: of Cycles' sampling.
            region: x0, y0, x1, y1 px; outside of it nothing is traced and the picture is empty.

        Returns:
            float32 [h, w, 4], linear light with premultiplied alpha.

        Raises:
            VantageError: Blender wrote no picture (its folder is full).
        """
        return self._shoot(camera, seed, region)[..., -4:]

    def shoot_with_albedo(
        self, camera: Camera, seed: int, region: tuple[float, float, float, float] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Render as `shoot`, on a stage with ``albedo``.

        Returns:
            the picture; and float32 [h, w, 4], the linear base colour of what the same paths hit first, RGB
            times the share of the pixel that is covered, and that share (glass counts as what covers it).
        """
        planes = self._shoot(camera, seed, region)
        return planes[..., -4:], planes[..., :4]

    def _shoot(self, camera: Camera, seed: int, region: tuple[float, float, float, float] | None) -> np.ndarray:
        """Render the object and return all channels."""
        _set_camera(self._camera, camera)
        _set_region(self.scene.render, region or (0, 0, *self.size), self.size)
        return self._render(self.size, seed)

    def glance(self, camera: Camera, seed: int, size: int = 32) -> np.ndarray:
        """Return what ``camera`` sees as `shoot` does, at ``size`` x ``size`` px: enough for an exposure."""
        _set_camera(self._camera, camera)
        _set_region(self.scene.render, (0, 0, *self.size), self.size)
        return self._render((size, size), seed)[..., -4:]

    def shadow(self, camera: Camera, seed: int, ground: float) -> np.ndarray:
        """Render the shadow that the object throws on a plane at height ``ground``, the object itself unseen.

        It is soft at the sizes of interest, so that a quarter of the resolution serves: a shadow costs more light
        paths than the object.

        Returns:
            float32 [n, m], how much the ground is darkened, m and n being `shadow_size`.
        """
        _set_camera(self._camera, camera)
        _set_region(self.scene.render, (0, 0, *self.size), self.size)
        self._ground.location.z = ground
        self._ground.hide_render, self._object.visible_camera = False, False
        try:
            return self._render(shadow_size(self.size), seed)[..., -1]
        finally:
            self._ground.hide_render, self._object.visible_camera = True, True

    def _render(self, size: tuple[int, int], seed: int) -> np.ndarray:
        """Render the frame at ``size`` and return float32 [h, w, channels], the picture's four last."""
        render, (width, height) = self.scene.render, size
        render.resolution_x, render.resolution_y = width, height
        # pixels of another shape keep the frame's, also where the small picture's sides are rounded
        tall = (self.size[1] * width) / (self.size[0] * height)
        render.pixel_aspect_x, render.pixel_aspect_y = max(1 / tall, 1.0), max(tall, 1.0)
        self.scene.cycles.seed = seed & 0x7FFFFFFF
        self._file.unlink(missing_ok=True)
        bpy.ops.render.render(write_still=True)
        self._environment.rendered()
        return read_flat_exr(self._file, width, height, self._channels)

    def close(self) -> None:
        """Remove the file."""
        self._file.unlink(missing_ok=True)


def shadow_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of the picture of the shadow for pictures of ``size`` px."""
    return max(size[0] // 4, 8), max(size[1] // 4, 8)


def read_flat_exr(path: Path, width: int, height: int, channels: int = 4) -> np.ndarray:
    """Return float32 [height, width, channels] from an uncompressed 32-bit scan-line OpenEXR file.

    Its pixels are the end of the file: per row 8 bytes (row, size) and then the channels A, B, G, R one after another,
    first those of the picture. They come back from last to first: RGBA of further passes, RGBA of the picture.

    Raises:
        VantageError: the file is not there or not whole.
    """
    row = 8 + 4 * channels * width
    data = path.read_bytes() if path.exists() else b""
    if len(data) < row * height:
        raise VantageError(f"Blender could not hand over a picture through {path.parent}; is it full?")
    rows = np.frombuffer(data[-row * height :], np.uint8).reshape(height, row)[:, 8:]
    planes = np.ascontiguousarray(rows).view(np.float32).reshape(height, channels, width)
    return np.ascontiguousarray(planes[:, ::-1].transpose(0, 2, 1))


def _add(scene: bpy.types.Scene, name: str, data: bpy.types.ID) -> bpy.types.Object:
    thing = bpy.data.objects.new(name, data)
    scene.collection.objects.link(thing)
    return thing


def _set_up_cycles(scene: bpy.types.Scene, samples: int, threads: int) -> None:
    """Cycles: no denoiser, no adaptive sampling, few bounces, data kept between pictures."""
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.samples = samples
    cycles.use_denoising = False
    cycles.use_adaptive_sampling = False
    cycles.use_light_tree = True
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 10.0
    for name, value in BOUNCES.items():
        setattr(cycles, name, value)
    render = scene.render
    render.use_persistent_data = True
    render.threads_mode, render.threads = "FIXED", threads
    render.resolution_percentage = 100
    render.film_transparent = True
    render.use_compositing = render.use_sequencer = False


def _set_up_output(scene: bpy.types.Scene, path: Path) -> None:
    """Pictures are handed over as uncompressed float files."""
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.color_depth = "OPEN_EXR", "RGBA", "32"
    settings.exr_codec = "NONE"
    scene.render.use_file_extension = False
    scene.render.filepath = str(path)


def _denoise(scene: bpy.types.Scene) -> None:
    """Take out the noise."""
    scene.cycles.use_denoising = True
    scene.cycles.denoiser, scene.cycles.denoising_prefilter = "OPENIMAGEDENOISE", "FAST"


def _surround(scene: bpy.types.Scene, lamps: list[bpy.types.Object]) -> None:
    """Show the environment and no lamps."""
    scene.render.film_transparent = False
    scene.cycles.use_light_tree = False  # a few lamps: a quarter of the time saved, no more noise
    for lamp in lamps:
        lamp.visible_camera = False


def _add_albedo(scene: bpy.types.Scene) -> None:
    """Add a pass for base colours, of whatever a path hits first, be it transparent."""
    layer = scene.view_layers[0]
    layer.pass_alpha_threshold = 0.0
    albedo = layer.aovs.add()
    albedo.name, albedo.type = ALBEDO, "COLOR"
    scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"


def _set_camera(thing: bpy.types.Object, camera: Camera) -> None:
    """Give Blender's camera the pose and the intrinsics of ours."""
    world_from_camera = np.asarray(camera.world_from_camera, np.float64) @ _OPENCV_FROM_BLENDER
    thing.matrix_world = world_from_camera.T.tolist()  # Blender takes plain lists column by column
    data, intrinsics = thing.data, np.asarray(camera.intrinsics)
    data.sensor_fit, data.sensor_width = "HORIZONTAL", _SENSOR
    data.lens = _SENSOR * intrinsics[0, 0] / camera.width
    data.shift_x = 0.5 - intrinsics[0, 2] / camera.width
    data.shift_y = (intrinsics[1, 2] - camera.height / 2) / camera.width
    data.clip_start, data.clip_end = 1e-3, 1e4


def _set_region(
    render: bpy.types.RenderSettings, region: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    """Trace only the pixels of ``region`` (Blender counts rows from below)."""
    x0, y0, x1, y1 = (float(np.clip(edge / side, 0, 1)) for edge, side in zip(region, size * 2))
    render.use_border, render.use_crop_to_border = True, False
    render.border_min_x, render.border_max_x = x0, x1
    render.border_min_y, render.border_max_y = 1 - y1, 1 - y0


def _lamp(scene: bpy.types.Scene, kind: str, number: int) -> bpy.types.Object:
    lamp = _add(scene, f"{kind.lower()} {number}", bpy.data.lights.new(f"{kind.lower()} {number}", kind))
    lamp.data.energy = 0.0
    return lamp


def _set_lamp(lamp: bpy.types.Object, light: Light | None) -> None:
    """Set one lamp of the pool; without a light it is dark, but stays where Cycles numbers it."""
    if light is None:
        lamp.data.energy = 0.0
        lamp.location = (0.0, 0.0, 5.0)
        return
    lamp.data.energy = light.energy
    lamp.data.color = light.color
    lamp.location = light.position
    lamp.rotation_mode = "QUATERNION"
    lamp.rotation_quaternion = _turned_towards(light.position)
    if light.kind == "point":
        lamp.data.shadow_soft_size = light.size
    elif light.kind == "area":
        lamp.data.shape, lamp.data.size = "SQUARE", light.size
    else:
        lamp.data.angle = np.radians(light.size)


def _turned_towards(position: tuple[float, float, float]) -> tuple[float, float, float, float]:
    """Return the quaternion (w, x, y, z) that turns -z (where lamps shine) from ``position`` to the origin."""
    x, y, z = np.asarray(position) / np.linalg.norm(position)
    if z < -0.999999:
        return (0.0, 1.0, 0.0, 0.0)
    quaternion = np.array([1.0 + z, -y, x, 0.0])
    return tuple(quaternion / np.linalg.norm(quaternion))


def _ground(scene: bpy.types.Scene) -> bpy.types.Object:
    """Return the plane that takes shadows and shows nothing else."""
    half = GROUND_SIZE / 2
    corners = np.array([(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0)])
    ground = _add(scene, "ground", mesh_from_arrays("ground", corners, np.array([[0, 1, 2], [0, 2, 3]])))
    ground.data.update()
    ground.is_shadow_catcher = ground.hide_render = True
    return ground


class _Surroundings:
    """The scene's world: an image around it.

    Cycles does not notice new pixels in an image that it has loaded, so that two images take turns. Both have their
    node, and a factor says which is seen (Cycles drops the other): a node that is given another image makes Blender
    sort out anew what depends on what, for 20 ms. The world's light is sampled on a map of fixed size: the automatic
    one costs two seconds whenever it changes.
    """

    def __init__(self, scene: bpy.types.Scene):
        world = bpy.data.worlds.new("world")
        scene.world = world
        world.use_nodes = True
        world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", WIDTH
        self._images = [
            bpy.data.images.new(f"environment {turn}", WIDTH, HEIGHT, float_buffer=True) for turn in range(2)
        ]
        self._shown, self._loaded = 0, 1
        self._radiance: np.ndarray | None = None
        tree = world.node_tree
        tree.nodes.clear()
        self._choice = tree.nodes.new("ShaderNodeMix")
        self._choice.data_type = "RGBA"
        for image, place in zip(self._images, (6, 7)):
            texture = tree.nodes.new("ShaderNodeTexEnvironment")
            texture.image = image
            tree.links.new(texture.outputs["Color"], self._choice.inputs[place])
        background = tree.nodes.new("ShaderNodeBackground")
        output = tree.nodes.new("ShaderNodeOutputWorld")
        tree.links.new(self._choice.outputs[2], background.inputs["Color"])
        tree.links.new(background.outputs["Background"], output.inputs["Surface"])

    def show(self, radiance: np.ndarray) -> None:
        """Surround the scene with ``radiance``, float32 [HEIGHT, WIDTH, 3]; what is there already is left alone."""
        if self._radiance is not None and np.array_equal(radiance, self._radiance):
            return
        self._radiance = radiance.copy()
        self._shown = 1 - self._loaded
        pixels = np.ones((HEIGHT, WIDTH, 4), np.float32)
        pixels[..., :3] = radiance
        image = self._images[self._shown]
        image.pixels.foreach_set(pixels.ravel())
        image.update()
        self._choice.inputs[0].default_value = float(self._shown)

    def rendered(self) -> None:
        """Note that Cycles has loaded what is shown, so that new surroundings have to come by the other image."""
        self._loaded = self._shown
