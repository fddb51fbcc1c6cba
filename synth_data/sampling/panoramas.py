"""Environment images of the user's: equirectangular pictures in a folder, that objects are lit by and mirror.

``.exr`` and ``.hdr`` hold linear light; ``.png`` and ``.jpg`` are taken for display values and lit up where they are
white, as a clipped sky or lamp was far brighter than white.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from synth_data.sampling.sphere import HEIGHT, WIDTH, mean_radiance
from vantage.errors import DataError, UserError

FORMATS = (".exr", ".hdr", ".jpg", ".jpeg", ".png")

BRIGHTEST = 60.0
"""Values above this multiple of the mean are cut, so that the sun of a panorama leaves no fireflies."""

_WHITE = 8.0
"""How much brighter than white a clipped pixel of a display picture is taken to be."""


def list_panoramas(folder: str | Path) -> tuple[str, ...]:
    """Return the paths of the environment images of a folder, by name.

    Raises:
        UserError: no such folder, or none in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"there is no folder of environment images {folder}", "--lights folder:DIR")
    found = sorted(str(path) for path in folder.iterdir() if path.suffix.lower() in FORMATS)
    if not found:
        raise UserError(f"{folder} holds no environment image", f"files in {', '.join(FORMATS)}")
    return tuple(found)


@lru_cache(maxsize=64)
def load_panorama(path: str) -> np.ndarray:
    """Return an environment image as the renderer takes it: float32 [HEIGHT, WIDTH, 3], straight down first, mean 1.

    Raises:
        DataError: it cannot be read, holds no light, or is not about twice as wide as high.
    """
    try:
        linear = _READERS.get(Path(path).suffix.lower(), _display)(Path(path))
    except (OSError, UnidentifiedImageError, ValueError, RuntimeError, KeyError, Image.DecompressionBombError) as error:
        raise DataError(f"{path} cannot be read as an environment image ({error})") from error
    height, width = linear.shape[:2]
    if not 1.8 <= width / height <= 2.2:
        raise DataError(f"{path} is {width} x {height}", "an equirectangular picture, twice as wide as high")
    small = _reduced(np.nan_to_num(linear, posinf=1e4).clip(0, None))[::-1]
    mean = float(mean_radiance(small).mean())
    if mean <= 0:
        raise DataError(f"{path} holds no light", "a picture of surroundings")
    small = np.minimum(small / mean, BRIGHTEST)
    return np.ascontiguousarray(small / mean_radiance(small).mean(), np.float32)


def _reduced(linear: np.ndarray) -> np.ndarray:
    """Return [HEIGHT, WIDTH, 3], each pixel the mean of what it covers."""
    planes = [Image.fromarray(np.ascontiguousarray(linear[..., k], np.float32)) for k in range(3)]
    return np.stack([np.asarray(plane.resize((WIDTH, HEIGHT), Image.Resampling.BOX)) for plane in planes], -1)


def _display(path: Path) -> np.ndarray:
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        values = np.asarray(image.convert("RGB"), np.float32) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    clipped = (values.min(axis=-1, keepdims=True) > 0.985).astype(np.float32)
    return linear * (1 + (_WHITE - 1) * clipped)


def _exr(path: Path) -> np.ndarray:
    import OpenEXR

    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = file.channels()
        return np.stack([np.asarray(channels[name].pixels, np.float32) for name in "RGB"], -1)


def _hdr(path: Path) -> np.ndarray:
    """Read a Radiance picture (RGBE; flat or run-length coded rows)."""
    data = path.read_bytes()
    head, _, rest = data.partition(b"\n\n")
    line, _, body = rest.partition(b"\n")
    words = line.split()
    if not head.startswith(b"#?") or len(words) != 4 or (words[0], words[2]) != (b"-Y", b"+X"):
        raise ValueError("not a Radiance picture with rows from above")
    height, width = int(words[1]), int(words[3])
    if not (0 < height <= 16384 and 8 <= width <= 32767):
        raise ValueError(f"a size of {width} x {height}")
    rows = _decoded(body, height, width)
    scale = np.where(rows[..., 3:] > 0, np.exp2(rows[..., 3:].astype(np.float32) - 136), 0)
    return (rows[..., :3] * scale).astype(np.float32)


def _decoded(body: bytes, height: int, width: int) -> np.ndarray:
    """Return the rows of a Radiance file, uint8 [height, width, 4]."""
    if body[:2] != b"\x02\x02":
        return np.frombuffer(body, np.uint8, 4 * height * width).reshape(height, width, 4)
    rows, at = np.empty((height, 4, width), np.uint8), 0
    for row in rows:
        at += 4
        for channel in row:
            x = 0
            while x < width:
                count = body[at]
                run = count > 128
                length = count - 128 if run else count
                if not length or x + length > width:
                    raise ValueError("a broken run")
                piece = body[at + 1 : at + 2] * length if run else body[at + 1 : at + 1 + length]
                channel[x : x + length] = np.frombuffer(piece, np.uint8, length)
                at += 2 if run else 1 + length
                x += length
    return rows.transpose(0, 2, 1)


_READERS = {".exr": _exr, ".hdr": _hdr}
