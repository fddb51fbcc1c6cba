"""Model cards: what a network was trained on, how, and how good it is (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vantage.console import atomic_write


@dataclass(frozen=True)
class ModelCard:
    """The parts of a card.

    Args:
        title: what it is, in a line.
        summary: what goes in and what comes out.
        facts: name -> value: data, command, seed, hours, hardware, ...
        metrics: rows of a table, each with the same keys.
        use: what it may and may not be used for.
        limits: known weaknesses, a line each.
    """

    title: str
    summary: str
    facts: Mapping[str, object]
    metrics: Sequence[Mapping[str, object]] = ()
    use: str = ""
    limits: Sequence[str] = field(default_factory=tuple)

    def markdown(self) -> str:
        """Return the card as Markdown."""
        parts = [
            f"# {self.title}",
            self.summary,
            "## Training",
            _table([{"": k, " ": v} for k, v in self.facts.items()]),
        ]
        if self.metrics:
            parts += ["## Results", _table(self.metrics)]
        if self.use:
            parts += ["## Use", self.use]
        if self.limits:
            parts += ["## Limits", "\n".join(f"- {line}" for line in self.limits)]
        return "\n\n".join(parts) + "\n"

    def write(self, path: str | Path) -> None:
        """Write the card."""
        with atomic_write(path, "w") as file:
            file.write(self.markdown())


def _table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows of equal keys as a Markdown table."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([_cell(row[name]) for name in names] for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _cell(value: object) -> str:
    """Return a value as the text of a cell."""
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
