"""The ground of a street: road, markings, kerbs, pavements, and what is beyond."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth_data.composition import Placed
from synth_data.models import Surface
from synth_data.scenes.pieces import Piece, block, model_of_pieces
from synth_data.scenes.street_params import StreetParams

PAINT = Surface("road paint", (0.72, 0.71, 0.68), roughness=0.7)

BEYOND = 12.0
"""How far the ground goes on beyond the houses' faces, metres."""


def ground_models(street: StreetParams) -> list[Placed]:
    """Return road, markings, kerbs, pavements and ground, each a model of its own."""
    named = {
        "road": [block((-street.half_road, -street.length / 2, -0.2), (street.half_road, street.length / 2, 0.0),
                       street.asphalt)],
        "marking": list(_markings(street)),
        "kerb": list(_kerbs(street)),
        "pavement": list(_pavements(street)),
        "ground": [block((-street.front - BEYOND, -street.length / 2 - BEYOND, -0.4),
                         (street.front + BEYOND, street.length / 2 + BEYOND, -0.2), street.grass)],
    }  # fmt: skip
    return [Placed(model_of_pieces(pieces, f"{name} of a street", name), np.eye(4), name)
            for name, pieces in named.items()]  # fmt: skip


def _line(x0: float, y0: float, x1: float, y1: float) -> Piece:
    """Return paint on the road."""
    return block((x0, y0, -0.01), (x1, y1, 0.006), PAINT)


def _markings(street: StreetParams) -> Iterator[Piece]:
    """Dashes in the middle, lines at the parking strips, a zebra crossing."""
    half = street.length / 2
    for y in np.arange(-half + 1, half - 2.5, 4.0):
        if not street.crossing - 4.5 < y < street.crossing + 2.5:
            yield _line(-0.06, y, 0.06, y + 2.0)
    for side in (-1, 1):
        for start, end in ((-half, street.crossing - 2.2), (street.crossing + 2.2, half)):
            x = side * street.lane
            yield _line(x - 0.05, start, x + 0.05, end)
    for x in np.arange(-street.half_road + 0.4, street.half_road - 0.5, 1.0):
        yield _line(x, street.crossing - 1.6, x + 0.5, street.crossing + 1.6)


def _kerbs(street: StreetParams) -> Iterator[Piece]:
    half = street.length / 2
    for side in (-1, 1):
        edges = sorted((side * street.half_road, side * (street.half_road + 0.18)))
        yield block((edges[0], -half, -0.2), (edges[1], half, street.kerb), street.stone)


def _pavements(street: StreetParams) -> Iterator[Piece]:
    half = street.length / 2
    for side in (-1, 1):
        edges = sorted((side * (street.half_road + 0.18), side * (street.front + 0.3)))
        yield block((edges[0], -half, -0.2), (edges[1], half, street.kerb), street.paving)
