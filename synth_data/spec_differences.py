"""Where two specs of sets (as JSON) differ, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_FIELDS, _NAMED = re.compile(r"\{('\w+': [^{}]*)\}"), re.compile(r"'(\w+)': ")

_FILES = {
    "environments": lambda files: dict(map(tuple, files)),
    "textures": lambda files: {file["path"]: file["sha256"] for file in files},
}
"""Fields of a spec that list files, and how they become path -> sha256."""


def differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Return, in words, where two specs (as JSON) differ."""
    found = []
    for name in sorted({*stored, *wanted}):
        first, second = stored.get(name), wanted.get(name)
        if first == second:
            continue
        if name == "models":
            found.append(_model_difference(first or (), second or ()))
        elif name in _FILES:
            found.append(f"{name}: {_changes(*(_FILES[name](files or ()) for files in (first, second)))}")
        else:
            found.append(f"{name} {in_words(first)} there, {in_words(second)} asked for")
    return found


def in_words(value: Any) -> str:
    """Return a value of a spec as people write it: ``uniform {'low': -10.0}`` becomes ``uniform (low -10.0)``."""
    return _FIELDS.sub(lambda found: f"({_NAMED.sub(_named, found[1])})", str(value))


def _named(found: re.Match) -> str:
    return f"{found[1].replace('_', ' ')} "


def _model_difference(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> str:
    ids = [{model["model_id"]: model["sha256"] for model in models} for models in (first, second)]
    return f"models: {_changes(*ids)}"


def _changes(*ids: Mapping[str, str]) -> str:
    """Return, in words, where two maps of names to checksums differ."""
    gone, new = sorted(ids[0].keys() - ids[1].keys()), sorted(ids[1].keys() - ids[0].keys())
    changed = sorted(name for name in ids[0].keys() & ids[1].keys() if ids[0][name] != ids[1][name])
    parts = [f"{len(names)} {word} ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
             for word, names in (("gone", gone), ("new", new), ("changed", changed)) if names]  # fmt: skip
    return ", ".join(parts) or "another order or grouping"
