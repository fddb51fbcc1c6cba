"""Boxes of objects in photographs, as detectors and annotators write them: COCO JSON and CSV.

CSV       columns file, category, x0, y0, x1, y1 (pixels of the photograph), optionally score, frame for videos, and
          azimuth_deg, elevation_deg, tilt_deg where the detector tells viewpoints too
COCO      annotations ``{"images", "categories", "annotations"}``, or results ``[{"image_id", "category_id", "bbox",
          "score"}]``, whose ids the annotations that they were made for explain; ``bbox`` is x, y, width, height; a
          viewpoint is ``{"viewpoint": {"azimuth", "elevation", "tilt"}}``
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vantage.errors import DataError

Box = tuple[float, float, float, float]

COLUMNS = ("file", "x0", "y0", "x1", "y1")
"""Columns that a CSV file must have; category is needed where the caller wants one."""

ANGLES = ("azimuth", "elevation", "tilt")

_CSV = "a CSV file with commas between its columns"
_COCO = 'COCO annotations {"images", "categories", "annotations"}, or results [{"image_id", "category_id", "bbox"}]'


@dataclass(frozen=True)
class Detection:
    """One object in one photograph.

    Args:
        image: file name of the photograph, as the boxes' file writes it.
        category: its class; empty where the file says none.
        bbox: x0, y0, x1, y1, pixels of the photograph, finite, x0 < x1 and y0 < y1; it may leave the photograph.
        score: the higher the surer; 1 where the file has none.
        frame: number of the video's frame, from 0; None for photographs.
        viewpoint: azimuth, elevation, tilt that the detector tells, degrees, PASCAL3D+ meaning; NaN for what it does
            not tell, None where it tells no viewpoint.
    """

    image: str
    category: str
    bbox: Box
    score: float = 1.0
    frame: int | None = None
    viewpoint: tuple[float, float, float] | None = None


def read_detections(
    path: str | os.PathLike,
    names: str | os.PathLike | None = None,
    need_category: bool = True,
    skipped: list[str] | None = None,
) -> list[Detection]:
    """Return all detections of a file, in its order; COCO's crowd regions, which are no objects, are left out.

    Args:
        path: ``.json`` is COCO, everything else CSV.
        names: COCO annotations whose ``images`` and ``categories`` name the ids of results.
        need_category: refuse rows that name no class.
        skipped: where to put what is wrong with boxes that are none (not finite, no area), instead of raising it.

    Raises:
        DataError: the file is missing, no JSON or CSV of these forms, or a row (named) is none of a detection.
    """
    path = Path(path)
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "does not exist"
        raise DataError(f"boxes file {path} {kind}", "a CSV file or COCO JSON", "check the path")
    coco = path.suffix.lower() == ".json"
    if names is not None and not coco:
        raise DataError(f"--annotations {names} beside {path}, which is CSV", "COCO results", "leave --annotations out")
    read = _read_coco(path, names) if coco else _read_csv(path, need_category)
    found = []
    for where, make in read:
        try:
            found.append(make())
        except BadBoxError as error:
            message = f"{where}: {error.found}"
            if skipped is None:
                raise DataError(message, error.expected) from None
            skipped.append(message)
        except DataError as error:
            raise DataError(f"{where}: {error.found}", error.expected, error.do) from None
        if need_category and found and not found[-1].category:
            raise DataError(f"{where} names no category", "the class of each object")
    return found


class BadBoxError(DataError):
    """Four numbers that are no box."""


def checked_box(values: Any) -> Box:
    """Return x0, y0, x1, y1 as floats.

    Raises:
        BadBoxError: not finite, or without area.
    """
    x0, y0, x1, y1 = box = tuple(float(value) for value in values)
    expected = "x0 < x1 and y0 < y1, finite, in pixels"
    if not all(map(math.isfinite, box)):
        raise BadBoxError(f"the box {_numbers(box)} is not finite", expected)
    if not (x0 < x1 and y0 < y1):
        raise BadBoxError(f"the box {_numbers(box)} has no area", expected)
    return box


def _numbers(box: Box) -> str:
    return ",".join(f"{edge:g}" for edge in box)


Rows = Iterator[tuple[str, Callable[[], Detection]]]
"""Where a row is, for people; and what makes its detection, or raises what is wrong with it."""


def _read_csv(path: Path, need_category: bool) -> Rows:
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            columns = (*COLUMNS, "category") if need_category else COLUMNS
            have = reader.fieldnames or []
            if missing := [name for name in columns if name not in have]:
                found = f"{path} has no column {', '.join(missing)} (it has {', '.join(have or ['none'])})"
                raise DataError(found, f"a CSV file with the columns {', '.join(columns)}, commas between")
            if twice := [name for name in dict.fromkeys(have) if have.count(name) > 1]:
                raise DataError(f"{path} has the column {twice[0]} twice", "each column once")
            for row in reader:
                yield f"{path}, line {reader.line_num}", lambda row=row: _from_row(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read ({error})", f"{_CSV}, in UTF-8") from error


def _from_row(row: Mapping[str, str | None]) -> Detection:
    """Return a row of CSV as a detection."""
    if None in row:
        raise DataError(f"more fields than columns: {', '.join(row[None])}", "as many", "quote names with a comma")
    if not row["file"]:
        raise DataError("file is empty", "the name of a photograph")
    box = checked_box([_number(name, row[name]) for name in ("x0", "y0", "x1", "y1")])
    score = _score(_number("score", row["score"])) if row.get("score") else 1.0
    frame = _frame(_number("frame", row["frame"])) if row.get("frame") else None
    angles = [(name, row.get(f"{name}_deg")) for name in ANGLES]
    return Detection(row["file"], (row.get("category") or "").strip(), box, score, frame, _viewpoint(angles))


def _viewpoint(angles: Iterable[tuple[str, Any]]) -> tuple[float, float, float] | None:
    """Return the angles of ``(name, value)`` pairs, NaN for those that are not told; None without an azimuth.

    Raises:
        DataError: an angle that is no finite number.
    """
    values = [math.nan if value in (None, "") else _angle(name, _number(name, value)) for name, value in angles]
    return None if math.isnan(values[0]) else tuple(values)


def _angle(name: str, value: float) -> float:
    if not (math.isfinite(value) and abs(value) <= 360):
        raise DataError(f"{name} is {value:g}", "degrees")
    return value


def _number(name: str, text: Any) -> float:
    """Return a number, which may be NaN."""
    if text is None:
        raise DataError(f"{name} is missing", "a number")
    if isinstance(text, bool):
        raise DataError(f"{name} is {text!r}", "a number")
    try:
        return float(text)
    except (TypeError, ValueError):
        raise DataError(f"{name} is {text!r}", "a number") from None


def _score(value: float) -> float:
    if not math.isfinite(value):
        raise DataError(f"score is {value:g}", "a finite number")
    return value


def _frame(value: float) -> int:
    if not (math.isfinite(value) and value >= 0 and value == int(value)):
        raise DataError(f"frame is {value:g}", "a whole number from 0")
    return int(value)


def _read_coco(path: Path, names: str | os.PathLike | None) -> Rows:
    content = _json(path)
    if isinstance(content, Mapping):
        items, tables = content.get("annotations"), content
    else:
        items, tables = content, _json(Path(names)) if names is not None else {}
    if not isinstance(items, list) or not isinstance(tables, Mapping):
        raise DataError(f"{path} is no COCO file" if not isinstance(items, list) else f"{names} is no COCO file", _COCO)
    images = _table(tables, "images", "file_name", path if tables is content else names)
    categories = _table(tables, "categories", "name", path if tables is content else names)
    for number, item in enumerate(items):
        if isinstance(item, Mapping) and item.get("iscrowd") in (1, True):
            continue
        yield f"{path}, entry {number}", lambda item=item: _from_item(item, images, categories)


def _json(path: Path) -> Any:
    """Return a file's JSON."""
    if not path.is_file():
        raise DataError(f"{path} does not exist", "COCO JSON", "check the path")
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is no JSON ({error})", "COCO JSON") from error


