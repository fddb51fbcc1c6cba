"""Furnished rooms and streets for view synthesis, and the camera rigs that see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vantage.choices import unknown_words
from vantage.errors import UserError

SCENES = ("room", "street")
"""Categories that are scenes."""

RIGS = ("grid", "drive", "orbit", "walk", "stereo")
"""Names of camera rigs, the keys of `synth_data.scenes.rigs.SAMPLERS`."""


def parse_rigs(text: str) -> tuple[str, ...]:
    """Return the names in ``text``, which has commas between them.

    Raises:
        UserError: a rig that there is not.
    """
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := unknown_words(names, RIGS):
        raise UserError(f"there is no camera rig {unknown}", f"some of {', '.join(RIGS)}")
    return names


def check_scenes(options: Any) -> None:
    """Raise where scenes are asked for without rigs, or rigs without what they need.

    Args:
        options: a `synth_data.options.RenderOptions`.

    Raises:
        UserError: so it is.
    """
    rigs = parse_rigs(options.rigs)
    names = [name.strip() for name in options.categories.split(",") if name.strip()]
    scenes = [name for name in names if name in SCENES]
    if scenes and not rigs:
        raise UserError(f"{', '.join(scenes)} without --rigs", "--preset scenes, or --rigs grid,drive")
    if not rigs:
        return
    if options.cad is not None or not scenes or len(scenes) < len(names):
        found = "--cad" if options.cad is not None else ", ".join(names) or "all categories"
        raise UserError(f"--rigs beside {found}", f"--categories {','.join(SCENES)}: rigs see scenes alone")
    if options.occluders or options.companions:
        raise UserError("--rigs beside --occluders or --companions", "neither: scenes are full of things already")
    if options.group_size < 2 or options.viewpoints != "uniform" or options.path:
        raise UserError("--rigs without groups, or with --viewpoints or --path", "--group-size 2 or more beside --rigs")
    _check_light(options.lights, scenes)
    if "camera" not in options.held or "light" not in options.held:
        raise UserError(f"--rigs with --held {options.held!r}", "--held camera,light: a rig has one lens and exposure")


def _check_light(lights: str, scenes: Sequence[str]) -> None:
    """Raise for light that scenes do not take: theirs is part of them."""
    if lights.startswith("folder:"):
        if "room" in scenes:
            found = "--lights folder:DIR beside rooms, which are lit by their windows and lamps"
            raise UserError(found, "--categories street, or no --lights")
    elif lights != "mixed":
        raise UserError(f"--lights {lights} beside --rigs", "folder:DIR for streets, or none: scenes have their own")
