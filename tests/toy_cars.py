"""A folder of pictures in the form of the car photographs, whose azimuth can be read off the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw


def toy_picture(azimuth: float, elevation: float, size: int = 48) -> Image.Image:
    """A dial: a hand at the azimuth, which a mirror image turns to 360 - azimuth; the sky's height is the elevation."""
    image = Image.new("RGB", (size, size), (60, 60, 70))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size, size * (30 + elevation) / 120), fill=(130, 170, 230))
    angle, middle = np.radians(azimuth), size / 2
    tip = middle + 0.45 * size * np.sin(angle), middle - 0.45 * size * np.cos(angle)
    draw.line((middle, middle, *tip), fill=(255, 240, 40), width=size // 8)
    return image


def write_toy_cars(folder: Path, train: int = 24, val: int = 8, seed: int = 0) -> Path:
    """Write images and labels.csv; return the folder."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    rows = ["file,split,azimuth_deg,elevation_deg"]
    for number in range(train + val):
        azimuth, elevation = rng.uniform(0, 360), rng.uniform(-5, 30)
        name = f"images/{number:04}.png"
        toy_picture(azimuth, elevation).save(folder / name)
        rows.append(f"{name},{'train' if number < train else 'val'},{azimuth:.2f},{elevation:.2f}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder
