"""Draw the figures of docs/conventions.md again: ``python docs/make_figures.py [FOLDER]`` (default docs/figures)."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import matplotlib as mpl
from drawing import figures
from matplotlib.figure import Figure
from PIL import Image

from vantage.console import atomic_write, console

PICTURES = {"frames.png": figures.frames, "viewpoints.png": figures.viewpoints, "visibility.png": figures.visibility}
DIAGRAMS = {"pixels.svg": figures.pixels, "depth.svg": figures.depth}


def save(figure: Figure, path: Path) -> None:
    """Write a figure; PNG with 128 colours, which is a fraction of the size and looks the same."""
    buffer = io.BytesIO()
    if path.suffix == ".svg":
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    else:
        figure.savefig(buffer, format="png", dpi=130, facecolor="white")
        method = Image.Quantize.MAXCOVERAGE  # keeps the colours of small marks
        image = Image.open(buffer).convert("RGB").quantize(128, method, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        image.save(buffer, format="png", optimize=True)
    with atomic_write(path) as file:
        file.write(buffer.getvalue())


def main(folder: Path) -> int:
    with mpl.rc_context(figures.STYLE):
        for name, draw in {**PICTURES, **DIAGRAMS}.items():
            save(draw(), folder / name)
            console.print(f"{folder / name}: {(folder / name).stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "figures"))
