"""Streets: right-hand traffic, room between things, houses along the pavements; and scenes as records."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PIL import Image
from scipy.spatial import cKDTree

from synth_data.commands import Render
from synth_data.develop import Development
from synth_data.order import make_spec
from synth_data.presets import PoseNet, Scenes
from synth_data.sampling.cameras import Framing
from synth_data.sampling.finishes import Finish as FinishOfAll
from synth_data.sampling.lights import sample_lighting
from synth_data.sampling.viewpoints import Direction, UniformPrior
from synth_data.scenes import check_scenes, parse_rigs
from synth_data.scenes.houses import house_pieces
from synth_data.scenes.outdoors import tree_pieces
from synth_data.scenes.pieces import model_of_pieces
from synth_data.scenes.render import (
    KEY,
    PEAK,
    ReadyScene,
    SceneRenderer,
    SceneShelf,
    metered,
    ready_scene,
    scene_cameras,
)
from synth_data.scenes.rigs import SAMPLERS, Lens
from synth_data.scenes.space import boxes_overlap
from synth_data.scenes.street import sample_street_params
from synth_data.scenes.street_params import StreetParams
from synth_data.spec import ModelRef, RigRef, ViewSpec, view_spec
from vantage.errors import UserError
from vantage.records.schema import LIGHT_KINDS

STREET = ModelRef("procedural:street:0", "street", "procedural:street:0")
ROOM = ModelRef("procedural:room:0", "room", "procedural:room:0")


@pytest.fixture(scope="module")
def params() -> StreetParams:
    return sample_street_params(np.random.default_rng([0, 7]))


@pytest.fixture(scope="module")
def street() -> ReadyScene:
    return ready_scene(STREET)


@pytest.fixture(scope="module")
def room() -> ReadyScene:
    return ready_scene(ROOM)


def test_vehicles_keep_apart_and_to_the_right(params):
    for first, second in combinations(params.items, 2):
        assert not boxes_overlap(first.bounds(), second.bounds()), (first.name, second.name)
    for item in params.items:
        ahead = -np.cos(np.radians(item.turn_deg))
        assert ahead * item.position[0] > 0, "who goes towards +y has x > 0"
        assert np.abs(item.bounds()[:, 0]).max() < params.half_road + 0.35
    assert sum(item.category == "car" for item in params.items) >= 2


def test_the_other_lane_is_free_to_drive(params, street):
    lane = street.scene.ground.lane
    points = np.linspace(*lane, 50) + (0, 0, 1.5)
    assert street.scene.ground.space.clearance(points).min() > 0.5
    assert np.allclose(lane[:, 0], params.lane / 2)


def test_houses_line_the_street(params):
    for side in (-1, 1):
        row = sorted((h for h in params.houses if h.x == side * params.front), key=lambda house: house.y)
        edges = [(h.y - h.width / 2, h.y + h.width / 2) for h in row]
        assert edges[0][0] == pytest.approx(-params.length / 2) and edges[-1][1] == pytest.approx(params.length / 2)
        np.testing.assert_allclose([a for a, _ in edges[1:]], [b for _, b in edges[:-1]])


def test_a_house_looks_at_the_street_and_stays_in_its_plot(params):
    house = params.houses[0]
    model = model_of_pieces(list(house_pieces(house)), "house", "house")
    box = house.boxes()[0]
    assert (model.vertices[:, 1] > box[0, 1] - 0.4).all() and (model.vertices[:, 1] < box[1, 1] + 0.4).all()
    assert np.abs(model.vertices[:, 0]).min() > params.front - 0.5
    assert model.vertices[:, 2].min() >= 0


def test_trees_stand_inside_their_boxes(params):
    for tree in params.trees[:3]:
        vertices = model_of_pieces(list(tree_pieces(tree)), "tree", "tree").vertices
        boxes = tree.boxes()
        low, high = np.min(boxes, axis=(0, 1)), np.max(boxes, axis=(0, 1))
        assert (vertices >= low - 0.1).all() and (vertices <= high + 0.1).all()


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("kind", ["street", "room"])
def test_cameras_keep_a_distance_from_surfaces(kind, name, request):
    ready = request.getfixturevalue(kind)
    cameras = scene_cameras(ready, RigRef(name, 5, 6), Lens(60.0, 32, 32))
    scale = ready.model.normalisation["scale"]
    corners = ready.model.vertices[ready.model.triangles]
    weights = np.random.default_rng(0).dirichlet(np.ones(3), 4)
    samples = np.concatenate([np.einsum("kc,fcx->kfx", weights, corners).reshape(-1, 3), ready.model.vertices])
    distance, _ = cKDTree(samples).query(np.array([camera.centre for camera in cameras]))
    assert distance.min() / scale > 0.25
    assert ready.model.vertices.min() < distance.min() < 1


class Paper:
    """A stage without Blender: every picture is the same grey."""

    def __init__(self, size: int):
        self.size, self.lights, self.seeds, self.changed, self.environments = size, [], [], [], []

    def place(self, model, changed=None) -> None:
        self.changed.append(changed)

    def light(self, lights, environment) -> None:
        self.lights.append(lights)
        self.environments.append(environment)

    def glance(self, camera, seed, size=32) -> np.ndarray:
        return np.full((size, size, 4), 0.5, np.float32)

    def shoot(self, camera, seed, region=None) -> np.ndarray:
        self.seeds.append(seed)
        return np.full((self.size, self.size, 4), (0.5, 0.5, 0.5, 1.0), np.float32)


class OneScene(SceneShelf):
    """A shelf with a scene that is there already."""

    def __init__(self, scene: ReadyScene):
        super().__init__()
        self._scenes[scene.model.model_id] = scene


def view(place: int, rig: RigRef, model: ModelRef) -> ViewSpec:
    """A view of a group."""
    lighting = replace(sample_lighting(np.random.default_rng(0)), exposure=1.0)
    return ViewSpec(24 + place, model, Direction(0, 0, 0), Framing(60.0, 0.9), lighting, None, Development(), place, 2,
                    place, (), (), rig)  # fmt: skip


def test_records_of_a_group_show_one_scene_through_one_rig(room):
    stage, rig = Paper(40), RigRef("grid", 3, 6)
    renderer = SceneRenderer(stage, OneScene(room), 0, False, ("instance",))
    records = [renderer.record(view(place, rig, ROOM)) for place in (0, 1, 5)]
    assert [(r.scene_id, r.view_id, r.index) for r in records] == [("00000002", p, 24 + p) for p in (0, 1, 5)]
    assert {r.category for r in records} == {"room"} and stage.seeds == [0, 1, 5]
    cameras = scene_cameras(room, rig, Lens(60.0, 40, 40))
    for record, number in zip(records, (0, 1, 5)):
        np.testing.assert_allclose(record.camera_from_world, cameras[number].camera_from_world, atol=1e-6)
        assert (record.depth > 0).all() and (record.mask == 255).all() and (record.image[..., 3] == 255).all()
        assert record.instance.max() <= len(room.model.instances) and len(np.unique(record.instance)) > 2
        assert record.normalisation["scale"] == room.model.normalisation["scale"]
        assert record.factors["rig"] == 0.0 and record.factors["fov_deg"] == 60.0
        assert (record.image == records[0].image).all()
    assert {light.kind for light in stage.lights[0]} == {"area"}


def test_an_environment_image_is_all_the_light_of_a_street(street, tmp_path):
    Image.fromarray(np.full((64, 128, 3), (20, 40, 250), np.uint8)).save(tmp_path / "blue.png")
    stage = Paper(24)
    pictured = replace(view(0, RigRef("drive", 3, 6), STREET), lighting=sample_lighting(
        np.random.default_rng(0), pictures=[str(tmp_path / "blue.png")]))  # fmt: skip
    record = SceneRenderer(stage, OneScene(street), 0, False, ()).record(pictured)
    assert stage.lights == [()] and stage.environments[0][..., 2].mean() > 5 * stage.environments[0][..., 0].mean()
    assert record.lights.shape == (1, 8) and LIGHT_KINDS[int(record.lights[0, 0])] == "environment"


@pytest.mark.parametrize("kind", ["recoloured", "random"])
def test_materials_of_a_scene_change_surface_by_surface(room, kind):
    stage = Paper(24)
    renderer = SceneRenderer(stage, OneScene(room), 0, False, ())
    renderer.record(replace(view(0, RigRef("grid", 3, 6), ROOM), finish=FinishOfAll(kind, 5)))
    (changed,) = stage.changed
    surfaces = room.model.surfaces
    assert set(changed) == {number for number, surface in enumerate(surfaces) if surface.emission == 0}
    assert len({surface.base_color for surface in changed.values()}) == len(changed)
    assert all(surface.texture == surfaces[number].texture for number, surface in changed.items())


def test_a_place_keeps_its_materials_from_walk_to_walk():
    options = Render.of(PoseNet(), "out", materials="random")
    spec = make_spec(options, ["room"], [], "")
    finishes = {view_spec(spec, UniformPrior(), index).finish for index in (0, 7, 25, 390)}
    assert len(finishes) == 1 and finishes.pop().kind == "random"
    other = make_spec(replace(options, seed=1), ["room"], [], "")
    assert view_spec(other, UniformPrior(), 0).finish != view_spec(spec, UniformPrior(), 0).finish


def test_points_of_one_view_are_found_in_the_next(room):
    """Depth and cameras agree: a pixel taken to the neighbour by its depth has the depth seen there, or is hidden."""
    renderer = SceneRenderer(Paper(64), OneScene(room), 0, False, ())
    rig = RigRef("grid", 3, 6)
    first, second = (renderer.record(view(place, rig, ROOM)) for place in (0, 1))
    cameras = scene_cameras(room, rig, Lens(60.0, 64, 64))
    points = cameras[0].unproject(cameras[0].pixel_centres(), first.depth.astype(float))
    pixels, z = cameras[1].project(points)
    inside = cameras[1].in_frame(pixels)
    column, row = np.floor(pixels[inside]).astype(int).T
    agree = np.abs(second.depth[row, column] / z[inside] - 1) < 0.03
    assert inside.mean() > 0.5 and agree.mean() > 0.8


def test_exposure_puts_the_middle_tone_at_the_key():
    grey = np.full((8, 8, 4), 0.01, np.float32)
    assert metered(grey) == pytest.approx(KEY / 0.01)
    grey[0] = 1.0
    assert metered(grey) == pytest.approx(PEAK)


def test_scenes_and_rigs_go_together():
    assert parse_rigs("grid, walk") == ("grid", "walk") and parse_rigs("") == ()
    with pytest.raises(UserError, match=r"no camera rig crane.*grid"):
        parse_rigs("crane")
    fine = Render.of(Scenes(), "out")
    check_scenes(fine)
    check_scenes(Render("out"))
    for changes in ({"rigs": ""}, {"categories": "car"}, {"categories": ""}, {"cad": "folder"}, {"group_size": 0},
                    {"categories": "room,car"}, {"path": "steps"}, {"companions": 1}, {"held": "light"},
                    {"lights": "studio"}):  # fmt: skip
        with pytest.raises(UserError, match="rigs"):
            check_scenes(replace(fine, **changes))
    with pytest.raises(UserError, match="beside rooms"):
        check_scenes(replace(fine, lights="folder:skies"))
    check_scenes(replace(fine, lights="folder:skies", categories="street"))
