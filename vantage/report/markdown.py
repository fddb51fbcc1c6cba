"""The little Markdown that model cards use, as blocks which the template escapes and lays out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """One block.

    Args:
        kind: ``heading``, ``paragraph``, ``list``, ``table`` or ``code``.
        text: of a heading, paragraph or code block.
        items: of a list; of a table its rows, the header first.
    """

    kind: str
    text: str = ""
    items: tuple = ()


def parse_markdown(text: str) -> list[Block]:
    """Return the blocks of ``text``: ``#`` headings, ``-`` and ``1.`` lists, pipe tables, fenced code, paragraphs."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text.replace("\r\n", "\n"), flags=re.DOTALL)  # front matter
    return [_block(lines) for lines in _groups(text.split("\n"))]


def plain(text: str) -> str:
    """Drop the marks of emphasis and code inside a line."""
    return re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text).strip()


def _groups(lines: Sequence[str]) -> Iterator[list[str]]:
    """Split into runs of lines that make one block."""
    group: list[str] = []
    fenced = False
    for line in lines:
        fence = line.lstrip().startswith("```")
        starts = _kind(line) != _kind(group[-1]) if group else False
        continues = bool(group) and _kind(group[0]) == "list" and line.startswith("  ")
        heading = line.startswith("#") and not fenced
        if not fenced and group and (fence or heading or not line.strip() or (starts and not continues)):
            yield group
            group = []
        if fence and fenced:
            yield [*group, line]
            group, fenced = [], False
        elif fenced or line.strip():
            group.append(line)
            fenced = fenced or fence
    if group:
        yield group


def _kind(line: str) -> str:
    """Name the block that a line belongs to, as far as the line alone tells."""
    bare = line.strip()
    if bare.startswith("```"):
        return "code"
    if re.match(r"#{1,6}\s", bare):
        return "heading"
    if re.match(r"([-*+]|\d+[.)])\s", bare):
        return "list"
    return "table" if bare.startswith("|") else "paragraph"


def _block(lines: list[str]) -> Block:
    """Turn the lines of one block into the block."""
    kind = _kind(lines[0])
    if kind == "code":
        return Block(kind, "\n".join(lines[1:-1] if lines[-1].lstrip().startswith("```") else lines[1:]))
    if kind == "heading":
        return Block(kind, plain(lines[0].lstrip("# ")))
    if kind == "list":
        joined = re.split(r"\n\s*(?:[-*+]|\d+[.)])\s+", "\n" + "\n".join(lines))[1:]
        return Block(kind, items=tuple(plain(" ".join(item.split())) for item in joined))
    if kind == "table":
        rows = [[plain(cell) for cell in line.strip().strip("|").split("|")] for line in lines]
        return Block(kind, items=tuple(tuple(row) for row in rows if not all(re.fullmatch(r":?-*:?", c) for c in row)))
    return Block(kind, plain(" ".join(line.strip() for line in lines)))
