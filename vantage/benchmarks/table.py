"""Photographs of anybody's own, labelled in a CSV file: ``csv:FILE``.

Columns file, category, azimuth_deg, elevation_deg; where wanted tilt_deg, the box x0, y0, x1, y1 (pixels of the
photograph as it is looked at), split, truncated, occluded, difficult. Others are passed over. Commas, semicolons or
tabs part the columns; with semicolons and tabs a number may have a decimal comma.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vantage.benchmarks.objects import COARSE, FINE, NONE, Box, ObjectLabel, ObjectViews, leads_out, placed_box
from vantage.benchmarks.options import SUBSETS, choice, choices, split_options
from vantage.choices import nearest
from vantage.console import progress
from vantage.errors import DataError, NoSplitError
from vantage.records.photos import photo_size

REQUIRED = ("file", "category", "azimuth_deg", "elevation_deg")
BOX = ("x0", "y0", "x1", "y1")
FLAGS = ("truncated", "occluded", "difficult")
OPTIONS = ("subset", "categories", "images")

ALL = "all"
"""The split of every row; without a column ``split`` it is the only one, and what training takes."""

YES, NO = ("1", "1.0", "true", "yes", "y"), ("", "0", "0.0", "false", "no", "n")

LONG = 2000
"""With more photographs than this, looking at their sizes is worth a progress bar."""


@dataclass(frozen=True)
class Row:
    """One row.

    Args:
        label: what it says.
        split: None without the column.
        where: it stands, for people.
        tilted: it says a tilt.
    """

    label: ObjectLabel
    split: str | None
    where: str
    tilted: bool


def open_table(text: str, split: str = "train") -> ObjectViews:
    """Open the rows of one split of ``FILE,option=value``.

    Options are ``subset`` (see `vantage.benchmarks.options.SUBSETS`), ``categories=car+bus``, and ``images=DIR``,
    the folder that the files are relative to (without it the CSV's own).

    Raises:
        DataError: no such file, wrong columns or values (with their line), missing images, or boxes outside theirs.
        NoSplitError: a split that no row has (listing those there are).
        ImageError: a photograph that has a box and is none.
    """
    file, options = split_options(text, OPTIONS)
    path = Path(file)
    subset = choice(options, "subset", SUBSETS, "all")
    folder = _images(path, options)
    rows = read_table(path)
    names = choices(options, "categories", sorted({row.label.category for row in rows}), "category")
    rows = [row for row in _of_split(path, rows, split) if row.label.category in names]
    rows = [replace(row, label=_at_home(row.label, folder)) for row in rows if row.label.belongs_to(subset)]
    _check_images(path, folder, rows)
    return ObjectViews(folder, [row.label for row in rows], has_tilt=any(row.tilted for row in rows))


def read_table(path: Path) -> list[Row]:
    """Return all rows, checked.

    Raises:
        DataError: as `open_table`.
    """
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "does not exist"
        raise DataError(f"{path} {found}", f"a CSV file with the columns {', '.join(REQUIRED)}", "check the path")
    try:
        text = _decoded(path.read_bytes())
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_columns(path, columns)
        rows = [_row(f"{path}, line {reader.line_num}", columns, cells) for cells in reader if any(cells)]
    except (UnicodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read ({error})", "a CSV file in UTF-8") from error
    if not rows:
        raise DataError(f"{path} has no rows", "one row for each object")
    return rows


def _decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 as spreadsheets write "Unicode text"."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content.decode(encoding)


def _delimiter(text: str) -> str:
    """Return what parts the columns: whichever is most in the header."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    expected = f"the columns {', '.join(REQUIRED)}"
    if missing := [name for name in REQUIRED if name not in columns]:
        raise DataError(
            f"{path} has no column {', '.join(missing)} (it has {', '.join(filter(None, columns)) or 'none'})", expected
        )
    if twice := [name for name in columns if name and columns.count(name) > 1]:
        raise DataError(f"{path} has the column {twice[0]} twice", "each column once")
    found = [name for name in BOX if name in columns]
    if found and len(found) < len(BOX):
        raise DataError(f"{path} has {', '.join(found)} alone of a box", f"all of {', '.join(BOX)}, or none")


def _row(where: str, columns: Sequence[str], cells: Sequence[str]) -> Row:
    """Return one checked row."""
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        found = f"{where} has {len(cells)} fields, the header {len(columns)}"
        raise DataError(found, "a field for each column", "put texts with commas in quotes")
    values = {name: cell.strip() for name, cell in zip(columns, cells)}
    file, category = (_text(where, name, values) for name in ("file", "category"))
    if leads_out(file):
        do = "name that folder as in csv:FILE,images=FOLDER"
        raise DataError(f"{where}: file is {file!r}", "a path below the folder of the images", do)
    angles, kind = _viewpoint(where, values)
    flags = {name: _flag(where, name, values[name]) for name in FLAGS if name in values}
    label = ObjectLabel(file, category, angles, kind, _box(where, values), **flags, name=f"{file} {where.split()[-1]}")
    split = _text(where, "split", values) if "split" in columns else None
    return Row(label, split, where, bool(values.get("tilt_deg")))


def _text(where: str, name: str, values: Mapping[str, str]) -> str:
    if not values.get(name):
        raise DataError(f"{where}: {name} is empty", "a value in each row")
    return values[name]


def _viewpoint(where: str, values: Mapping[str, str]) -> tuple[tuple[float, float, float], str]:
    """Return azimuth, elevation, tilt, and the kind of viewpoint: what is empty is not meant."""
    azimuth = _number(where, "azimuth_deg", values.get("azimuth_deg", ""), 360) % 360
    elevation = _number(where, "elevation_deg", values.get("elevation_deg", ""), 90)
    tilt = _number(where, "tilt_deg", values.get("tilt_deg", ""), 180)
    if math.isnan(azimuth):
        return (math.nan, math.nan, math.nan), NONE
    if math.isnan(elevation):
        return (azimuth, math.nan, math.nan), COARSE
    return (azimuth, elevation, 0.0 if math.isnan(tilt) else tilt), FINE


def _number(where: str, name: str, text: str, limit: float = math.inf) -> float:
    """Return a finite number within +-``limit``, which may be written with a decimal comma; NaN where empty."""
    if not text:
        return math.nan
    expected = "a number" if limit == math.inf else f"a number from {-limit:g} to {limit:g}, or nothing"
    decimal = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        value = float(decimal)
    except ValueError:
        raise DataError(f"{where}: {name} is {text!r}", expected) from None
    if not (math.isfinite(value) and abs(value) <= limit):
        raise DataError(f"{where}: {name} is {text}", expected)
    return value


def _box(where: str, values: Mapping[str, str]) -> Box | None:
    """Return the box; None where the row has none."""
    x0, y0, x1, y1 = box = tuple(_number(where, name, values.get(name, "")) for name in BOX)
    if all(map(math.isnan, box)):
        return None
    if empty := [name for name, value in zip(BOX, box) if math.isnan(value)]:
        raise DataError(f"{where}: {empty[0]} is empty", "all four numbers of the box, or none")
    if x1 - x0 < 1 or y1 - y0 < 1:
        found = f"{where}: the box {x0:g}, {y0:g}, {x1:g}, {y1:g} is smaller than a pixel"
        raise DataError(found, "left, top, right, bottom in pixels")
    return box


def _flag(where: str, name: str, text: str) -> bool:
    if text.lower() not in (*YES, *NO):
        raise DataError(f"{where}: {name} is {text!r}", "0 or 1")
    return text.lower() in YES


def _of_split(path: Path, rows: Sequence[Row], split: str) -> list[Row]:
    """Return the rows of a split."""
    splits = sorted({row.split for row in rows if row.split is not None})
    if split == ALL or (not splits and split == "train"):
        return list(rows)
    if split not in splits:
        has = f"has no row of split {split!r}" if splits else f"has no column split, so there is no {split!r}"
        raise NoSplitError(
            f"{path} {has}{nearest(split, splits)}",
            f"one of {', '.join([*splits, ALL])}",
            "name one of these with --split",
        )
    return [row for row in rows if row.split == split]


def _images(path: Path, options: Mapping[str, str]) -> Path:
    folder = Path(options["images"]) if "images" in options else path.parent
    if not folder.is_dir():
        raise DataError(f"images={folder} does not exist or is no folder", "the folder that the files are relative to")
    return folder


def _at_home(label: ObjectLabel, folder: Path) -> ObjectLabel:
    """Return a label whose file is written as this system does; ``\\`` comes from tables made on another."""
    if "\\" not in label.file or (folder / label.file).is_file():
        return label
    return replace(label, file=label.file.replace("\\", "/"))


def _check_images(path: Path, folder: Path, rows: Sequence[Row]) -> None:
    """Refuse missing images, and boxes that lie outside theirs, before the work begins and not in the midst of it."""
    names = list(dict.fromkeys(row.label.file for row in rows))
    if missing := [name for name in names if not (folder / name).is_file()]:
        found = f"{len(missing)} of {len(names)} images are missing in {folder}, first {missing[0]}"
        raise DataError(found, f"every file that {path.name} names")
    sizes: dict[str, tuple[int, int]] = {}
    for row in _shown([row for row in rows if row.label.box is not None]):
        label = row.label
        size = sizes.get(label.file) or sizes.setdefault(label.file, photo_size(folder / label.file))
        if placed_box(label, *size) is None:
            box = ", ".join(f"{edge:g}" for edge in label.box)
            raise DataError(
                f"{row.where}: the box {box} lies outside {label.file}", f"a box within {size[0]} x {size[1]}"
            )


def _shown(items: Sequence[Row]) -> Iterator[Row]:
    """Yield items, with a progress bar where there are many."""
    if len(items) <= LONG:
        yield from items
        return
    with progress(len(items), "looking at boxes", "boxes") as bar:
        for item in items:
            yield item
            bar.advance()
