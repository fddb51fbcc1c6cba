"""Blender's graphics cards: which there are, and rendering on one."""

from __future__ import annotations

import bpy

from synth_data.devices import CARDS, CPU, Device, split_device
from vantage.errors import VantageError


def found_devices() -> list[Device]:
    """Return the cards that Cycles lists, for each way that this Blender was built with."""
    found = []
    for kind in CARDS:
        found += [Device(device.type, device.name) for device in _listed(kind) if device.type == kind]
    return found


def use_device(scene: bpy.types.Scene, device: str) -> None:
    """Render ``scene`` on ``device``, as `synth_data.devices.chosen_device` named it.

    Raises:
        VantageError: this machine has no such card.
    """
    if device == CPU:
        scene.cycles.device = "CPU"
        return
    kind, name = split_device(device)
    cards = _listed(kind)
    chosen = next((card for card in cards if card.type == kind and card.name == name), None)
    if chosen is None:
        raise VantageError(f"this machine has no {name} that Blender reaches by {kind}; the set was begun on one")
    _preferences().compute_device_type = kind
    for card in cards:
        card.use = card == chosen
    scene.cycles.device = "GPU"


def _preferences():
    return bpy.context.preferences.addons["cycles"].preferences


def _listed(kind: str) -> list:
    """Return what Cycles lists for a way to cards; nothing where this Blender lacks it."""
    try:
        return list(_preferences().get_devices_for_type(kind))
    except (ValueError, TypeError):
        return []
