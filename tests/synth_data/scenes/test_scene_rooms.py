"""Furnished rooms: nothing goes through anything, things look at what they are for, the same seed the same room."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from synth_data.scenes.items import Item, draw_seed, own_bounds, turned_bounds
from synth_data.scenes.plan import WALL_TURNS, Plan
from synth_data.scenes.room import KINDS, build_room, sample_room_params
from synth_data.scenes.room_params import RoomParams
from synth_data.scenes.scene import Scene, scene_model
from synth_data.scenes.shell import shell_models
from synth_data.scenes.space import boxes_overlap

SEEDS = range(2)
ALL = [(kind, seed) for kind in KINDS for seed in SEEDS]


@cache
def room(kind: str, seed: int) -> tuple[RoomParams, Scene]:
    """A room and its scene."""
    params = sample_room_params(np.random.default_rng(seed), kind)
    return params, build_room(params, f"procedural:room:{seed}")


def front(item: Item) -> np.ndarray:
    """Where an item looks, seen from above."""
    angle = np.radians(item.turn_deg)
    return np.array([np.sin(angle), -np.cos(angle)])


def items_of(params: RoomParams, category: str) -> list[Item]:
    """The items of a category."""
    return [item for item in params.items if item.category == category]


def sides(model) -> dict[tuple[int, int, float], list[np.ndarray]]:
    """The triangles [3, 3] of level and upright faces by axis, direction and place along the axis."""
    found: dict[tuple[int, int, float], list[np.ndarray]] = {}
    for corners in model.vertices[model.triangles].astype(np.float64):
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        axis = int(np.abs(normal).argmax())
        key = axis, int(np.sign(normal[axis])), round(float(corners[0, axis]), 4)
        found.setdefault(key, []).append(corners)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_sills_and_frames_have_no_face_in_common_with_the_wall(seed):
    params, _ = room(KINDS[0], seed)
    models = {placed.name: placed.model for placed in shell_models(params)}
    wall = sides(models["wall"])
    wall.pop((2, -1, 0.0))  # what stands on the floor is not seen from below
    others = [model for name, model in models.items() if name.startswith(("window", "door"))]
    assert params.windows and others
    for model in others:
        for key, triangles in sides(model).items():
            rest = [axis for axis in range(3) if axis != key[0]]
            for a in triangles:
                for b in wall.get(key, ()):
                    low = np.maximum(a.min(axis=0), b.min(axis=0))[rest]
                    high = np.minimum(a.max(axis=0), b.max(axis=0))[rest]
                    assert (high - low).min() < 1e-4, key


@pytest.mark.parametrize(("kind", "seed"), ALL)
def test_no_two_things_are_in_one_place(kind, seed):
    params, _ = room(kind, seed)
    boxes = {item.name: item.bounds() for item in params.items}
    for (first, a), (second, b) in combinations(boxes.items(), 2):
        assert not boxes_overlap(a, b), f"{first} and {second}"
    half = np.array([params.width / 2, params.depth / 2])
    for name, box in boxes.items():
        assert (np.abs(box[:, :2]) <= half + 1e-6).all() and box[1, 2] <= params.height, name


@pytest.mark.parametrize(("kind", "seed"), ALL)
def test_things_stand_on_the_floor_or_on_a_table(kind, seed):
    params, _ = room(kind, seed)
    tops = [item.bounds()[1, 2] for item in params.items]
    for item in params.items:
        bottom = item.bounds()[0, 2]
        assert abs(bottom) < 0.02 or min(abs(bottom - top) for top in tops) < 0.02, item.name


def test_every_kind_of_room_has_what_it_is_for():
    wanted = {"living": "sofa", "dining": "chair", "bedroom": "bed", "study": "desk"}
    for kind, category in wanted.items():
        assert any(items_of(room(kind, seed)[0], category) for seed in SEEDS), kind


def test_chairs_look_at_their_table():
    found = 0
    for seed in SEEDS:
        params, _ = room("dining", seed)
        tables = items_of(params, "diningtable") + items_of(params, "table")
        for chair in items_of(params, "chair"):
            boxes = [table.bounds() for table in tables]
            there = np.array([np.clip(chair.position[:2], *box[:, :2]) for box in boxes]) - chair.position[:2]
            nearest = there[np.linalg.norm(there, axis=1).argmin()]
            found += front(chair) @ nearest / np.linalg.norm(nearest) > 0.9
    assert found >= 4


def test_a_sofa_looks_at_the_television():
    found = 0
    for seed in SEEDS:
        params, _ = room("living", seed)
        for sofa in items_of(params, "sofa"):
            for television in items_of(params, "tvmonitor"):
                between = np.subtract(television.position, sofa.position)[:2]
                found += front(sofa) @ between > 0 > front(television) @ between
    assert found


@pytest.mark.parametrize(("kind", "seed"), ALL[::3])
def test_nothing_stands_before_the_door(kind, seed):
    params, _ = room(kind, seed)
    plan, door = Plan(params.width, params.depth, params.height), params.doors[0]
    way = plan.wall_box(door.wall, (door.along - 0.4, door.along + 0.4), (0.0, 0.9), (0.0, 2.0))
    assert not any(boxes_overlap(way, item.bounds()) for item in params.items)


def test_the_same_seed_makes_the_same_room():
    params, scene = room("bedroom", 1)
    again = sample_room_params(np.random.default_rng(1), "bedroom")
    assert again == params
    first, second = scene_model(scene), scene_model(build_room(again, scene.scene_id))
    np.testing.assert_array_equal(first.vertices, second.vertices)
    np.testing.assert_array_equal(first.uv, second.uv)
    assert first.surfaces == second.surfaces


def test_a_scene_is_normalised_and_can_be_undone():
    params, scene = room("study", 0)
    model = scene_model(scene)
    norm = model.normalisation
    size = np.ptp(model.vertices, axis=0)
    assert (
        np.linalg.norm(size) == pytest.approx(1) and np.abs(model.vertices.max(0) + model.vertices.min(0)).max() < 1e-9
    )
    metres = model.vertices / norm["scale"] + norm["offset"]
    assert metres[:, 2].max() == pytest.approx(params.height + 0.1) and metres[:, 2].min() == pytest.approx(-0.1)
    np.testing.assert_allclose(np.ptp(metres, axis=0)[:2], (params.width + 0.4, params.depth + 0.4), atol=1e-6)


def test_every_object_is_an_instance():
    params, scene = room("living", 0)
    model = scene_model(scene)
    names = [instance.name for instance in model.instances]
    assert {"floor", "wall", "ceiling", "door 1", "window 1"} <= set(names)
    for item in params.items:
        number = names.index(item.name)
        assert model.instances[number].model_id == item.model_id
        own = model.vertices[model.triangles[model.instance_of == number]].reshape(-1, 3)
        metres = own / model.normalisation["scale"] + model.normalisation["offset"]
        box = item.bounds()
        assert (metres >= box[0] - 1e-6).all() and (metres <= box[1] + 1e-6).all()


def test_walls_have_frames_of_their_own():
    plan = Plan(4.0, 6.0, 2.5)
    for wall, right in enumerate([(1, 3), (2, -1), (-1, -3), (-2, 1)]):
        np.testing.assert_allclose(plan.at_wall(wall, 1.0, 0.0)[:2], right, atol=1e-12)
    seed = draw_seed(np.random.default_rng(0), "bookcase")
    depth = own_bounds("bookcase", seed)[1, 1]
    item = plan.put("bookcase", seed, plan.at_wall(1, 0.0, depth), WALL_TURNS[1])
    assert item.bounds()[1, 0] == pytest.approx(2.0, abs=1e-6)
    np.testing.assert_allclose(front(item), (-1, 0), atol=1e-12)


def test_what_is_taken_is_not_given_again():
    plan = Plan(4.0, 4.0, 2.5)
    box = np.array([(-1, -1, 0), (1, 1, 1.0)])
    assert (
        plan.reserve("first", box)
        and not plan.reserve("second", box + 0.5)
        and plan.reserve("third", box + (0, 0, 1.1))
    )
    assert not plan.is_free(box + (2, 0, 0))


def test_boxes_turn():
    np.testing.assert_allclose(
        turned_bounds(np.array([(0, 0, 0), (2, 1, 3.0)]), 90), [(-1, 0, 0), (0, 2, 3)], atol=1e-12
    )
