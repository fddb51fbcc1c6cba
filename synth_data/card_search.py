"""Looking for a graphics card: signs of one on this machine, and Blender's own word."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from synth_data.devices import Device, chosen_device
from synth_data.pool import Handler, Limits, Pool

ASK_SECONDS = 120.0

_SIGNS = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/kfd", "/dev/dri", "/dev/dxg")
"""Files of which a Linux machine with a card has one (Blender takes seconds to ask)."""


def device_for(wanted: str, ask: Callable[[], list[Device]] | None = None) -> str:
    """Return what to render on for the option ``wanted``; Blender is asked only where that may matter.

    Raises:
        UserError: see `chosen_device`.
    """
    asked = wanted == "gpu" or (wanted == "auto" and may_have_card())
    return chosen_device(wanted, (ask or ask_blender)() if asked else ())


def may_have_card(signs: Sequence[str] = _SIGNS) -> bool:
    """Tell whether this machine shows a sign of a graphics card; only Linux can be sure that there is none."""
    return sys.platform != "linux" or any(Path(sign).exists() for sign in signs)


def ask_blender() -> list[Device]:
    """Return the cards that Blender finds, asked in a process of its own: drivers may crash it."""
    outcome = next(Pool(_make_finder, (), 1, Limits(seconds=ASK_SECONDS, attempts=1)).run(["cards"]))
    return outcome.result or []


def _make_finder() -> Handler:
    from synth_data.blender.devices import found_devices

    def work(payload: Any, tell: Callable[[int], None]) -> list[Device]:
        return found_devices()

    return work
