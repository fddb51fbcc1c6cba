"""Image textures made of numbers: planks, tiles, bricks, plaster, wallpaper, carpet, asphalt, grass, paving, posters.

View synthesis lives on texture, so all of them have visible detail at several scales. A `Finish` says everything;
`texture` paints it, the same each time; `sample_finish` draws one of a kind. Colours are display values in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synth_data.scenes.noise import cloud, courses, grid_coordinates, joints, scattered, streaks
from vantage.errors import UserError

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Finish:
    """What a surface is covered with.

    Attributes:
        kind: a key of `KINDS`.
        color: of the greater part; display RGB.
        second: of joints, patterns, spots.
        period: metres that the image covers before it repeats.
        seed: of its irregularities.
        size: of the image, px.
        roughness: of the surface.
    """

    kind: str
    color: Color
    second: Color
    period: float = 2.0
    seed: int = 0
    size: int = 256
    roughness: float = 0.7


@lru_cache(maxsize=64)
def texture(finish: Finish) -> np.ndarray:
    """Return the image, uint8 RGBA [size, size, 4], first row at the top; it repeats without a seam (posters do not).

    Raises:
        UserError: a kind that there is not.
    """
    if finish.kind not in KINDS:
        raise UserError(f"a finish of kind {finish.kind!r}", f"one of {', '.join(KINDS)}")
    color = KINDS[finish.kind](finish, np.random.default_rng(finish.seed))
    image = np.full((finish.size, finish.size, 4), 255, np.uint8)
    image[..., :3] = np.round(np.clip(color, 0, 1) * 255)
    image.flags.writeable = False
    return image


def _mixed(first, second, weight: np.ndarray) -> np.ndarray:
    """Return colours [.., 3] between two, by ``weight`` [..]."""
    weight = np.clip(weight, 0, 1)[..., None]
    return np.asarray(first) * (1 - weight) + np.asarray(second) * weight


def _toned(finish: Finish, tone: np.ndarray) -> np.ndarray:
    """Return the main colour times 1 + ``tone`` [..]."""
    return np.asarray(finish.color) * (1 + tone[..., None])


def _planks(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Boards along x: each has its own shade and grain; dark gaps."""
    x, y = grid_coordinates(finish.size)
    rows, columns = 14, 2
    number, u, v = courses(x, y, columns, rows, rng.uniform(0, columns, rows))
    shade = rng.normal(0, 0.16, rows * columns)[number]
    shift = rng.integers(0, finish.size, rows * columns)[number]
    grain = streaks(rng, finish.size, (1.0, 0.12), 0.8, 0.25)
    grain = grain[(np.arange(finish.size)[:, None] + shift) % finish.size, np.arange(finish.size)[None, :]]
    board = _mixed(_toned(finish, shade), np.asarray(finish.second) * np.ones(3), 0.30 + 0.22 * grain)
    return board * (1 - 0.7 * joints(u, v, 0.004, 0.035))[..., None]


