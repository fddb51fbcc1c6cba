"""Options of ``vantage render`` that change nothing beside others: whoever sets one is told so, and not left to wonder.

An option counts as set where its value is another than that of the preset behind the command; values that ask for what
happens anyway (`Idle.fine`) are let through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from synth_data.options import RenderOptions
from synth_data.presets import Preset, preset_behind
from vantage.errors import UserError


@dataclass(frozen=True)
class Idle:
    """Options that change nothing.

    Attributes:
        options: their names.
        when: whether that is so.
        beside: words for it, as in ``--step 5 changes nothing BESIDE``.
        expected: what to say instead.
        fine: values that are let through.
    """

    options: tuple[str, ...]
    when: Callable[[RenderOptions], bool]
    beside: str
    expected: str
    fine: tuple[Any, ...] = ()


def _kinds(*names: str) -> Callable[[RenderOptions], bool]:
    """Return whether the viewpoints are of another kind than ``names``; rigs have a rule of their own."""
    return lambda options: options.viewpoints not in names and not options.rigs


def _has_angles(options: RenderOptions) -> bool:
    return options.viewpoints == "angles"


def _without_cad(options: RenderOptions) -> bool:
    return options.cad is None


def _cad_alone(options: RenderOptions) -> bool:
    return options.cad is not None and not options.procedural_fraction


def _imitates(options: RenderOptions) -> bool:
    return options.viewpoints not in ("uniform", "sphere", "grid", "angles") and not options.rigs


RIG = "none: the cameras of a rig stand and look as the scene allows (--fov-low and --fov-high are their lens)"
IDLE = (
    Idle(("elevation_low", "elevation_high", "tilt_std", "broad", "grid_azimuths", "grid_elevations", "azimuth",
          "elevation", "tilt", "distance", "fill_low", "fill_high", "shift", "aperture"),
         lambda options: bool(options.rigs), "beside --rigs", RIG),
    Idle(("truncation", "ground", "recolour"), lambda options: bool(options.rigs), "beside --rigs",
         "none: a scene has no single object, and grounds and vehicles of its own (--materials colours all)", (0,)),
    Idle(("elevation_low", "elevation_high", "tilt_std"), _kinds("uniform", "sphere"), "with these --viewpoints",
         "--viewpoints uniform or sphere beside it"),
    Idle(("grid_azimuths", "grid_elevations"), _kinds("grid"), "with these --viewpoints",
         "--viewpoints grid beside it"),
    Idle(("broad",), lambda options: not _imitates(options) and not options.rigs, "with these --viewpoints",
         "--viewpoints prior, or a CSV file, beside it"),
    Idle(("azimuth", "elevation", "tilt"), _kinds("angles"), "with these --viewpoints",
         "--viewpoints angles beside it, or no --preset"),
    Idle(("group_size", "held", "path"), _has_angles, "beside --viewpoints angles",
         "none: all angles of a model are one group that holds camera, light and paint", (0, "")),
    Idle(("held",), lambda options: not options.group_size and not _has_angles(options), "without groups",
         "--group-size 2 or more beside it", ("",)),
    Idle(("step",), lambda options: options.path != "steps", "without steps", "--path steps beside it"),
    Idle(("factors",), lambda options: options.path != "factors", "without factor batches", "--path factors beside it"),
    Idle(("fill_low", "fill_high", "shift"), lambda options: bool(options.distance.strip()), "beside --distance",
         "the one or the other: at a given distance the camera looks at the object's centre"),
    Idle(("procedural_fraction",), _without_cad, "without --cad", "--cad DIR beside it", (1,)),
    Idle(("recolour", "deform_copies"), _without_cad, "without --cad",
         "--cad DIR beside it: it is for CAD models alone", (0,)),
    Idle(("up", "front", "strict"), _without_cad, "without --cad", "--cad DIR beside it", (None, False)),
    Idle(("models", "textures"), _cad_alone, "beside --cad alone", "--procedural-fraction 0.5 beside it", (None, "")),
    Idle(("passes", "val_fraction", "shard_size"), lambda options: not options.records, "in plain pictures",
         "--records beside it", ("", 0, None)),
)  # fmt: skip


def check_combinations(options: RenderOptions) -> None:
    """Raise for the first option that was set and changes nothing.

    Raises:
        UserError: so it is.
    """
    behind = preset_behind(options.preset)
    for rule in IDLE:
        if not rule.when(options):
            continue
        for name in rule.options:
            value = getattr(options, name)
            if value not in rule.fine and value != _default(behind, name):
                flag = "--" + name.replace("_", "-")
                raise UserError(f"{flag} {_word(value)}changes nothing {rule.beside}", rule.expected)


def _default(behind: Preset, name: str) -> Any:
    """Return the value of an option that nobody has set."""
    return getattr(behind, name) if name in {field.name for field in fields(behind)} else None


def _word(value: Any) -> str:
    """Return a value as it is typed, and a blank; nothing for a switch."""
    return "" if isinstance(value, bool) else f"{value:g} " if isinstance(value, float) else f"{value} "
