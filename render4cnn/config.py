"""Configuration of the viewpoint classifier, and its presets: tiny, small, base, paper.

Angles are degrees, fractions are in [0, 1]. ``paper`` follows Su et al., "Render for CNN" (ICCV 2015) and its released
code; ``small`` is the network that ships, ``base`` is for graphics cards; ``tiny`` learns something useful in minutes
on two cores.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vantage.choices import nearest
from vantage.errors import UserError

ANGLES = ("azimuth", "elevation", "tilt")
"""The heads, in the order of a viewpoint's columns."""

CATEGORY = "category"
"""Name of the head that tells the class."""

OFFSET = "_offset"
"""What the names of the heads with the offsets end in, after the angle's."""


IMAGE_SIZES = range(64, 513, 32)
"""Sides of an input that may be chosen, pixels: the trunks halve them five times."""


ALEXNET = "alexnet"
"""The trunk that flattens its features, so that its weights are of one size of input."""


def smallest_image(trunk: str) -> int:
    """Return the smallest of `IMAGE_SIZES` that leaves features of a picture."""
    return 96 if trunk == ALEXNET else IMAGE_SIZES[0]


@dataclass(frozen=True)
class ModelConfig:
    """The network."""

    trunk: str = "mobilenet"
    """alexnet, mobilenet, resnet or efficientnet."""
    image_size: int = 96
    """Height and width of the input, pixels."""
    width: float = 1.0
    """Factor on every layer's channels (the paper's network ignores it)."""
    bins: tuple[int, int, int] = (120, 120, 120)
    """Bins over the full circle for azimuth, elevation and tilt; bin i is centred at i * 360 / bins degrees."""
    features: int = 0
    """Width of a dense layer before the heads; 0 leaves it out."""
    dropout: float = 0.0
    """Fraction of features dropped before the heads, in training."""
    batch_norm_momentum: float = 0.9
    """Running-average momentum; Keras' 0.99 lags in runs of minutes."""
    decode: str = "expectation"
    """argmax (the paper), or expectation: the circular mean of the probabilities around the peak."""
    offsets: bool = True
    """Learn for each bin how far beside its centre the angle lies, and add that when decoding."""
    class_head: bool = True
    """Learn to tell the class as well (networks of one class have nothing to tell)."""
    calibrated: bool = True
    """Give each head a temperature, which is fitted on the views of validation at the end of a training."""


@dataclass(frozen=True)
class LossConfig:
    """The geometric-structure-aware loss: cross-entropy over a window of bins around the true angle."""

    window: tuple[float, float, float] = (15.0, 15.0, 15.0)
    """Half width of the window for each angle, degrees."""
    sigma: tuple[float, float, float] = (4.0, 4.0, 4.0)
    """Decay of the weights for each angle, degrees."""
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Factor on each angle's loss."""
    kernel: str = "gaussian"
    """exponential: exp(-d / sigma), the paper's; gaussian: exp(-d^2 / 2 sigma^2)."""
    normalised: bool = True
    """Divide the weights by their sum; the paper does not, which weighs azimuth about twice the others."""
    snap: bool = False
    """Measure distances from the bin nearest to the label (the paper) instead of from the label itself."""
    offset: float = 0.1
    """Factor on the loss of the offsets within the bins, if the network has them."""
    category: float = 0.2
    """Factor on the cross-entropy of the class, if the network tells it."""


@dataclass(frozen=True)
class OptimiserConfig:
    """The optimiser and its learning-rate schedule."""

    name: str = "adamw"
    """adamw or sgd (momentum 0.9)."""
    learning_rate: float = 2e-3
    """Peak learning rate."""
    weight_decay: float = 1e-2
    """adamw: decoupled decay of kernels; sgd: L2 penalty (half of it times the squared kernels joins the loss)."""
    schedule: str = "cosine"
    """cosine: linear warm-up, then a cosine to zero; steps: times 0.1 every `decay_every` steps."""
    warmup: float = 0.05
    """Fraction of all steps spent warming up (cosine)."""
    decay_every: int = 20_000
    """Steps between two drops (steps)."""
    clip_norm: float = 0.0
    """Largest global norm of a gradient; 0 leaves gradients as they are."""


