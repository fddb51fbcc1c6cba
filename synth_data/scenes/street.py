"""Streets: a road between two rows of houses, with pavements, trees, lamp posts, parked and driving vehicles. Metres.

The road runs along y, its middle is x = 0, its surface z = 0. Traffic keeps to the right: who drives towards +y has
x > 0. Houses across both ends close the view.
"""

from __future__ import annotations

import numpy as np

from synth_data.composition import Placed
from synth_data.sampling.environments import Environment
from synth_data.sampling.lights import Light
from synth_data.scenes.finishes import sample_finish
from synth_data.scenes.houses import House, house_pieces, sample_house
from synth_data.scenes.items import Item, draw_seed, own_bounds
from synth_data.scenes.outdoors import LampPost, Tree, post_pieces, tree_pieces
from synth_data.scenes.pieces import model_of_pieces
from synth_data.scenes.rigs import Ground
from synth_data.scenes.road import ground_models
from synth_data.scenes.scene import Scene, Target
from synth_data.scenes.space import Space, boxes_overlap
from synth_data.scenes.street_params import PARKING, StreetParams


def sample_street_params(rng: np.random.Generator) -> StreetParams:
    """Draw a street."""
    length, lane, pavement = float(rng.uniform(50, 70)), float(rng.uniform(3.0, 3.5)), float(rng.uniform(2.4, 3.6))
    front, kerb = lane + PARKING + pavement, float(rng.uniform(0.1, 0.15))
    crossing = float(rng.uniform(-0.3, 0.3)) * length
    trees, posts = _along_the_kerb(rng, length, lane + PARKING + 0.5, kerb, crossing)
    return StreetParams(
        length,
        lane,
        pavement,
        kerb,
        crossing,
        _sample_houses(rng, length, front),
        trees,
        posts,
        _sample_vehicles(rng, length, lane, crossing),
        sample_finish(rng, "asphalt"),
        sample_finish(rng, "paving"),
        sample_finish(rng, "grass"),
        sample_finish(rng, "concrete"),
        (float(rng.uniform(0, 360)), float(rng.uniform(28, 65)), float(rng.uniform(3.0, 7.0))),
        _sample_sky(rng),
    )


def build_street(params: StreetParams, scene_id: str) -> Scene:
    """Return the scene of a street."""
    placed = ground_models(params)
    solid: list[np.ndarray] = []
    things = [(house, house_pieces) for house in params.houses]
    things += [(tree, tree_pieces) for tree in params.trees] + [(post, post_pieces) for post in params.posts]
    counts: dict[str, int] = {}
    for thing, pieces in things:
        kind = type(thing).__name__.lower()
        counts[kind] = counts.get(kind, 0) + 1
        model = model_of_pieces(list(pieces(thing)), f"{kind} {counts[kind]} of {scene_id}", kind)
        placed.append(Placed(model, np.eye(4), f"{kind} {counts[kind]}"))
        solid += [np.array(box, np.float64) for box in thing.boxes()]
    placed += [item.placed() for item in params.items]
    boxes = [item.bounds() for item in params.items]
    half = params.length / 2
    a, e = np.radians(params.sun[:2])
    sun = Light("sun", (float(np.cos(e) * np.sin(a)), float(np.cos(e) * np.cos(a)), float(np.sin(e))), params.sun[2],
                (1.0, 0.93, 0.82), 0.6)  # fmt: skip
    targets = [Target(item.name, tuple(map(float, box.mean(axis=0))), float(np.ptp(box, axis=0).max() / 2))
               for item, box in zip(params.items, boxes)]  # fmt: skip
    targets += [Target("tree", (tree.x, tree.y, tree.z + 2.0), tree.crown) for tree in params.trees]
    targets += [Target("end", (x, end * half, 2.5), 3.0) for end in (-1, 1) for x in (-6.0, -3.0, 0.0, 3.0, 6.0)]
    lane = np.array([(params.lane / 2, -half + 2, 0.0), (params.lane / 2, half - 2, 0.0)])
    space = Space.of((-params.front, -half, 0.0), (params.front, half, 60.0), [*boxes, *solid])
    area = np.array([(-params.front, 3 - half), (params.front, half - 3)])
    middles = np.array([target.centre for target in targets])
    ground = Ground(space, (1.0, 2.4), 1.0, 0.5, middles, lane, area, view=3.0, radii=(3.0, 7.0))
    return Scene(scene_id, "street", placed, (sun,), params.sky, tuple(targets), ground)


