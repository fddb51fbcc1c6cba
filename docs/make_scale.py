"""Work out the table of docs/scale.md from what was measured: ``python docs/make_scale.py [--measured FILE.json]``.

The file holds ``seconds_per_image``, of one worker while every core has one, as the summary of ``vantage render
--json`` does; ``bytes_per_image`` where it is known. Without a file, that of ``docs/scale_measured.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vantage.console import atomic_write

PAGE = Path(__file__).with_name("scale.md")
MEASURED = Path(__file__).with_name("scale_measured.json")
BEGIN, END = "<!-- table: docs/make_scale.py -->\n", "<!-- end of the table -->\n"

IMAGES = 2_400_000
"""Of Render for CNN: 200,000 of each of 12 classes (Su et al., ICCV 2015, section 5)."""

MACHINES = ((1, 2), (1, 16), (1, 64), (4, 32), (16, 32), (16, 64))
"""Numbers of machines, and cores of each."""

BYTES = 25_700


def rows(seconds_per_image: float, bytes_per_image: float) -> list[tuple[int, int, float, float, float]]:
    """Return for each of `MACHINES`: machines, cores of each, images/s, hours, megabytes/s that come back."""
    found = []
    for machines, cores in MACHINES:
        rate = machines * cores / seconds_per_image
        found.append((machines, cores, rate, IMAGES / rate / 3600, rate * bytes_per_image / 1e6))
    return found


def table(measured: dict) -> str:
    """Return the table as Markdown, with what it rests on."""
    seconds, size = float(measured["seconds_per_image"]), float(measured.get("bytes_per_image", BYTES))
    header = "| machines | cores of each | images/s | hours | core hours | MB/s that come back |"
    lines = [header, 6 * "|---" + "|"]
    for machines, cores, rate, hours, flow in rows(seconds, size):
        spent = f"{hours * machines * cores:,.0f}"
        lines.append(f"| {machines} | {cores} | {rate:,.0f} | {hours:.2g} | {spent} | {flow:.1f} |")
    told = "; ".join(str(measured[name]) for name in ("what", "command", "date", "size") if name in measured)
    size_told = f"{size / 1000:.1f} KB an image make {IMAGES * size / 1e9:.0f} GB in all"
    return "\n".join([*lines, "", f"From {1e3 * seconds:.1f} ms an image and worker ({told}); {size_told}."]) + "\n"


def filled(page: str, text: str) -> str:
    """Return ``page`` with ``text`` between the marks."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + text + END + rest.partition(END)[2]


def main() -> None:
    """Write the page anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measured", type=Path, default=MEASURED)
    measured = json.loads(parser.parse_args().measured.read_text(encoding="utf-8"))
    page = filled(PAGE.read_text(encoding="utf-8"), table(measured))
    with atomic_write(PAGE, "w") as file:
        file.write(page)


if __name__ == "__main__":
    main()
