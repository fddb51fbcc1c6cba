"""Importing a CAD folder: how many files come in, how fast, and a sheet of what they look like from the front.

Run it as ``python -m benchmarks.bm_cad_import [DIR] [--sheets OUT]``.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from synth_data.cad import list_cad
from synth_data.importing import import_folder, read_notes
from synth_data.models import load_model
from synth_data.preview import preview
from vantage.report.drawing import contact_sheet

TILES = 80


def draw_sheets(stored: dict[str, Path], out: Path) -> None:
    """Draw every model at azimuth 20, elevation 15, `TILES` on a sheet."""
    out.mkdir(parents=True, exist_ok=True)
    names = sorted(stored)
    for start in range(0, len(names), TILES):
        chosen = names[start : start + TILES]
        tiles = [preview(load_model(stored[name])) for name in chosen]
        captions = [f"{name.split('/')[0]}\n{Path(name).stem[-24:]}" for name in chosen]
        sheet = contact_sheet(tiles, columns=10, captions=captions, title=f"azimuth 20, elevation 15: from {chosen[0]}")
        Image.fromarray(sheet).save(out / f"front_{start // TILES}.png")


def main() -> None:
    """Import, tell, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("VANTAGE_DATA", "../shared/data")) / "cad"
    parser.add_argument("folder", type=Path, nargs="?", default=default, help="CAD models (default: %(default)s)")
    parser.add_argument("--sheets", type=Path)
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"skipped: there is no CAD folder {options.folder}; name one")
        return
    files, skipped = list_cad(options.folder)
    with tempfile.TemporaryDirectory() as cache:
        start = time.perf_counter()
        stored, broken = import_folder(files, Path(cache))
        seconds = time.perf_counter() - start
        notes = read_notes(stored)
        faces = [len(load_model(path).triangles) for path in stored.values()]
        rate = f"{len(stored) / seconds:.0f} a second, one worker"
        print(f"{len(stored)} of {len(files)} files imported in {seconds:.1f} s ({rate})")
        print(f"{len({file.category for file in files})} categories: {dict(Counter(file.category for file in files))}")
        print(f"triangles: {min(faces)} to {max(faces)}, median {int(np.median(faces))}")
        for item in (*skipped, *broken):
            print(f"left out {item.file}: {item.reason}")
        for note in notes:
            print(f"note {note.file}: {note.note}")
        if options.sheets:
            draw_sheets(stored, options.sheets)


if __name__ == "__main__":
    main()
