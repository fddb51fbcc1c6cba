"""The page of ``vantage inspect``: views with their labels drawn, distributions, times, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from synth_data.contact import annotated
from synth_data.spec_differences import in_words
from synth_data.survey import Survey, even_picks
from vantage.records.reader import open_records
from vantage.report import drawing
from vantage.report.histograms import azimuth_histogram, histogram, share_bars
from vantage.report.html import HtmlReport, Picture, Section, Stat, Table

TILES = 12
"""Views of each category that are shown."""

LEGEND = (
    *drawing.VISIBILITY,
    ("box", drawing.BOX_COLOUR),
    ("front", drawing.FRONT_COLOUR),
    *((f"{name} axis", colour) for name, colour in drawing.AXIS_COLOURS.items()),
)

NOTE = (
    "Elevation, box (longer side) and brightness are medians. Shape IoU is the mean overlap of the voxels of a few "
    "procedural models, two by two: 1 for equal ones, lower where they vary more."
)

STAGE_WORDS = {
    "models": "models: building, reading",
    "geometry": "geometry: cameras, raster, labels",
    "scene": "scene: what Blender is told",
    "render": "render: Cycles",
    "development": "development: noise, tone, colour",
    "encoding": "encoding and writing",
}


def write_page(path: Path, folder: Path, facts: Mapping[str, Any], survey: Survey) -> Path:
    """Write the page of a finished set and return its path.

    Args:
        path: file to write.
        folder: the set.
        facts: what `synth_data.inspection.describe` returned.
        survey: the set's views.
    """
    report = HtmlReport(folder.resolve().name, "Vantage data set", _lead(facts))
    _overview(report.section("What it holds"), facts)
    _distributions(report.section("Distributions"), facts, survey)
    _times(report.section("Time"), facts)
    for category, views in facts["categories"].items():
        chosen = survey.of(even_picks(np.flatnonzero(survey.category == category), TILES))
        _category(report.section(category), views, _pictures(folder, chosen))
    _left_out(report.section("Left out"), facts)
    return report.write(path)


def pixels(facts: Mapping[str, Any]) -> str:
    """Return ``128 x 128`` of a set's facts, or a question mark for a set that does not say it."""
    return f"{facts['size']} x {facts['height'] or facts['size']}" if facts["size"] else "?"


def _lead(facts: Mapping[str, Any]) -> str:
    size = (
        f"{pixels(facts).replace('x', '×')} pixels, {facts['samples']} sample{'s' * (facts['samples'] != 1)} a pixel, "
        if facts["size"]
        else ""
    )
    names = facts["categories"]
    categories = f"{len(names)} categor{'ies' if len(names) != 1 else 'y'}"
    return f"{_counted(facts['count'], 'view')}, {size}{categories}: {', '.join(names)}."


def _overview(section: Section, facts: Mapping[str, Any]) -> None:
    """Write counts, and a row for each category."""
    empty = sum(split["empty_masks"] for split in facts["splits"].values())
    splits = ", ".join(f"{split['count']:,} {name}" for name, split in facts["splits"].items())
    models = sum(entry["models"] for entry in facts["categories"].values())
    section.stats([
        Stat("views", f"{facts['count']:,}", splits),
        Stat("models", f"{models:,}"),
        Stat("images/s", _rate(facts["seconds_per_image"]), "of one worker"),
        Stat("left out", str(len(facts["skipped"])), "CAD files"),
        Stat("nothing seen", str(empty), "views with an empty mask"),
    ])  # fmt: skip
    header = ["category", "views", "models", "elevation", "box, px", "keypoints visible", "brightness", "shape IoU"]
    rows = [[name, *_row(entry)] for name, entry in facts["categories"].items()]
    section.table(Table(header, rows, note=NOTE))
    versions = ", ".join(f"{name} {value}" for name, value in (facts["versions"] or {}).items())
    section.facts([
        ("viewpoints", in_words(facts["viewpoints"] or "")),
        ("lights", facts["lights"]),
        ("rendered on", facts["device"]),
        ("seed", facts["seed"]),
        ("licences of the models", ", ".join(f"{name}: {count}" for name, count in facts["licences"].items())),
        ("versions", versions),
    ])  # fmt: skip


