"""Texts that name data with options: ``KIND:PATH,option=value,option=value``.

Commas, plus and equals signs mean nothing to a shell, so such a text needs no quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from vantage.choices import nearest
from vantage.errors import DataError

SUBSETS = ("all", "not-difficult", "easy")
"""``easy``: neither truncated nor occluded nor difficult, what Render for CNN and its successors score."""


def split_options(text: str, known: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return the path of ``PATH,option=value,...`` and its options; a path that exists as it stands has none.

    Raises:
        DataError: no path, an option that ``known`` lacks, given twice, or without a value.
    """
    path, *parts = [text] if text and Path(text).exists() else re.split(r",(?=[A-Za-z_-]+=)", text)
    if not path:
        raise DataError(f"{text!r} names no path", "PATH, or PATH,option=value")
    options: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        if name not in known:
            raise DataError(f"unknown option {name!r} in {text!r}{nearest(name, known)}", f"one of {', '.join(known)}")
        if name in options or not value:
            found = f"option {name!r} in {text!r} {'is given twice' if name in options else 'has no value'}"
            raise DataError(found, f"{name}=VALUE, once")
        options[name] = value
    return path, options


def choice(options: Mapping[str, str], name: str, known: Iterable[str], default: str) -> str:
    """Return the value of an option that has to be one of ``known``.

    Raises:
        DataError: it is not.
    """
    value = options.get(name, default)
    if value not in known:
        raise DataError(f"{name}={value} is unknown{nearest(value, known)}", f"one of {', '.join(known)}")
    return value


def choices(options: Mapping[str, str], name: str, known: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return the values of a list such as ``categories=car+bus``, each one of ``known``; all where it is not given.

    Raises:
        DataError: one that is not (listing what there is, called ``kind``).
    """
    known = tuple(known)
    chosen = tuple(dict.fromkeys(options[name].split("+"))) if name in options else known
    if unknown := [value for value in chosen if value not in known]:
        found = f"{name}={options[name]} has the unknown {kind} {unknown[0]!r}{nearest(unknown[0], known)}"
        raise DataError(found, f"one or more of {', '.join(known)}")
    return chosen
