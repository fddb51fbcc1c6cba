"""What a street is built from."""

from __future__ import annotations

from dataclasses import dataclass

from synth_data.sampling.environments import Environment
from synth_data.scenes.houses import House
from synth_data.scenes.items import Item
from synth_data.scenes.outdoors import LampPost, Tree
from synth_data.scenes.textures import Finish

PARKING = 2.3
"""Width of the strip where vehicles stand, metres."""


@dataclass(frozen=True)
class StreetParams:
    """A street, in metres.

    Attributes:
        length: from end to end.
        lane: width of one of the two lanes.
        pavement: width of each.
        kerb: height of the pavements over the road.
        crossing: y of a zebra crossing.
        houses: all of them.
        trees, posts: along the pavements.
        items: vehicles.
        asphalt, paving, grass, stone: finishes of road, pavement, what is beyond, kerbs.
        sun: azimuth, elevation in degrees, irradiance.
        sky: what is above.
    """

    length: float
    lane: float
    pavement: float
    kerb: float
    crossing: float
    houses: tuple[House, ...]
    trees: tuple[Tree, ...]
    posts: tuple[LampPost, ...]
    items: tuple[Item, ...]
    asphalt: Finish
    paving: Finish
    grass: Finish
    stone: Finish
    sun: tuple[float, float, float]
    sky: Environment

    @property
    def half_road(self) -> float:
        """From the middle to the kerb."""
        return self.lane + PARKING

    @property
    def front(self) -> float:
        """From the middle to the houses."""
        return self.half_road + self.pavement
