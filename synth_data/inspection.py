"""``vantage inspect``: counts, ranges and times of a rendered set, on the screen, as JSON and as a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from synth_data.contact import draw_sheet
from synth_data.inspection_page import pixels, write_page
from synth_data.survey import STATES, Survey, even_picks, spread, survey_set
from vantage.console import results, write_json
from vantage.errors import UserError
from vantage.records.reader import read_manifest

ANGLES = ("azimuth", "elevation", "tilt", "distance")
PAGE = "inspect.html"

COMPARED = 6
"""Procedural models of each category whose forms are compared, two by two."""


def inspect_dataset(
    folder: Path, sheet: bool = True, json: Path | None = None, out: Path | None = None, page: bool = True
) -> dict[str, Any]:
    """Print what a set holds, draw its contact sheet where ``sheet``, write facts and page, return the facts.

    Args:
        folder: a finished set.
        sheet: draw ``contact_sheet.png`` anew.
        json: file for the facts.
        out: file for the page; ``inspect.html`` in the set's folder without it.
        page: write the page.

    Raises:
        DataError: the folder is no finished set.
        UserError: ``out`` is a folder.
    """
    if out is not None and out.is_dir():
        raise UserError(f"--out {out} is a folder", "a file", "choose another --out")
    survey = survey_set(folder)
    facts = describe(folder, survey)
    _show(facts)
    if sheet:
        facts["contact_sheet"] = str(draw_sheet(folder))
        results.print(f"drawn: {facts['contact_sheet']}", markup=False, soft_wrap=True)
    if page:
        facts["page"] = str(write_page(out or folder / PAGE, folder, facts, survey))
        results.print(f"written: {facts['page']}", markup=False, soft_wrap=True)
    write_json(json, facts)
    return facts


def describe(folder: Path, survey: Survey | None = None) -> dict[str, Any]:
    """Return counts per split and category, ranges of viewpoints and boxes, time per image, and what was skipped."""
    manifest = read_manifest(folder)
    survey = survey_set(folder) if survey is None else survey
    splits = list(dict.fromkeys(survey.split.tolist()))
    names = sorted(set(survey.category.tolist()))
    spec = manifest.get("spec", {})
    return {
        "folder": str(folder),
        "count": len(survey),
        "splits": {split: _facts(survey.of(survey.split == split)) for split in splits},
        "categories": {name: _category_facts(name, survey.of(survey.category == name)) for name in names},
        "keypoint_states": dict(zip(STATES, survey.states.sum(axis=0).tolist())),
        **{name: manifest.get(name) for name in ("seed", "versions", "seconds_per_image")},
        **{name: spec.get(name) for name in ("size", "height", "samples", "viewpoints", "lights", "device")},
        "seconds_by_stage": manifest.get("seconds_by_stage", {}),
        "licences": manifest.get("licences", {}),
        "skipped": manifest.get("skipped", []),
        "notes": manifest.get("notes", []),
    }


def _category_facts(name: str, views: Survey) -> dict[str, Any]:
    """Return the facts of a category's views, and how different its shapes are."""
    return {**_facts(views), "shape_iou": _shape_iou(name, sorted(set(views.model_id.tolist())))}


def _shape_iou(category: str, models: Sequence[str]) -> float | None:
    """Return the mean overlap of the voxels of some procedural models, two by two; None where there are not two."""
    from synth_data.shapes.registry import CATEGORIES
    from synth_data.shapes.variety import category_variety

    found = [re.fullmatch(r"procedural:(\w+):(\d+)", model) for model in models]
    seeds = [int(match[2]) for match in found if match and match[1] == category and category in CATEGORIES]
    chosen = even_picks(np.array(seeds), COMPARED) if seeds else []
    return category_variety(category, chosen) if len(chosen) > 1 else None


def _facts(views: Survey) -> dict[str, Any]:
    """Return the facts of some views."""
    keypoints = views.states.sum()
    return {
        "count": len(views),
        "categories": dict(Counter(views.category.tolist())),
        "models": len(set(views.model_id.tolist())),
        "viewpoints": {name: spread(views.viewpoint[:, column]) for column, name in enumerate(ANGLES)},
        "box_longer_side_px": spread(views.side),
        "brightness": spread(views.brightness),
        "empty_masks": int((views.side == 0).sum()),
        "keypoints_visible": float(views.states[:, 0].sum() / keypoints) if keypoints else None,
    }


def _show(facts: Mapping[str, Any]) -> None:
    """Print the facts as a table."""
    table = Table(title=f"{facts['folder']}: {facts['count']} views", title_justify="left")
    table.add_column("")
    for split in facts["splits"]:
        table.add_column(split, justify="right")
    splits = list(facts["splits"].values())
    table.add_row("views", *(str(split["count"]) for split in splits))
    table.add_row("models", *(str(split["models"]) for split in splits))
    for category in sorted({name for split in splits for name in split["categories"]}):
        table.add_row(f"  {category}", *(str(split["categories"].get(category, 0)) for split in splits))
    for name in ANGLES:
        table.add_row(name, *(_span(split["viewpoints"][name]) for split in splits))
    table.add_row("box, longer side (px)", *(_span(split["box_longer_side_px"]) for split in splits))
    results.print(table)
    results.print(f"{pixels(facts)} px, {facts['samples']} samples, {facts['seconds_per_image']} s an image and worker")
    if facts["seconds_by_stage"]:
        stages = ", ".join(f"{name} {1e3 * value:.1f}" for name, value in facts["seconds_by_stage"].items())
        results.print(f"ms an image by stage: {stages}")
    for item in facts["skipped"]:
        results.print(f"left out: {item['file']}: {item['reason']}", markup=False, soft_wrap=True)


def _span(values: Mapping[str, float]) -> str:
    return f"{values['min']:.4g} to {values['max']:.4g}, median {values['median']:.4g}"