def _sample_sky(rng: np.random.Generator) -> Environment:
    """Draw a clear or hazy sky, whose horizon houses hide."""
    blue, bright = float(rng.uniform(0.35, 1.0)), float(rng.uniform(0.7, 1.1))
    zenith = tuple(bright * (1 - blue * share) for share in (0.80, 0.58, 0.15))
    horizon = tuple(bright * (1.1 - 0.45 * blue * share) for share in (0.6, 0.4, 0.1))
    return Environment(zenith, horizon, (0.25, 0.24, 0.22), float(rng.uniform(0.4, 0.8)), seed=int(rng.integers(2**31)))


def _sample_houses(rng: np.random.Generator, length: float, front: float) -> tuple[House, ...]:
    """Draw rows of houses along both sides, and one across each end."""
    houses = []
    for side in (-1, 1):
        y = -length / 2
        while y < length / 2 - 3:
            width = min(float(rng.uniform(6, 12)), length / 2 - y)
            width = length / 2 - y if length / 2 - y - width < 4 else width
            houses.append(sample_house(rng, side * front, y + width / 2, width, -90.0 * side))
            y += width
    for end in (-1, 1):
        wide = 2 * front / 2
        for side in (-0.5, 0.5):
            houses.append(sample_house(rng, side * wide, end * length / 2, wide, 0.0 if end > 0 else 180.0))
    return tuple(houses)


def _along_the_kerb(rng: np.random.Generator, length: float, x: float, ground: float, crossing: float):
    """Draw trees and lamp posts in turn along both kerbs, but none at the crossing."""
    trees, posts = [], []
    for side in (-1, 1):
        step = float(rng.uniform(6, 9))
        for number, y in enumerate(np.arange(-length / 2 + 3, length / 2 - 2, step)):
            y = float(y + rng.uniform(-0.6, 0.6))
            if abs(y - crossing) < 3.5:
                continue
            if number % 3 == 1:
                posts.append(LampPost(side * x, y, ground, float(rng.uniform(4.5, 6.5)), -side))
            elif rng.random() < 0.75:
                size, seed = float(rng.uniform(1.2, 2.0)), int(rng.integers(2**31))
                trees.append(Tree(side * x, y, ground, float(rng.uniform(2.6, 3.6)), size, seed,
                                  sample_finish(rng, "foliage"), sample_finish(rng, "bark")))  # fmt: skip
    return tuple(trees), tuple(posts)


def _sample_vehicles(rng: np.random.Generator, length: float, lane: float, crossing: float) -> tuple[Item, ...]:
    """Draw vehicles: parked at both kerbs, and a few in the lane towards -y; the other lane is left free."""
    items: list[Item] = []
    strips = [(lane + PARKING / 2, 180.0, ("car", "car", "car", "motorbike", "bicycle"), int(rng.integers(3, 5))),
              (-lane - PARKING / 2, 0.0, ("car", "car", "car", "motorbike", "bicycle"), int(rng.integers(3, 5))),
              (-lane / 2 - 0.1, 0.0, ("car", "bus", "car", "motorbike"), int(rng.integers(1, 3)))]  # fmt: skip
    for x, turn, kinds, count in strips:
        for _ in range(count):
            category = str(rng.choice(kinds))
            seed = draw_seed(rng, category, ("city", "double-decker") if category == "bus" else ())
            reach = length / 2 - 1 - np.ptp(own_bounds(category, seed)[:, 1]) / 2
            for y in rng.uniform(-reach, reach, 6):
                name = f"{category} {sum(item.category == category for item in items) + 1}"
                item = Item(name, category, seed, (x, float(y), 0.0), turn + float(rng.normal(0, 0.7)))
                box = item.bounds()
                crossed = box[0, 1] < crossing + 2 and box[1, 1] > crossing - 2
                if not crossed and not any(boxes_overlap(box, other.bounds(), 0.6) for other in items):
                    items.append(item)
                    break
    return tuple(items)
