"""A report as one HTML file: pictures inside it, no scripts, no request to anywhere, readable on a phone.

    report = HtmlReport("render4cnn, preset tiny", overline="Vantage run")
    section = report.section("Training")
    section.figures(figures.training_panels(history))
    report.write("RUN/report.html")

All text is escaped by the template, so names of files and classes may contain anything.
"""

from __future__ import annotations

import base64
import io
import itertools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup
from PIL import Image

from vantage import __version__
from vantage.console import atomic_write
from vantage.report.drawing import as_rgb
from vantage.report.markdown import Block, parse_markdown


@dataclass(frozen=True)
class Stat:
    """A headline figure: ``value`` large, ``label`` above it, ``note`` below."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """An image uint8 [h, w, 3 or 4] with lines of text below it."""

    image: np.ndarray
    caption: Sequence[str] = ()


@dataclass(frozen=True)
class FigureSvg:
    """A drawing as SVG mark-up of our own making (not escaped), its caption, and a text for screen readers."""

    svg: str
    caption: str = ""
    label: str = ""

    @property
    def markup(self) -> Markup:
        """The SVG, marked as safe for the template."""
        return Markup(self.svg)


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; the first column is text, the others are aligned as numbers unless ``text``."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str = ""
    note: str = ""
    text: bool = False
    strong: frozenset[int] = frozenset()


@dataclass
class Section:
    """A part of the page; its methods append blocks in order and return the section."""

    title: str
    anchor: str = "section"
    blocks: list[tuple[str, Any]] = field(default_factory=list)

    def _add(self, kind: str, value: Any) -> Section:
        self.blocks.append((kind, value))
        return self

    def heading(self, text: str) -> Section:
        """A smaller heading."""
        return self._add("heading", text)

    def prose(self, text: str) -> Section:
        """A paragraph."""
        return self._add("prose", text)

    def note(self, text: str) -> Section:
        """A paragraph set apart: what a reader must know to read the figures rightly."""
        return self._add("note", text)

    def code(self, text: str) -> Section:
        """Text as it was typed."""
        return self._add("code", text)

    def stats(self, stats: Iterable[Stat]) -> Section:
        """Headline figures in a row."""
        return self._add("stats", list(stats))

    def facts(self, facts: Iterable[tuple[str, Any]]) -> Section:
        """Name and value pairs; empty values are left out."""
        return self._add("facts", [(name, value) for name, value in facts if value not in (None, "", [], {})])

    def table(self, table: Table) -> Section:
        """A table, scrolling sideways where the page is narrow."""
        return self._add("table", table)

    def figures(self, figures: Iterable[FigureSvg], small: bool = False) -> Section:
        """Drawings, beside each other where there is room; small ones two beside each other on a phone."""
        return self._add("small figures" if small else "figures", list(figures))

    def pictures(self, pictures: Iterable[Picture], title: str = "") -> Section:
        """Images in a grid, of fewer columns where they are wide."""
        pictures = list(pictures)
        tiles = [{"source": data_uri(p.image), "caption": list(p.caption)} for p in pictures]
        wide = any(p.image.shape[1] > 2 * p.image.shape[0] for p in pictures)
        return self._add("pictures", {"title": title, "tiles": tiles, "wide": wide})

    def legend(self, entries: Iterable[tuple[str, Sequence[int]]]) -> Section:
        """Colours and what they mean."""
        return self._add("legend", [(name, "#{:02x}{:02x}{:02x}".format(*colour)) for name, colour in entries])

    def markdown(self, text: str) -> Section:
        """A text in simple Markdown (headings, lists, tables, code, paragraphs)."""
        blocks: list[Block] = parse_markdown(text)
        return self._add("markdown", blocks)


class HtmlReport:
    """The page.

    Args:
        title: the page's heading.
        overline: small text above it.
        lead: a sentence or two below it.
    """

    def __init__(self, title: str, overline: str = "", lead: str = ""):
        self.title, self.overline, self.lead = title, overline, lead
        self.sections: list[Section] = []

    def section(self, title: str) -> Section:
        """Append a section and return it."""
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "section"
        taken = {section.anchor for section in self.sections}
        anchors = (slug if number == 1 else f"{slug}-{number}" for number in itertools.count(1))
        self.sections.append(Section(title, next(anchor for anchor in anchors if anchor not in taken)))
        return self.sections[-1]

    def render(self) -> str:
        """Return the whole page as text."""
        return _environment().get_template("report.html").render(report=self, version=__version__)

    def write(self, path: str | os.PathLike) -> Path:
        """Write the page, whole or not at all, and return its path."""
        with atomic_write(path, "w") as file:
            file.write(self.render())
        return Path(path)


def data_uri(image: np.ndarray, quality: int = 88) -> str:
    """Return a uint8 image as a JPEG ``data:`` address."""
    stream = io.BytesIO()
    Image.fromarray(as_rgb(image)).save(stream, "JPEG", quality=quality, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _environment() -> jinja2.Environment:
    """Return jinja2 with escaping on for everything."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("vantage.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
