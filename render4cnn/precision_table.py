"""Average viewpoint precision as rows of text: what was measured, with the published rows below each class."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from render4cnn.published import PASCAL_NAME, PRECISION, Published
from vantage.metrics.avp import NO_AZIMUTH

MEASURES = ("ap", "avp_4", "avp_8", "avp_16", "avp_24", "arp")
HEADER = ("objects", "AP", "AVP-4", "AVP-8", "AVP-16", "AVP-24", "ARP")

REMARKS = (
    "published rows are of whole VOC12-val photographs of PASCAL3D+, with the boxes of R-CNN; their means are over all "
    "classes but the bottle (AP: over all twelve). On other data they show the range of such figures alone",
    "ARP counts rotations within a true 30 degrees; nothing is published with that measure",
)


def sources() -> list[str]:
    """Return where published rows come from; their numbers in the table begin at 1."""
    return list(dict.fromkeys(row.source for rows in PRECISION.values() for row in rows))


def precision_rows(result: Mapping[str, Any]) -> Iterator[tuple[list[str], bool]]:
    """Yield each row's cells, and whether it was measured here: every class, then the means.

    Args:
        result: see ``render4cnn.detections.score_detections``.
    """
    for name, row in result["per_class"].items():
        yield [name, str(row["objects"]), *_cells(row)], True
        if name in PASCAL_NAME:
            yield from _published(PASCAL_NAME[name])
    names = set(result["per_class"])
    without = len(names - set(NO_AZIMUTH))
    yield [f"mean of {without} {'class' if without == 1 else 'classes'}", "", *_cells(result["mean"])], True
    yield from _published(None)
    if names & set(NO_AZIMUTH):
        yield ["mean with bottle", "", *_cells(result["mean_with_bottle"])], True


def _published(name: str | None) -> Iterator[tuple[list[str], bool]]:
    """Yield the published rows of a class of PASCAL3D+, or of the mean."""
    for number, source in enumerate(sources(), 1):
        rows = {measure: next((r for r in rows if r.source == source), None) for measure, rows in PRECISION.items()}
        values = {measure: _value(row, name) for measure, row in rows.items()}
        if not all(math.isnan(value) for value in values.values()):
            title = next(row.name for row in rows.values() if row is not None).removeprefix("Su et al. 2015, ")
            yield [f"  {title} [{number}]", "", *_cells(values)], False


def _value(row: Published | None, name: str | None) -> float:
    """Return a published figure; NaN where there is none."""
    if row is None:
        return math.nan
    return row.mean if name is None else row.per_class.get(name, math.nan)


def _cells(row: Mapping[str, float | None]) -> list[str]:
    """Return the figures of a row as text; nothing where there is none."""
    values = (row.get(measure) for measure in MEASURES)
    return ["" if value is None or math.isnan(value) else f"{value:.3f}" for value in values]


def show_precision(result: Mapping[str, Any]) -> None:
    """Print the table, its sources and its notes."""
    from rich.table import Table

    from vantage.console import results

    table = Table("", *HEADER)
    for cells, own in precision_rows(result):
        table.add_row(*cells, style=None if own else "dim")
    results.print(table)
    for number, source in enumerate(sources(), 1):
        results.print(f"[{number}] {source}", markup=False, soft_wrap=True)
    for note in (*result["notes"], *REMARKS):
        results.print(note, markup=False, soft_wrap=True)