def _row(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the cells of one category."""
    visible, light, alike = entry["keypoints_visible"], entry["brightness"]["median"], entry["shape_iou"]
    yield f"{entry['count']:,}"
    yield f"{entry['models']:,}"
    yield f"{entry['viewpoints']['elevation']['median']:.1f}°"
    yield f"{entry['box_longer_side_px']['median']:.0f}"
    yield "–" if visible is None else f"{visible:.0%}"
    yield "–" if light is None else f"{light:.2f}"
    yield "–" if alike is None else f"{alike:.2f}"


def _distributions(section: Section, facts: Mapping[str, Any], survey: Survey) -> None:
    """Draw what varies, over all views."""
    azimuth, elevation, tilt, distance = survey.viewpoint.T
    size = max(float(facts["size"] or survey.side.max()), float(facts["height"] or 0), 1.0)
    states = facts["keypoint_states"].values()
    shares = {name: 100 * count / max(sum(states), 1) for (name, _), count in zip(drawing.VISIBILITY, states)}
    section.figures([
        azimuth_histogram(azimuth),
        histogram(elevation, "Elevation", "degrees"),
        histogram(tilt, "Tilt", "degrees"),
        histogram(distance, "Distance", "object units"),
        histogram(survey.side, "Box, longer side", "pixels", (0, size)),
        histogram(survey.brightness, "Brightness of the object", "mean luminance, 0 to 1", (0, 1)),
        share_bars(shares, "Keypoints", "{:.1f}%", "per cent"),
    ])  # fmt: skip
    looked = int(np.isfinite(survey.brightness).sum())
    section.prose(f"Orange lines are medians. The brightness is that of {looked:,} views.")


def _times(section: Section, facts: Mapping[str, Any]) -> None:
    """Say where a worker's time went."""
    stages = facts["seconds_by_stage"]
    if not stages:
        section.prose("This set was made by a version that did not take times by stage.")
        return
    milliseconds = {STAGE_WORDS.get(name, name).split(":")[0]: 1e3 * value for name, value in stages.items()}
    section.figures([share_bars(milliseconds, "Milliseconds an image", "{:.1f}", "ms of one worker")])
    total = sum(stages.values())
    rows = [
        [STAGE_WORDS.get(name, name), f"{1e3 * value:.1f}", f"{value / total:.0%}"] for name, value in stages.items()
    ]
    rows.append(["together", f"{1e3 * total:.1f}", "100%"])
    section.table(Table(["stage", "ms an image", "share"], rows, strong=frozenset([len(stages)])))


def _category(section: Section, entry: Mapping[str, Any], pictures: Iterator[Picture]) -> None:
    """Show some views of a category."""
    section.prose(f"{_counted(entry['count'], 'view')} of {_counted(entry['models'], 'model')}.")
    section.pictures(pictures)
    section.legend(LEGEND)


def _pictures(folder: Path, chosen: Survey) -> Iterator[Picture]:
    """Yield the chosen views with their labels drawn."""
    sources = {split: open_records(folder, split) for split in set(chosen.split.tolist())}
    for split, place in zip(chosen.split.tolist(), chosen.place.tolist()):
        record = sources[split][place].as_dict()
        azimuth, elevation, tilt, distance = (float(value) for value in record["viewpoint"])
        angles = f"az {azimuth:.0f}° el {elevation:.0f}° tilt {tilt:.0f}°, {distance:.2f} away"
        yield Picture(annotated(record), [f"{split} {record['index']}", angles, record["model_id"]])


def _left_out(section: Section, facts: Mapping[str, Any]) -> None:
    """List the CAD files that were not used, and what is missing in others."""
    skipped, notes = facts["skipped"], facts["notes"]
    if skipped:
        section.table(Table(["file", "reason"], [[item["file"], item["reason"]] for item in skipped], text=True))
    else:
        section.prose("No CAD file was left out.")
    if notes:
        section.heading("Used, but lacking something")
        section.table(Table(["file", "what"], [list(item.values()) for item in notes], text=True))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _rate(seconds: float | None) -> str:
    return f"{1 / seconds:.1f}" if seconds else "–"
