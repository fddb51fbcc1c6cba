"""The skeletons of 3D-INN (Wu et al., "Single Image 3D Interpreter Network", ECCV 2016): names of points, and edges.

The points and edges are those of the authors' synthetic data (``getStickFigure.m`` of the release), under names. Left
is the object's own, +x; the front is at -y. Every drawing looks at the front, so left is on the right::

    chair (10)                swivelchair (13)            table (8)
       back_top                  back_top                    back_right ------- back_left
       R ----- L                 R ----- L                     top |              | top
       |       |                 |       |             front_right ---------- front_left
       R ----- L seat_back       R ----- L seat_back          |    |          |   |
      /|      /|                /       /                     |   leg         |  leg
     R ----- L |  seat_front   R ----- L  seat_front          |               |
     | |     | |                seat_middle                  leg             leg
     | leg   | leg                   |
    leg     leg                hub --+-- wheel_1 ... wheel_5

    bed (10)                             sofa (14)
        back_top R ------ L                 back_top R -------------- L
                 |        |                          |  arm_back_*    |
       top_back  R ------ L                seat_back R -------------- L
               / |      / |                   arm_front_*    /         |
    top_front R ------ L  |               seat_front R -------------- L
              |  leg --|--leg                        |  leg           |  leg
             leg      leg                           leg              leg

A swivel chair's ``wheel_k`` is the castor nearest to the angle -72 k degrees from +x towards +y, where 3D-INN's mean
shape has it: the castors look alike, so those of a turned star take the names of the nearest places.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Skeleton:
    """Points and edges of a class.

    Attributes:
        points: names in 3D-INN's order.
        edges: pairs of names, in 3D-INN's order.
    """

    points: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]


CORNERS = ("front_right", "front_left", "back_left", "back_right")
"""The order in which 3D-INN goes around a seat or four legs."""


def _corners(part: str) -> tuple[str, ...]:
    """Return the names of a part's corners."""
    return tuple(f"{part}_{corner}" for corner in CORNERS)


def _ring(part: str) -> tuple[tuple[str, str], ...]:
    """Return the edges around a part."""
    names = _corners(part)
    return tuple(zip(names, names[1:] + names[:1]))


def _upright(low: str, high: str) -> tuple[tuple[str, str], ...]:
    """Return the edges from the corners of one part to those of another."""
    return tuple(zip(_corners(low), _corners(high)))


def _back(seat: str) -> tuple[tuple[str, str], ...]:
    """Return the edges of a back that stands on ``seat``."""
    return (
        (f"{seat}_back_right", "back_top_right"),
        (f"{seat}_back_left", "back_top_left"),
        ("back_top_right", "back_top_left"),
    )


_BACK_TOPS = ("back_top_right", "back_top_left")
_TABLE_CORNERS = ("back_right", "back_left", "front_right", "front_left")
_WHEELS = tuple(f"wheel_{k}" for k in range(1, 6))

SKELETONS: dict[str, Skeleton] = {
    "chair": Skeleton(
        (*_corners("leg"), *_corners("seat"), *_BACK_TOPS), (*_upright("leg", "seat"), *_ring("seat"), *_back("seat"))
    ),
    "swivelchair": Skeleton(
        (*_WHEELS, "hub", "seat_middle", *_corners("seat"), *_BACK_TOPS),
        (*((wheel, "hub") for wheel in _WHEELS), ("hub", "seat_middle"), *_ring("seat"), *_back("seat")),
    ),
    "table": Skeleton(
        tuple(f"{part}_{corner}" for part in ("top", "leg") for corner in _TABLE_CORNERS),
        (*_ring("top"), *_upright("top", "leg")),
    ),
    "bed": Skeleton(
        (*_corners("leg"), *_corners("top"), *_BACK_TOPS),
        (*_upright("leg", "top"), ("leg_back_left", "leg_back_right"), *_ring("top"), *_back("top")),
    ),
    "sofa": Skeleton(
        (
            *_corners("leg"), *_corners("seat"), *_BACK_TOPS,
            "arm_back_right", "arm_front_right", "arm_back_left", "arm_front_left",
        ),
        (
            *_upright("leg", "seat"), *_ring("seat"), *_back("seat"),
            ("arm_back_right", "arm_front_right"), ("arm_front_right", "seat_front_right"),
            ("arm_back_left", "arm_front_left"), ("arm_front_left", "seat_front_left"),
        ),
    ),
}  # fmt: skip
"""3D-INN's classes -> their skeletons."""
