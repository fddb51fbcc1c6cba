"""What stands around the object and is mirrored in it: sky, horizon, ground, clutter and soft boxes, as a small
equirectangular picture that the renderer wraps around the scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.sampling.panoramas import load_panorama
from synth_data.sampling.sphere import HEIGHT, WIDTH

Color = tuple[float, float, float]


@dataclass(frozen=True)
class SoftBox:
    """A bright (or, under 1, dark) rounded rectangle: a lamp of a studio, a window, a building, a cloud.

    Attributes:
        azimuth, elevation: of its centre, degrees.
        width, height: degrees.
        radiance: added at the centre.
        color: linear RGB.
    """

    azimuth: float
    elevation: float
    width: float
    height: float
    radiance: float
    color: Color = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Environment:
    """Sky over ground.

    Attributes:
        zenith, horizon, ground: linear radiance RGB.
        horizon_sharpness: how fast the sky takes on its zenith colour.
        boxes: soft boxes.
        clutter: share of the band over the horizon that dark things (trees, houses) cover.
        clutter_height: degrees.
        seed: of the clutter's and the ground's noise.
        strength: multiplies everything.
        turn: degrees by which all of it is turned, towards higher azimuths.
        picture: path of an environment image that is there instead of all but strength and turn; "" for none.
    """

    zenith: Color
    horizon: Color
    ground: Color
    horizon_sharpness: float = 0.5
    boxes: tuple[SoftBox, ...] = ()
    clutter: float = 0.0
    clutter_height: float = 12.0
    seed: int = 0
    strength: float = 1.0
    turn: float = 0.0
    picture: str = ""


def environment_image(environment: Environment) -> np.ndarray:
    """Return the picture: float32 [HEIGHT, WIDTH, 3] linear radiance, first row straight down, last straight up."""
    image = load_panorama(environment.picture) if environment.picture else _painted(environment)
    columns = round(environment.turn / 360 * WIDTH)  # azimuths fall from column to column
    return np.roll((image * environment.strength).astype(np.float32), -columns, axis=1)


def _painted(environment: Environment) -> np.ndarray:
    """Return sky, ground, clutter and boxes, [HEIGHT, WIDTH, 3]."""
    elevation = ((np.arange(HEIGHT) + 0.5) / HEIGHT * 180 - 90)[:, None]
    azimuth = ((np.arange(WIDTH) + 0.5) / WIDTH * 360)[None, :]
    rng = np.random.default_rng(environment.seed)
    sky = _sky(environment, elevation)
    ground = np.asarray(environment.ground) * (1 + 0.25 * _smooth_noise(rng, WIDTH))[None, :, None]
    image = np.where(elevation[..., None] > 0, sky, ground)
    if environment.clutter > 0:
        image = _with_clutter(image, environment, elevation, rng)
    for box in environment.boxes:
        image = image + _box(box, azimuth, elevation)[..., None] * (box.radiance * np.asarray(box.color))
    return image


def sample_outdoor(rng: np.random.Generator, overcast: bool) -> Environment:
    """Draw an open-air environment with a mean radiance near 1."""
    blue = rng.uniform(0.0, 0.25) if overcast else rng.uniform(0.2, 1.0)
    zenith = np.array([1 - 0.65 * blue, 1 - 0.4 * blue, 1.0]) * rng.uniform(0.6, 1.4)
    warm = rng.uniform(-0.1, 0.25)
    horizon = np.array([1 + warm, 1.0, 1 - warm]) * rng.uniform(0.7, 1.5)
    ground = np.array([1.0, rng.uniform(0.88, 1.0), rng.uniform(0.75, 1.0)]) * rng.uniform(0.08, 0.55)
    clouds = tuple(_cloud(rng) for _ in range(int(rng.integers(0, 4))))
    clutter, height = float(rng.uniform(0, 0.9)), float(rng.uniform(4, 28))
    sharpness, seed = float(rng.uniform(0.25, 1.0)), int(rng.integers(2**31))
    return Environment(_rgb(zenith), _rgb(horizon), _rgb(ground), sharpness, clouds, clutter, height, seed)


def sample_studio(rng: np.random.Generator) -> Environment:
    """Draw a room: walls in one grey, one to five bright boxes."""
    wall = rng.uniform(0.15, 0.9) * (1 + rng.uniform(-0.08, 0.08, 3))
    floor = wall * rng.uniform(0.3, 1.2)
    boxes = tuple(_lamp(rng) for _ in range(int(rng.integers(1, 6))))
    ceiling = wall * rng.uniform(0.6, 1.3)
    return Environment(_rgb(ceiling), _rgb(wall), _rgb(floor), 0.5, boxes, seed=int(rng.integers(2**31)))


def _cloud(rng: np.random.Generator) -> SoftBox:
    angles = rng.uniform((0, 15, 20, 6), (360, 80, 100, 25))
    return SoftBox(*map(float, angles), float(rng.uniform(0.2, 1.2)))


def _lamp(rng: np.random.Generator) -> SoftBox:
    angles = rng.uniform((0, 5, 15, 8), (360, 85, 80, 45))
    return SoftBox(*map(float, angles), float(rng.uniform(1.5, 8.0)))


def _rgb(color: np.ndarray) -> Color:
    return tuple(float(channel) for channel in color)


def _sky(environment: Environment, elevation: np.ndarray) -> np.ndarray:
    """Return the sky [HEIGHT, 1, 3]: from the horizon's colour to the zenith's."""
    height = (np.clip(elevation, 0, 90) / 90)[..., None] ** environment.horizon_sharpness
    return (1 - height) * np.asarray(environment.horizon) + height * np.asarray(environment.zenith)


def _with_clutter(image: np.ndarray, environment: Environment, elevation: np.ndarray, rng) -> np.ndarray:
    """Put a dark uneven skyline over the horizon."""
    skyline = environment.clutter_height * np.clip(environment.clutter + _smooth_noise(rng, WIDTH), 0, 2)
    inside = 1 / (1 + np.exp(np.clip((elevation - skyline) / 1.5, -30, 30))) * (elevation > 0)
    tint = np.asarray(environment.ground) * rng.uniform(0.3, 1.2) * rng.uniform(0.7, 1.2, 3)
    speckle = 1 + 0.5 * rng.normal(size=(HEIGHT, WIDTH, 1)).clip(-1.5, 1.5)
    return image * (1 - inside[..., None]) + inside[..., None] * tint * speckle


def _box(box: SoftBox, azimuth: np.ndarray, elevation: np.ndarray) -> np.ndarray:
    """Return the weight of a box, [HEIGHT, WIDTH] in [0, 1]."""
    across = np.abs((azimuth - box.azimuth + 180) % 360 - 180) * np.cos(np.radians(np.clip(elevation, -80, 80)))
    up = np.abs(elevation - box.elevation)
    edges = np.maximum(across / (box.width / 2), up / (box.height / 2))
    return np.clip((1.15 - edges) / 0.3, 0, 1)


def _smooth_noise(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return noise in about [-1, 1] that closes on itself, with detail on several scales."""
    spectrum = np.zeros(size // 2 + 1, complex)
    waves = np.arange(1, 25)
    spectrum[waves] = rng.normal(size=(24, 2)) @ (1, 1j) / waves**0.7
    noise = np.fft.irfft(spectrum, size)
    return noise / max(np.abs(noise).max(), 1e-12)
