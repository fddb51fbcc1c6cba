"""From linear light to a picture: exposure, white balance, tone curve, sRGB. What a camera does after the shutter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_STEPS = 4096
_LIMIT = 16.0
"""Brightest value that the table tells apart."""


@dataclass(frozen=True)
class Development:
    """How linear values become display values.

    Attributes:
        balance: factor per channel.
        shoulder: 0 clips at white (the standard sRGB transform); above it bright values are rolled off, as film does.
        gamma: exponent on the display values (contrast).
    """

    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    shoulder: float = 0.0
    gamma: float = 1.0


def sample_development(rng: np.random.Generator) -> Development:
    """Draw a camera: half plain sRGB, half with a shoulder; small casts of colour, small changes of contrast."""
    warm, green = rng.normal(0, 0.04), rng.normal(0, 0.015)
    shoulder = float(rng.uniform(0.2, 1.5)) if rng.random() < 0.5 else 0.0
    gamma = float(np.exp(rng.normal(0, 0.06)))
    return Development((float(1 + warm), float(1 + green), float(1 - warm)), shoulder, gamma)


def metered_gain(linear: np.ndarray, mask: np.ndarray, gain: float) -> float:
    """Return ``gain``, changed where the object would be burnt out or black.

    Args:
        linear: float [h, w, 4] premultiplied light.
        mask: bool [h, w], where the object is.
        gain: what an exposure meter for incident light suggests.
    """
    if not mask.any():
        return gain
    luminance = linear[mask][:, :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    middle, bright = np.percentile(luminance, [50, 90]) * gain
    if bright < 0.12:
        return gain * 0.12 / max(bright, 1e-4)
    if middle > 0.85:
        return gain * 0.85 / middle
    return gain


def develop(linear: np.ndarray, gain: float, how: Development) -> np.ndarray:
    """Return uint8 [h, w, 4] RGBA with straight alpha from float32 premultiplied linear RGBA.

    Args:
        linear: [h, w, 4].
        gain: exposure, multiplies the light.
        how: the camera.
    """
    alpha = np.clip(linear[..., 3:], 0, 1)
    factors = np.asarray(how.balance, np.float32) * np.float32(gain)
    color = linear[..., :3] * (factors / np.maximum(alpha, 1e-4))
    step = np.sqrt(np.clip(color, 0, _LIMIT) / _LIMIT) * (_STEPS - 1) + 0.5
    result = np.empty(linear.shape, np.uint8)
    result[..., :3] = _curve(how)[step.astype(np.int32)]
    result[..., 3:] = (alpha * 255 + 0.5).astype(np.uint8)
    result[result[..., 3] == 0] = 0
    return result


def srgb_from_linear(linear: np.ndarray) -> np.ndarray:
    """Return display values in [0, 1] (IEC 61966-2-1) of linear values, clipped."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def linear_from_srgb(display: np.ndarray) -> np.ndarray:
    """Return linear values of display values in [0, 1] (IEC 61966-2-1)."""
    display = np.asarray(display, np.float64)
    return np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)


def _curve(how: Development) -> np.ndarray:
    """Return the table from the square root of the light to display values, uint8 [_STEPS]."""
    light = np.linspace(0, 1, _STEPS) ** 2 * _LIMIT
    rolled = light * (1 + how.shoulder * light / 8) / (1 + how.shoulder * light) if how.shoulder else light
    lifted = rolled * (1 + 0.5 * how.shoulder) if how.shoulder else rolled
    return np.round(srgb_from_linear(lifted) ** how.gamma * 255).astype(np.uint8)