def _tiles(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Square tiles, every other one of the second colour, with veins and pale joints."""
    x, y = grid_coordinates(finish.size)
    count = 4
    number, u, v = courses(x, y, count, count, np.zeros(count))
    odd = (number // count + number % count) % 2
    veins = np.exp(-np.abs(cloud(rng, finish.size, 1.6)) / 0.08) * 0.25
    tone = rng.normal(0, 0.05, count * count)[number] + 0.05 * cloud(rng, finish.size, 0.8) - veins
    tile = _mixed(finish.color, finish.second, odd.astype(float)) * (1 + tone[..., None])
    return _mixed(tile, (0.62, 0.60, 0.57), joints(u, v, 0.02, 0.02))


def _bricks(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Bricks in running bond, uneven in colour, with mortar of the second colour."""
    x, y = grid_coordinates(finish.size)
    rows, columns = 16, 5
    number, u, v = courses(x, y, columns, rows, np.arange(rows) % 2 * 0.5)
    tone = rng.normal(0, 0.17, rows * columns)[number] + 0.08 * cloud(rng, finish.size, 0.6)
    mortar = np.asarray(finish.second) * (1 + 0.06 * cloud(rng, finish.size, 0.3))[..., None]
    weight = joints(u, v, 0.03, 0.085)[..., None]
    return _toned(finish, tone) * (1 - weight) + mortar * weight


def _plaster(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Rough plaster with stains."""
    rough, stains = cloud(rng, finish.size, 0.6, 8), cloud(rng, finish.size, 1.8, 1, 12)
    scratches = np.clip(streaks(rng, finish.size, (1.0, 0.3), 0.9, 2) - 1.2, 0, 2)
    return _mixed(_toned(finish, 0.05 * rough - 0.08 * scratches), finish.second, 0.12 + 0.16 * stains)


def _wallpaper(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """A printed pattern: stripes, rosettes, diamonds, leaves, or dots, on paper with a fine grain."""
    x, y = grid_coordinates(finish.size)
    count, form = int(rng.integers(4, 9)), int(rng.integers(5))
    u, v = (x * count + (np.floor(y * count) % 2) * 0.5) % 1 - 0.5, (y * count) % 1 - 0.5
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    if form == 0:
        stripe = (np.abs((x * count) % 1 - 0.5) < 0.22) + 0.6 * (np.abs((x * count) % 1 - 0.5) > 0.45)
        ink = stripe * 1.0
    elif form == 1:
        ink = np.clip((0.28 + 0.12 * np.cos(int(rng.integers(5, 9)) * angle) - radius) * 20, 0, 1)
        ink -= 0.7 * np.clip((0.09 - radius) * 30, 0, 1)
    elif form == 2:
        ink = np.clip((0.06 - np.abs(np.abs(u) + np.abs(v) - 0.38)) * 25, 0, 1)
        ink += np.clip((0.1 - radius) * 25, 0, 1)
    elif form == 3:
        leaf = np.abs(u - 0.12 * np.sin(6 * v)) - 0.2 * np.clip(1 - (2.2 * v) ** 2, 0, 1)
        ink = np.clip(-leaf * 30, 0, 1) * (1 - 0.6 * (np.abs(u - 0.12 * np.sin(6 * v)) < 0.012))
    else:
        ink = np.clip((0.2 - radius) * 20, 0, 1) + 0.8 * np.clip((0.05 - np.abs(radius - 0.36)) * 30, 0, 1)
    worn = 0.85 + 0.15 * cloud(rng, finish.size, 1.2)
    return _mixed(finish.color, finish.second, ink * worn) * (1 + 0.035 * cloud(rng, finish.size, 0.4))[..., None]


def _carpet(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Woven wool: a border, a field of lozenges and small figures in three colours; made to be spread once."""
    x, y = grid_coordinates(finish.size)
    edge = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    third = np.roll(np.asarray(finish.second), 1) * 0.8
    count = int(rng.integers(3, 7))
    lozenge = np.abs((x * count) % 1 - 0.5) + np.abs((y * count) % 1 - 0.5)
    color = _mixed(finish.color, finish.second, (lozenge < 0.3) + 0.8 * (np.abs(lozenge - 0.45) < 0.04))
    color = np.where((lozenge < 0.13)[..., None], third, color)
    border = (edge < 0.11) & (edge > 0.02)
    wave = 0.5 + 0.5 * np.sin((x + y) * 2 * np.pi * 16) * np.sin((x - y) * 2 * np.pi * 16)
    color = np.where(border[..., None], _mixed(finish.second, third, (wave > 0.5) * 1.0), color)
    color = np.where((np.abs(edge - 0.115) < 0.008)[..., None], np.asarray(finish.color) * 0.4, color)
    return color * (1 + 0.11 * cloud(rng, finish.size, 0.2, 16))[..., None]


def _fabric(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Carpet from wall to wall, or cloth: mottled, with a weave."""
    x, y = grid_coordinates(finish.size)
    weave = np.sin(x * 2 * np.pi * 64) * np.sin(y * 2 * np.pi * 64)
    spots = cloud(rng, finish.size, 0.5, 4)
    return _mixed(
        _toned(finish, 0.06 * weave + 0.07 * spots), finish.second, 0.2 + 0.12 * cloud(rng, finish.size, 1.1, 3)
    )


def _asphalt(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Stones in tar, patches, cracks."""
    grain, patches = cloud(rng, finish.size, 0.1, 20), cloud(rng, finish.size, 1.9, 1, 10)
    cracks = np.exp(-np.abs(cloud(rng, finish.size, 1.7, 1, 24)) / 0.012)
    color = _mixed(_toned(finish, 0.22 * grain), finish.second, 0.3 + 0.35 * patches)
    return color * (1 - 0.55 * cracks * (patches > -0.3))[..., None]


def _grass(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Blades, drier patches, and some flowers or leaves."""
    blades = streaks(rng, finish.size, (0.3, 1.0), 0.3, 5)
    color = _mixed(_toned(finish, 0.24 * blades), finish.second, 0.3 + 0.3 * cloud(rng, finish.size, 1.2))
    distance, number = scattered(rng, finish.size, 60)
    dot = (distance < 0.006) & (number % 3 == 0)
    return np.where(dot[..., None], (0.92, 0.88, 0.6), color)


def _foliage(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Leaves over each other, dark between them."""
    distance, number = scattered(rng, finish.size, 420)
    tone = rng.normal(0, 0.25, 420)[number]
    deep = np.clip(distance * np.sqrt(420) * 1.3, 0, 1) ** 2
    leaf = _mixed(_toned(finish, tone), finish.second, rng.random(420)[number] * 0.6)
    return leaf * (1 - 0.75 * deep)[..., None]


def _bark(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Upright furrows."""
    furrows = streaks(rng, finish.size, (0.18, 1.0), 0.8, 1)
    return _mixed(_toned(finish, 0.2 * furrows), finish.second, 0.3 * (furrows < -0.6) + 0.1)


def _paving(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Stone slabs in shifted rows, worn, each of its own tone."""
    x, y = grid_coordinates(finish.size)
    rows, columns = 5, 4
    number, u, v = courses(x, y, columns, rows, np.arange(rows) * 0.37)
    tone = rng.normal(0, 0.09, rows * columns)[number] + 0.1 * cloud(rng, finish.size, 0.5, 8)
    slab = _mixed(_toned(finish, tone), finish.second, 0.15 + 0.2 * cloud(rng, finish.size, 1.7, 1, 16))
    return slab * (1 - 0.6 * joints(u, v, 0.014, 0.017))[..., None]


def _concrete(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Cast panels with pores and run-off stains."""
    x, y = grid_coordinates(finish.size)
    _, u, v = courses(x, y, 2, 2, np.zeros(2))
    stains = np.clip(streaks(rng, finish.size, (0.15, 1.0), 1.2, 0.3), -1, 3)
    tone = 0.05 * cloud(rng, finish.size, 0.5, 6) - 0.09 * (cloud(rng, finish.size, 0.7, 16) > 2.2) * 3
    color = _mixed(_toned(finish, tone), finish.second, 0.15 + 0.15 * stains)
    return color * (1 - 0.5 * joints(u, v, 0.008, 0.008))[..., None]


def _roof(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """Rows of round tiles."""
    x, y = grid_coordinates(finish.size)
    rows, columns = 10, 10
    number, u, v = courses(x, y, columns, rows, np.arange(rows) % 2 * 0.5)
    tone = rng.normal(0, 0.14, rows * columns)[number] - 0.5 * (2 * np.abs(u - 0.5)) ** 3 - 0.45 * (1 - v) ** 4
    return _toned(finish, tone + 0.06 * cloud(rng, finish.size, 0.6))


def _poster(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """A picture: a field of colour with discs, bars and bands over it, in a few colours, and a pale margin."""
    x, y = grid_coordinates(finish.size)
    palette = np.clip(np.array([finish.color, finish.second, *rng.uniform(0.05, 0.95, (4, 3))]), 0, 1)
    image = _mixed(palette[0], palette[1], y + 0.25 * cloud(rng, finish.size, 1.8))
    for _ in range(int(rng.integers(5, 12))):
        color, form = palette[rng.integers(len(palette))], int(rng.integers(4))
        cx, cy, r, turn = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), rng.uniform(0.05, 0.28), rng.uniform(0, np.pi)
        u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        v = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
        shapes = (np.hypot(u, v) < r, (np.abs(u) < r) & (np.abs(v) < r / 3), np.abs(np.hypot(u, v) - r) < 0.018,
                  (np.abs(v) < r / 4) & (np.sin(u * 60) > 0))  # fmt: skip
        image = np.where(shapes[form][..., None], color, image)
    margin = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) < 0.05
    return np.where(margin[..., None], (0.93, 0.92, 0.88), image * (1 + 0.03 * cloud(rng, finish.size, 0.3))[..., None])


def _outlook(finish: Finish, rng: np.random.Generator) -> np.ndarray:
    """What is seen through a window: sky with clouds, hills or houses, trees, a lawn. ``color`` is the sky's."""
    _, y = grid_coordinates(finish.size)
    clouds = np.clip(0.5 * cloud(rng, finish.size, 1.7, 1, 40), 0, 1)
    image = _mixed(_mixed((0.93, 0.94, 0.95), finish.color, (y - 0.4) * 1.6), (1.0, 1.0, 1.0), clouds)
    ridge = 0.42 + 0.06 * cloud(rng, finish.size, 1.5, 1, 12)[0]
    image = np.where((y < ridge)[..., None], np.array((0.45, 0.53, 0.60)) * (1 + 0.06 * clouds[..., None]), image)
    trees = 0.30 + 0.05 * cloud(rng, finish.size, 0.9, 2, 40)[0]
    leaves = _mixed((0.20, 0.33, 0.14), finish.second, 0.4 + 0.4 * cloud(rng, finish.size, 0.6, 8))
    image = np.where((y < trees)[..., None], leaves, image)
    lawn = np.array((0.38, 0.52, 0.22)) * (1 + 0.14 * cloud(rng, finish.size, 0.4, 6))[..., None]
    return np.where((y < 0.18)[..., None], lawn, image)


KINDS: dict[str, Callable[[Finish, np.random.Generator], np.ndarray]] = {
    "planks": _planks,
    "tiles": _tiles,
    "bricks": _bricks,
    "plaster": _plaster,
    "wallpaper": _wallpaper,
    "carpet": _carpet,
    "fabric": _fabric,
    "asphalt": _asphalt,
    "grass": _grass,
    "foliage": _foliage,
    "bark": _bark,
    "paving": _paving,
    "concrete": _concrete,
    "roof": _roof,
    "poster": _poster,
    "outlook": _outlook,
}