def _table(tables: Mapping[str, Any], key: str, name: str, path: Any) -> dict[Any, str]:
    """Return id -> name of ``images`` or ``categories``."""
    try:
        return {item["id"]: str(item[name]) for item in tables.get(key) or ()}
    except (KeyError, TypeError) as error:
        raise DataError(f"{path}: an entry of {key} lacks id or {name}", _COCO) from error


def _from_item(item: Any, images: Mapping[Any, str], categories: Mapping[Any, str]) -> Detection:
    """Return an annotation or a result as a detection."""
    if not isinstance(item, Mapping):
        raise DataError(f"{str(item)[:40]!r} is no object", "image_id, category_id and bbox")
    if missing := [key for key in ("image_id", "category_id", "bbox") if key not in item]:
        raise DataError(f"it has no {', '.join(missing)}", "image_id, category_id and bbox")
    if not isinstance(item["bbox"], list) or len(item["bbox"]) != 4:
        raise DataError(f"bbox is {str(item['bbox'])[:60]}", "x, y, width, height")
    x, y, width, height = (_number("bbox", value) for value in item["bbox"])
    image, category = (_name(item, *look) for look in (("image_id", images), ("category_id", categories)))
    score = _score(_number("score", item.get("score", 1.0)))
    frame = item.get("frame")
    frame = None if frame is None else _frame(_number("frame", frame))
    view = item.get("viewpoint") or {}
    if not isinstance(view, Mapping):
        raise DataError(f"viewpoint is {str(view)[:60]}", "azimuth, elevation and tilt by name")
    viewpoint = _viewpoint((name, view.get(name)) for name in ANGLES)
    return Detection(image, category, checked_box((x, y, x + width, y + height)), score, frame, viewpoint)


def _name(item: Mapping[str, Any], key: str, names: Mapping[Any, str]) -> str:
    """Return what an id stands for; a text that is in no table stands for itself."""
    identity = item[key]
    if isinstance(identity, (list, dict)):
        raise DataError(f"{key} is {str(identity)[:40]}", "a number or a name")
    if identity in names:
        return names[identity]
    if isinstance(identity, str) and not names:
        return identity
    do = "check it" if names else "give the annotations that the results were made for (--annotations)"
    table = "images" if key == "image_id" else "categories"
    found = f"is not among the {len(names)} {table}" if names else "is a number that nothing names"
    raise DataError(f"{key} {identity!r} {found}", f"an id of {table}", do)