@dataclass(frozen=True)
class Config:
    """All that decides a training, besides the data."""

    preset: str = "small"
    """Name of the preset it started from."""
    model: ModelConfig = field(default_factory=ModelConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    augmentation: dict[str, Any] = field(default_factory=dict)
    """Fields of vantage.records.augment.AugmentConfig that differ from its defaults; a run's config.json holds all."""
    batch_size: int = 32
    """Images in a step."""
    epochs: float = 18.0
    """Passes over as many images as the sources hold together; used where steps is 0."""
    steps: int = 0
    """Training steps; 0 derives them from epochs."""
    seed: int = 0
    """Seed of weights, order and augmentation."""
    validation_views: int = 512
    """At most about so many views are scored at each validation: of the split val of renders, of photographs held out
    of the split train."""
    validations: int = 10
    """Validations in a whole training."""


def _tiny() -> Config:
    """64 px, a narrow residual network: minutes on two cores."""
    model = ModelConfig(trunk="resnet", image_size=64, width=0.75, bins=(72, 72, 72))
    loss = LossConfig(sigma=(5.0, 5.0, 5.0))
    return Config("tiny", model, loss, batch_size=64, epochs=45.0, validations=5)


def _paper() -> Config:
    """AlexNet trunk, 360 bins, SGD: the released prototxt files and the released loss layer."""
    extras = dict.fromkeys(("offsets", "class_head", "calibrated"), False)
    model = ModelConfig("alexnet", 227, bins=(360, 360, 360), dropout=0.5, decode="argmax", **extras)
    loss = LossConfig((15.0, 5.0, 5.0), (5.0, 3.0, 3.0), kernel="exponential", normalised=False, snap=True)
    optimiser = OptimiserConfig("sgd", 1e-3, 5e-4, "steps", warmup=0.0, decay_every=20_000)
    off = ("brightness", "contrast", "gamma", "white_balance", "tint", "saturation", "greyscale", "blur", "erase")
    crops = dict.fromkeys((*off, "low_resolution", "noise_probability", "object_brightness", "soft_edges"), 0.0)
    return Config(
        "paper",
        model,
        loss,
        optimiser,
        {**crops, "plain": 0.2, "jpeg": 1.0},
        batch_size=192,
        steps=80_000,
        validations=80,
    )


def _base() -> Config:
    """EfficientNetV2-S at 192 px (Tan and Le 2021): for a graphics card."""
    model = ModelConfig("efficientnet", 192, bins=(180, 180, 180), features=512, dropout=0.2)
    loss = LossConfig(sigma=(3.0, 3.0, 3.0))
    optimiser = OptimiserConfig(learning_rate=1e-3, weight_decay=2e-2, clip_norm=1.0)
    return Config("base", model, loss, optimiser, batch_size=64, epochs=30.0)


PRESETS = {"tiny": _tiny, "small": Config, "base": _base, "paper": _paper}


def preset(name: str) -> Config:
    """Return the preset ``name``.

    Raises:
        UserError: there is none of that name.
    """
    if name not in PRESETS:
        raise UserError(f"unknown preset {name!r}{nearest(name, PRESETS)}", f"one of {', '.join(PRESETS)}")
    return PRESETS[name]()


def augmentation(options: Sequence[str]) -> dict[str, Any]:
    """Return the fields of AugmentConfig that ``NAME=VALUE`` options set.

    Raises:
        UserError: no such field, or a value of another kind.
    """
    from vantage.records.augment import LARGEST, AugmentConfig

    fields = {field.name: field.default for field in dataclasses.fields(AugmentConfig) if field.name != "image_size"}
    return dict(_augmentation(option, fields, LARGEST) for option in options)


def _augmentation(option: str, fields: Mapping[str, Any], largest: Mapping[str, float]) -> tuple[str, Any]:
    """Return name and value of one option."""
    name, equals, text = option.partition("=")
    name = name.strip().replace("-", "_")
    if not equals:
        raise UserError(f"--augment {option!r} has no value", "NAME=VALUE, such as noise=0.1")
    if name not in fields:
        found = f"--augment {option!r}: there is no {name!r}{nearest(name, fields)}"
        raise UserError(found, f"one of {', '.join(fields)}")
    kind = type(fields[name])
    try:
        if kind is bool:
            return name, {"true": True, "false": False}[text.strip().lower()]
        value = kind(text)
    except (ValueError, KeyError):
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}[kind]
        raise UserError(f"--augment {option!r}", f"{wanted} for {name}") from None
    most = largest.get(name, math.inf)
    if kind in (int, float) and not (0 <= value <= most and value < math.inf):
        raise UserError(f"--augment {option!r}", f"{f'0 to {most:g}' if name in largest else 'at least 0'} for {name}")
    return name, value


def replace(config: Config, **changes: object) -> Config:
    """Return ``config`` with fields replaced; ``learning_rate`` is taken too, and None leaves a field alone."""
    changes = {name: value for name, value in changes.items() if value is not None}
    rate = changes.pop("learning_rate", None)
    if rate is not None:
        changes["optimiser"] = dataclasses.replace(config.optimiser, learning_rate=rate)
    return dataclasses.replace(config, **changes)
