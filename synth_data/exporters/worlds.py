"""Scenes for formats of view synthesis, which describe one world each: nothing in it moves between its views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synth_data.exporters.views import SCENES, Source, scenes_of
from vantage.console import write_json
from vantage.errors import DataError

STEADY_LIGHTS = "soft"
"""The style of light that is the same for all views."""


def scene_folders(source: Source, folder: Path) -> dict[Path, list[int]]:
    """Return folder -> places of its views: ``folder`` itself for a single scene, else a subfolder for each.

    Raises:
        DataError: things around the objects stand elsewhere in each view, so that several views show no one world.
    """
    scenes = scenes_of(source)
    spec = spec_of(source)
    if _surrounded_anew(spec) and any(len(places) > 1 for places in scenes.values()):
        raise DataError(
            "occluders and companions stand elsewhere in each view of this set, so that no two show one static world",
            "a set whose groups of views keep them in place, or one without them",
            "render with --group-size N, or without --occluders and --companions",
        )
    if len(scenes) == 1:
        return {folder: next(iter(scenes.values()))}
    return {folder / name: places for name, places in scenes.items()}


def spec_of(source: Source) -> Mapping[str, Any]:
    """Return what the manifest says of how the set was rendered; nothing where it does not."""
    spec = source.manifest.get("spec")
    return spec if isinstance(spec, Mapping) else {}


def scene_facts(source: Source, folder: Path, scenes: Mapping[Path, Sequence[int]]) -> dict[str, Any]:
    """Write the list of several scenes into ``folder``; return what to tell."""
    if len(scenes) > 1:
        listed = [{"folder": place.name, "images": len(indices)} for place, indices in scenes.items()]
        write_json(folder / SCENES, {"scenes": listed})
    changing = changing_looks(spec_of(source)) if any(len(places) > 1 for places in scenes.values()) else []
    if not changing:
        return {"scenes": len(scenes)}
    note = f"{', '.join(changing)} may differ between the views of a scene; nothing else does (docs/formats.md)"
    return {"scenes": len(scenes), "notes": [note]}


def changing_looks(spec: Mapping[str, Any]) -> list[str]:
    """Return what of the looks of a model may change from one view of a scene to the next, in words."""
    held = spec.get("held", ()) if spec.get("group_size") else ()
    looks = {
        "light": spec.get("lights", STEADY_LIGHTS) != STEADY_LIGHTS and "light" not in held,
        "shadows": bool(spec.get("ground")) and "light" not in held,
        "paint": _painted(spec) and "paint" not in held,
        "exposure and tones": bool(spec.get("tones")) and "camera" not in held,
    }
    return [name for name, changes in looks.items() if changes]


def _painted(spec: Mapping[str, Any]) -> bool:
    """Return whether some model is painted or covered anew."""
    repainted = spec.get("recolour") and any(
        model.get("sha256") and model.get("category") in spec.get("recoloured", ()) for model in spec.get("models", ())
    )
    return bool(repainted) or spec.get("materials", "own") != "own"


def _surrounded_anew(spec: Mapping[str, Any]) -> bool:
    """Return whether other objects stand around the one that is looked at, elsewhere in each view."""
    return bool(spec.get("occluders") or spec.get("companions")) and not spec.get("group_size")
