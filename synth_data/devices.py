"""What Cycles renders on: the processor, or a graphics card that Blender finds.

Different devices give different bytes, so the device is part of a set's spec, and the processor is the default: it
gives the same bytes on every machine of a kind. ``--device auto`` takes a card where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vantage.choices import nearest
from vantage.errors import UserError

CPU = "CPU"
CARDS = ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI")
"""Blender's names of the ways to a card, the fastest for equal cards first."""

CHOICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True, order=True)
class Device:
    """A card: the way to it, one of `CARDS`, and its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def check_device(wanted: str) -> None:
    """Raise a UserError where ``wanted`` is none of `CHOICES`."""
    if wanted not in CHOICES:
        raise UserError(f"--device is {wanted!r}{nearest(wanted, CHOICES)}", f"one of {', '.join(CHOICES)}")


def chosen_device(wanted: str, found: Sequence[Device]) -> str:
    """Return the device to render on: ``CPU``, or kind and name of a card.

    Args:
        wanted: ``cpu``; ``gpu``, which has to be there; or ``auto``, a card where there is one.
        found: what Blender lists, in its order; kinds that are not in `CARDS` are passed over.

    Raises:
        UserError: ``wanted`` is none of these, or no card is found for ``gpu``.
    """
    check_device(wanted)
    cards = [device for kind in CARDS for device in found if device.kind == kind]
    if wanted == "gpu" and not cards:
        raise UserError("Blender finds no graphics card that it can render on", do="write --device auto, or cpu")
    return str(cards[0]) if cards and wanted != "cpu" else CPU


def split_device(device: str) -> tuple[str, str]:
    """Return kind and name of what `chosen_device` gave."""
    kind, _, name = device.partition(" ")
    return kind, name
