"""Furnished rooms: what stands where, drawn by rules, and the scene that it becomes. Metres; the floor is z = 0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.sampling.environments import Environment
from synth_data.sampling.lights import Light
from synth_data.scenes.finishes import sample_finish
from synth_data.scenes.furnishing import furnish
from synth_data.scenes.items import Item
from synth_data.scenes.plan import Plan
from synth_data.scenes.rigs import Ground
from synth_data.scenes.room_params import Door, Picture, RoomParams, Window
from synth_data.scenes.scene import Scene, Target
from synth_data.scenes.shell import shell_models
from synth_data.scenes.space import Space

KINDS = ("living", "dining", "bedroom", "study")

_SIZES = {"living": ((4.6, 6.6), (4.0, 5.6)), "dining": ((4.0, 5.6), (3.8, 5.0)), "bedroom": ((3.8, 5.2), (3.8, 4.8)),
          "study": ((3.6, 5.0), (3.4, 4.6))}  # fmt: skip


def sample_room_params(rng: np.random.Generator, kind: str | None = None) -> RoomParams:
    """Draw a room; ``kind`` is one of `KINDS` or drawn too."""
    kind = kind or str(rng.choice(KINDS))
    width, depth = (float(rng.uniform(*span)) for span in _SIZES[kind])
    plan = Plan(width, depth, float(rng.uniform(2.4, 2.9)))
    doors = (_sample_door(rng, plan),)
    windows = _sample_windows(rng, plan, doors[0].wall)
    rugs = furnish(kind, plan, rng)
    pictures = _sample_pictures(rng, plan)
    feature, plain = (sample_finish(rng, str(rng.choice(["wallpaper", "plaster", "bricks"], p=[0.5, 0.3, 0.2])))
                      for _ in range(2))  # fmt: skip
    accent = int(rng.integers(4))
    return RoomParams(
        kind,
        width,
        depth,
        plan.height,
        windows,
        doors,
        rugs,
        pictures,
        tuple(plan.items),
        sample_finish(rng, str(rng.choice(["planks", "planks", "tiles", "fabric"]))),
        tuple(feature if wall == accent else plain for wall in range(4)),
        replace(sample_finish(rng, "plaster"), color=(0.90, 0.90, 0.88), second=(0.80, 0.80, 0.78)),
        sample_finish(rng, "planks"),
        float(rng.uniform(0.2, 0.8)),
    )


def build_room(params: RoomParams, scene_id: str) -> Scene:
    """Return the scene of a room."""
    half = np.array([params.width / 2, params.depth / 2, 0])
    low, high = -half, half + (0, 0, params.height)
    placed = [*shell_models(params), *(item.placed() for item in params.items)]
    boxes = [item.bounds() for item in params.items]
    lamp = np.array([(-0.3, -0.3, params.height - 0.12), (0.3, 0.3, params.height)])
    targets = tuple(_target(item, box) for item, box in zip(params.items, boxes) if item.category != "bottle")
    middles = np.array([target.centre for target in targets] or [(0.0, 0.0, 1.0)])
    space = Space.of(low, high, [*boxes, *(_before(params, window) for window in params.windows), lamp])
    return Scene(
        scene_id,
        "room",
        placed,
        _lights(params),
        Environment((0.3, 0.3, 0.3), (0.3, 0.3, 0.3), (0.2, 0.2, 0.2)),
        targets,
        Ground(space, (0.8, min(1.9, params.height - 0.5)), 1.0, 0.3, middles, view=1.0),
    )


def _before(params: RoomParams, window: Window) -> np.ndarray:
    """Return the box [2, 3] of sill and curtains before a window."""
    plan = Plan(params.width, params.depth, params.height)
    span = (window.along - window.width / 2 - 0.3, window.along + window.width / 2 + 0.3)
    return plan.wall_box(window.wall, span, (0.0, 0.15), (0.0, window.top + 0.15))


def _target(item: Item, box: np.ndarray) -> Target:
    return Target(item.name, tuple(map(float, box.mean(axis=0))), float(np.linalg.norm(box[1] - box[0]) / 2))


def _lights(params: RoomParams) -> tuple[Light, ...]:
    """Return area lamps: one under the ceiling, one inside each of the first two windows."""
    lamp = Light("area", (0.0, 0.0, params.height - 0.14), 400 * params.ceiling_lamp, (1.0, 0.88, 0.72), 0.5)
    share = 400 * (1 - params.ceiling_lamp) / max(len(params.windows[:2]), 1)
    plan = Plan(params.width, params.depth, params.height)
    day = []
    for window in params.windows[:2]:
        spot = plan.at_wall(window.wall, window.along, 0.06, (window.bottom + window.top) / 2)
        day.append(Light("area", tuple(map(float, spot)), share, (0.86, 0.93, 1.0), 0.8 * window.width))
    return (lamp, *day)


def _sample_door(rng: np.random.Generator, plan: Plan) -> Door:
    """Draw a door near the end of a wall, and keep the floor before it free."""
    wall, width = int(rng.integers(4)), float(rng.uniform(0.82, 0.95))
    reach = plan.length(wall) / 2 - width / 2 - 0.25
    along = float(rng.choice([-1, 1]) * reach * rng.uniform(0.75, 1.0))
    span = (along - width / 2 - 0.1, along + width / 2 + 0.1)
    plan.reserve("before the door", plan.wall_box(wall, span, (0.0, 0.95), (0.0, 2.15)))
    return Door(wall, along, width, float(rng.uniform(2.0, 2.1)))


def _sample_windows(rng: np.random.Generator, plan: Plan, door_wall: int) -> tuple[Window, ...]:
    """Draw one to three windows in one wall, sometimes two walls, and keep tall things from before them."""
    walls = [wall for wall in rng.permutation(4) if wall != door_wall][: int(rng.integers(1, 3))]
    windows: list[Window] = []
    bottom = float(rng.uniform(0.85, 1.0))
    top = min(bottom + float(rng.uniform(1.1, 1.4)), plan.height - 0.15)
    for wall in map(int, walls):
        count = 2 if plan.length(wall) > 4.6 and rng.random() < 0.7 else 1
        step = plan.length(wall) / count
        for k in range(count):
            width = float(rng.uniform(1.0, min(1.7, step - 0.7)))
            along = (k + 0.5) * step - plan.length(wall) / 2 + float(rng.uniform(-0.1, 0.1))
            span = (along - width / 2 - 0.15, along + width / 2 + 0.15)
            plan.reserve(f"window {len(windows)}", plan.wall_box(wall, span, (0.0, 0.25), (bottom - 0.08, top + 0.1)))
            outlook, curtains = sample_finish(rng, "outlook"), bool(rng.random() < 0.6)
            windows.append(Window(wall, along, width, bottom, top, outlook, curtains, sample_finish(rng, "fabric")))
    return tuple(windows)


def _sample_pictures(rng: np.random.Generator, plan: Plan) -> tuple[Picture, ...]:
    """Draw pictures, and hang those that find room on a wall."""
    pictures = []
    for wall in range(4):
        for _ in range(int(rng.integers(1, 4))):
            width, height = rng.uniform(0.35, 1.0), rng.uniform(0.35, 0.9)
            along = float(rng.uniform(-0.5, 0.5) * (plan.length(wall) - width - 0.3))
            middle = float(rng.uniform(1.45, 1.7))
            span, heights = (along - width / 2, along + width / 2), (middle - height / 2, middle + height / 2)
            box = plan.wall_box(wall, (span[0] - 0.05, span[1] + 0.05), (0.0, 0.06), heights)
            if plan.reserve(f"picture {len(pictures)}", box):
                pictures.append(Picture(wall, along, middle, float(width), float(height), sample_finish(rng, "poster")))
    return tuple(pictures)
