"""The rules by which rooms are furnished: a sofa looks at the television, chairs at the table, the bed's head and the
bookcase's back are at a wall. What finds no room is left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synth_data.composition import placement
from synth_data.scenes.finishes import sample_finish
from synth_data.scenes.items import draw_seed, own_bounds
from synth_data.scenes.plan import WALL_TURNS, Plan
from synth_data.scenes.room_params import Rug

_PULLED_UP = ("dining", "kitchen", "windsor", "shell", "metal")
"""Styles of chairs that stand at tables."""


def furnish(kind: str, plan: Plan, rng: np.random.Generator) -> tuple[Rug, ...]:
    """Put the furniture of a ``kind`` of room into ``plan`` and return the rugs under it."""
    rugs = _RULES[kind](plan, rng)
    _bookcases(plan, rng, int(rng.integers(1, 3)))
    _lamps(plan, rng)
    for item in [item for item in plan.items if item.category in ("table", "bookcase")]:
        low = item.bounds()[1, 2] < 1.3
        for _ in range(int(rng.integers(0, 4)) if low else 0):
            plan.put_on(rng, "bottle", item)
    return rugs


def _living(plan: Plan, rng: np.random.Generator) -> tuple[Rug, ...]:
    rugs = _sofa_and_television(plan, rng)
    if plan.width * plan.depth > 22:
        _free_table(plan, rng, "diningtable", ())
    plan.put_at_wall(rng, "chair", _walls(rng), ("armchair",))
    return rugs


def _dining(plan: Plan, rng: np.random.Generator) -> tuple[Rug, ...]:
    laid = rng.random() < 0.6
    rug = _free_table(plan, rng, "diningtable" if laid else "table", () if laid else ("dining",), central=True)
    plan.put_at_wall(rng, "table", _walls(rng), ("console", "desk"))
    return rug


def _bedroom(plan: Plan, rng: np.random.Generator) -> tuple[Rug, ...]:
    found = plan.put_at_wall(rng, "bed", _walls(rng), middle=True)
    rugs = ()
    if found:
        bed, wall, along = found
        bounds = own_bounds(bed.category, bed.seed)
        for side in (-1, 1):
            seed = draw_seed(rng, "table", ("coffee",))
            own = own_bounds("table", seed)
            if own[1, 0] < 0.4:
                spot = plan.at_wall(wall, along + side * (bounds[1, 0] + 0.05 + own[1, 0]), 0.05 + own[1, 1])
                plan.put("table", seed, spot, WALL_TURNS[wall])
        if rng.random() < 0.7:
            middle = plan.at_wall(wall, along, float(bounds[1, 1] - bounds[0, 1]))
            rugs = (_rug(plan, rng, middle, (2.4, 1.6), WALL_TURNS[wall]),)
    _desk_and_chair(plan, rng)
    return rugs


def _study(plan: Plan, rng: np.random.Generator) -> tuple[Rug, ...]:
    _desk_and_chair(plan, rng)
    _bookcases(plan, rng, 1)
    plan.put_at_wall(rng, "sofa", _walls(rng), ("modern", "mid-century"))
    return (_rug(plan, rng, (0.0, 0.0, 0.0), (2.2, 1.5), 90.0 * int(rng.integers(2))),)


_RULES: dict[str, Callable[[Plan, np.random.Generator], tuple[Rug, ...]]] = {
    "living": _living,
    "dining": _dining,
    "bedroom": _bedroom,
    "study": _study,
}


def _walls(rng: np.random.Generator) -> list[int]:
    """Return the walls in any order."""
    return [int(wall) for wall in rng.permutation(4)]


def _sofa_and_television(plan: Plan, rng: np.random.Generator) -> tuple[Rug, ...]:
    """Put a television on a low table at one wall, and a sofa before the wall across, a table between them."""
    for wall in _walls(rng):
        seed = draw_seed(rng, "table", ("coffee", "console"))
        own = own_bounds("table", seed)
        along = float(rng.uniform(-0.1, 0.1)) * plan.length(wall)
        bench = plan.put("table", seed, plan.at_wall(wall, along, 0.05 + own[1, 1]), WALL_TURNS[wall])
        if bench is None:
            continue
        plan.put_upon(rng, "tvmonitor", bench, ("television", "curved"))
        across = (wall + 2) % 4
        sofa = draw_seed(rng, "sofa")
        back = own_bounds("sofa", sofa)[1, 1]
        spot = plan.at_wall(
            across, -along, min(plan.length((wall + 1) % 4) - 3.2, 0.6) * float(rng.random()) + back + 0.05
        )
        seat = plan.put("sofa", sofa, spot, WALL_TURNS[across])
        if seat is None:
            continue
        table = plan.put_before(rng, "table", seat, 0.4, ("coffee",), facing=False)
        middle = seat.position if table is None else table.position
        return (_rug(plan, rng, middle, (2.6, 1.7), WALL_TURNS[across]),)
    return ()


def _free_table(plan: Plan, rng: np.random.Generator, category: str, styles, central: bool = False) -> tuple[Rug, ...]:
    """Put a table where chairs find room around it."""
    seed = draw_seed(rng, category, styles)
    turn = 90.0 * int(rng.integers(2))
    own = own_bounds(category, seed)
    reach = np.array([plan.width, plan.depth]) / 2 - (own[1, :2].max() + 0.7)
    for attempt in range(12):
        spot = rng.uniform(-1, 1, 2) * np.maximum(reach, 0) * (0.2 if central and attempt < 6 else 1.0)
        table = plan.put(category, seed, (*spot, 0.0), turn)
        if table is None:
            continue
        plan.put_around(rng, "chair", table, _PULLED_UP)
        size = (own[1] - own[0])[:2] + 1.1
        return (_rug(plan, rng, table.position, tuple(size), turn),) if rng.random() < 0.5 else ()
    return ()


def _desk_and_chair(plan: Plan, rng: np.random.Generator) -> None:
    found = plan.put_at_wall(rng, "desk", _walls(rng))
    if found is None:
        return
    desk = found[0]
    plan.put_before(rng, "swivelchair", desk, float(rng.uniform(0.02, 0.2)))
    if own_bounds("desk", desk.seed)[1, 2] < 0.85:
        plan.put_upon(rng, "tvmonitor", desk)


def _bookcases(plan: Plan, rng: np.random.Generator, count: int) -> None:
    for _ in range(count):
        plan.put_at_wall(rng, "bookcase", _walls(rng))


def _lamps(plan: Plan, rng: np.random.Generator) -> None:
    """Put a lamp or two where they stand out of the way: at walls."""
    for _ in range(int(rng.integers(1, 3))):
        plan.put_at_wall(rng, "lamp", _walls(rng), ("floor", "arc", "tripod"), off=0.1)


def _rug(plan: Plan, rng: np.random.Generator, middle, size: tuple[float, float], turn_deg: float) -> Rug:
    """Return a rug about a point, cut to the room."""
    x, y = np.abs(placement((0, 0, 0), turn_deg)[:2, :2] @ size) * rng.uniform(0.9, 1.15)
    room = np.array([plan.width, plan.depth]) / 2 - 0.12
    low = np.maximum(np.asarray(middle)[:2] - (x / 2, y / 2), -room)
    high = np.minimum(np.asarray(middle)[:2] + (x / 2, y / 2), room)
    return Rug(tuple(map(float, low)), tuple(map(float, high)), sample_finish(rng, "carpet"))
