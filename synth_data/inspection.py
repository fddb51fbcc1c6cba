"""``vantage inspect``: counts, ranges and times of a rendered set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from synth_data.order import draw_sheet
from vantage.console import results, write_json
from vantage.records.reader import open_records, read_manifest, splits_of

ANGLES = ("azimuth", "elevation", "tilt", "distance")


def inspect_dataset(folder: Path, sheet: bool = True, json: Path | None = None) -> dict[str, Any]:
    """Print what a set holds, draw its contact sheet where ``sheet``, write the facts to ``json``, return them.

    Raises:
        DataError: the folder is no finished set.
    """
    facts = describe(folder)
    _show(facts)
    if sheet:
        facts["contact_sheet"] = str(draw_sheet(folder))
        results.print(f"drawn: {facts['contact_sheet']}", markup=False, soft_wrap=True)
    write_json(json, facts)
    return facts


def describe(folder: Path) -> dict[str, Any]:
    """Return counts per split and category, ranges of viewpoints and boxes, time per image, and what was skipped."""
    manifest = read_manifest(folder)
    splits = {split: _split_facts(folder, split) for split in splits_of(folder)}
    return {
        "folder": str(folder),
        "count": sum(facts["count"] for facts in splits.values()),
        "splits": splits,
        "seed": manifest.get("seed"),
        "size": manifest.get("spec", {}).get("size"),
        "samples": manifest.get("spec", {}).get("samples"),
        "seconds_per_image": manifest.get("seconds_per_image"),
        "licences": manifest.get("licences", {}),
        "skipped": manifest.get("skipped", []),
    }


def _split_facts(folder: Path, split: str) -> dict[str, Any]:
    """Return the facts of one split."""
    source = open_records(folder, split).only("category", "model_id", "viewpoint", "bbox", "keypoint_visibility")
    rows = [source[index] for index in range(len(source))]
    viewpoints = np.array([row["viewpoint"] for row in rows], np.float64)
    boxes = np.array([row["bbox"] for row in rows], np.float64)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    states = np.concatenate([row["keypoint_visibility"] for row in rows])
    return {
        "count": len(rows),
        "categories": dict(Counter(row["category"] for row in rows)),
        "models": len({row["model_id"] for row in rows}),
        "viewpoints": {name: _range(viewpoints[:, column]) for column, name in enumerate(ANGLES)},
        "box_longer_side_px": _range(sides),
        "empty_masks": int((sides == 0).sum()),
        "keypoints_visible": float((states == 0).mean()) if len(states) else None,
    }


def _range(values: np.ndarray) -> dict[str, float]:
    return {"min": float(values.min()), "median": float(np.median(values)), "max": float(values.max())}


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
    results.print(f"{facts['size']} px, {facts['samples']} samples, {facts['seconds_per_image']} s an image and worker")
    for item in facts["skipped"]:
        results.print(f"left out: {item['file']}: {item['reason']}", markup=False, soft_wrap=True)


def _span(values: Mapping[str, float]) -> str:
    return f"{values['min']:.4g} to {values['max']:.4g}, median {values['median']:.4g}"
