"""What tests have done in worker processes: whatever needs Blender, and whatever shall go wrong."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from synth_data.pool import Handler, Outcome, Pool
from vantage.errors import MeshError


def in_blender(make_handler, payloads, *arguments) -> list[Any]:
    """Do ``payloads`` in one process that has Blender and return the results in order."""
    outcomes: list[Outcome] = list(Pool(make_handler, arguments).run(payloads))
    assert not [outcome.failure or outcome.error for outcome in outcomes if outcome.failure or outcome.error]
    return [outcome.result for outcome in outcomes]


def make_marker_shots(size: int, samples: int) -> Handler:
    """Shots of the marked model by the light of its own: (camera, seed) -> linear float32 RGBA."""
    from synth_data.blender.stage import Stage
    from synth_data.handover import picture_folder
    from synth_data.sampling.sphere import HEIGHT, WIDTH
    from tests.synth_data.objects import marked_model

    stage = Stage(size, samples, picture_folder())
    stage.place(marked_model())
    stage.light((), np.zeros((HEIGHT, WIDTH, 3), np.float32))
    return lambda payload, tell: stage.shoot(*payload)


def make_records(spec, prior, prepared) -> Handler:
    """Index -> record."""
    from synth_data.shards import make_renderer

    render = make_renderer(spec, prior, prepared)
    return lambda index, tell: render(index)


def make_renderer_probe(spec) -> Handler:
    """Anything -> (threads of linear algebra, whether every thread may use every core again, whether it can render)."""
    from synth_data.shards import make_renderer

    before = os.sched_getaffinity(0)
    render = make_renderer(spec, None, {})
    after = [os.sched_getaffinity(int(thread.name)) for thread in Path("/proc/self/task").iterdir()]
    free = len(after) > 1 and all(cores == before for cores in after)
    return lambda payload, tell: (os.environ["OPENBLAS_NUM_THREADS"], free, bool(render))


def make_troubled(folder: Path) -> Handler:
    """Does what the word says."""

    def work(word: str, tell) -> str:
        tell(1)
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "die once" and not (folder / "died").exists():
            (folder / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "hang":
            time.sleep(60)
        for _ in range(4 if word == "steps" else 0):
            time.sleep(0.8)
            tell(1)
        if word == "greedy":
            return str(len(bytearray(8 * 2**30)))
        if word == "mistake":
            raise MeshError("a mistake", "none")
        if word == "defect":
            raise ValueError("a defect")
        if word == "chatter":
            os.write(1, b"noise on standard output\n")
            os.write(2, b"noise on standard error\n")
        return f"{word} {os.getpid()}"

    return work


def make_cad_writer(folder: Path) -> Handler:
    """Writes a red solid with a picture as ``folder/NAME``: FBX (its picture inside, or beside) or USD."""
    import bpy

    from synth_data.blender.meshes import mesh_from_arrays
    from tests.synth_data.objects import TETRAHEDRON, TETRAHEDRON_FACES

    def work(name: str, tell) -> str:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        mesh = mesh_from_arrays("solid", TETRAHEDRON, TETRAHEDRON_FACES)
        mesh.update()
        mesh.uv_layers.new(name="uv").uv.foreach_set("vector", np.random.default_rng(0).random(24).astype(np.float32))
        mesh.materials.append(_red_material(bpy, folder / "paint.png"))
        bpy.context.scene.collection.objects.link(bpy.data.objects.new("solid", mesh))
        if name.endswith(".fbx"):
            inside = {"path_mode": "COPY", "embed_textures": True} if "inside" in name else {"path_mode": "ABSOLUTE"}
            bpy.ops.export_scene.fbx(filepath=str(folder / name), **inside)
        else:
            bpy.ops.wm.usd_export(filepath=str(folder / name))
        return name

    return work


def _red_material(bpy, picture: Path):
    """A rough red material with a picture of noise."""
    image = bpy.data.images.new("paint", 64, 64)
    image.pixels.foreach_set(np.random.default_rng(0).random(4 * 64 * 64).astype(np.float32))
    image.filepath_raw, image.file_format = str(picture), "PNG"
    image.save()
    material = bpy.data.materials.new("red")
    material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (0.8, 0.1, 0.05, 1)
    shader.inputs["Roughness"].default_value = 0.3
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.links.new(node.outputs[0], shader.inputs["Base Color"])
    return material


def make_importer() -> Handler:
    """A CAD file -> (model, notes, whether Blender would run scripts of a file)."""
    from synth_data.cad import cad_file
    from synth_data.cad.building import import_noted

    def work(path: str, tell) -> tuple:
        model, notes = import_noted(cad_file(path, "solid"))
        import bpy

        return model, notes, bpy.context.preferences.filepaths.use_scripts_auto_execute

    return work


def make_panel_shots(size: int, samples: int) -> Handler:
    """Seed -> picture and albedo of `panels` in even light, the picture of a stage without albedo, and picture and
    albedo of a stage for scenes."""
    from synth_data.blender.stage import Stage
    from synth_data.handover import picture_folder
    from synth_data.sampling.sphere import HEIGHT, WIDTH
    from tests.synth_data.test_intrinsics import panels
    from vantage.geometry.cameras import Camera
    from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at

    focal = np.array([[size * 8.0, 0, size / 2], [0, size * 8.0, size / 2], [0, 0, 1]])
    camera = Camera(focal, camera_from_world_at(Viewpoint(0, 0, 0, 8.0)), size, size)

    def staged(**kind: bool) -> Stage:
        stage = Stage(size, samples, picture_folder(), **kind)
        stage.place(panels())
        stage.light((), np.ones((HEIGHT, WIDTH, 3), np.float32))
        return stage

    def work(seed: int, tell) -> tuple:
        with_albedo = staged(albedo=True).shoot_with_albedo(camera, seed)
        plain = staged().shoot(camera, seed)
        return *with_albedo, plain, *staged(albedo=True, surrounded=True, denoised=True).shoot_with_albedo(camera, seed)

    return work


def make_room_records(passes: tuple[str, ...], size: int) -> Handler:
    """Direction -> record of `tests.synth_data.test_passes.room`, by soft light."""
    from synth_data.blender.stage import Stage
    from synth_data.develop import Development
    from synth_data.handover import picture_folder
    from synth_data.render import Renderer
    from synth_data.sampling.cameras import Framing
    from synth_data.sampling.lights import SOFT
    from synth_data.spec import ModelRef, ViewSpec
    from tests.synth_data.test_passes import room

    class Shelf:
        def get(self, ref):
            return room()

        def scene(self, view):
            return room()

    renderer = Renderer(Stage(size, 16, picture_folder(), albedo=True), Shelf(), 0, passes=passes)
    ref = ModelRef("room", "room", "room")
    return lambda direction, tell: renderer.record(
        ViewSpec(0, ref, direction, Framing(35.0, 0.7), SOFT, None, Development(), 0)
    )


def make_lit_ball(size: int) -> Handler:
    """A white ball lit by surroundings alone: environment -> its brightness from eight azimuths, 0 to 315 degrees."""
    from synth_data.blender.stage import Stage
    from synth_data.handover import picture_folder
    from synth_data.sampling.cameras import Framing, frame_object
    from synth_data.sampling.environments import environment_image
    from synth_data.sampling.viewpoints import Direction
    from tests.synth_data.objects import ball_model

    stage, model = Stage(size, 16, picture_folder()), ball_model()
    cameras = [frame_object(Direction(45 * k, 0), Framing(20, 0.8), model.hull, size)[1] for k in range(8)]

    def work(environment: Any, tell) -> list[float]:
        stage.place(model)
        stage.light((), environment_image(environment))
        return [float(stage.shoot(camera, 1)[..., :3].mean()) for camera in cameras]

    return work


def make_surrounded_ball(size: int) -> Handler:
    """The ball in the last of the surroundings that are shown one after another: their list -> linear float32 RGBA."""
    from synth_data.blender.stage import Stage
    from synth_data.handover import picture_folder
    from synth_data.sampling.cameras import Framing, frame_object
    from synth_data.sampling.environments import environment_image
    from synth_data.sampling.viewpoints import Direction
    from tests.synth_data.objects import ball_model

    stage, model = Stage(size, 4, picture_folder()), ball_model()
    camera = frame_object(Direction(30, 20), Framing(20, 0.8), model.hull, size)[1]

    def work(environments: list[Any], tell) -> np.ndarray:
        stage.place(model)
        for environment in environments:
            stage.light((), environment_image(environment))
        return stage.shoot(camera, 1)

    return work


def make_focused_shots(size: int) -> Handler:
    """A ball seen through a lens: (aperture, distance in focus) -> linear float32 RGBA."""
    from synth_data.blender.stage import Stage
    from synth_data.handover import picture_folder
    from synth_data.sampling.cameras import Framing, frame_object
    from synth_data.sampling.sphere import HEIGHT, WIDTH
    from synth_data.sampling.viewpoints import Direction
    from tests.synth_data.objects import ball_model

    stage, model = Stage(size, 32, picture_folder()), ball_model()
    camera = frame_object(Direction(20, 10, distance=2.0), Framing(40, 0.5), model.hull, size)[1]

    def work(payload: Any, tell) -> np.ndarray:
        stage.place(model)
        stage.light((), np.ones((HEIGHT, WIDTH, 3), np.float32))
        stage.focus(camera, *payload)
        return stage.shoot(camera, 3)

    return work
