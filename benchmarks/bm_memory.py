"""Memory of a render worker over time: ``python benchmarks/bm_memory.py [--count 2000] [--categories car,chair]``.

One process renders one view after another, as a worker of ``vantage render`` does but without being replaced, and
notes its resident memory. The question is what it holds after 2,000 views beside what it held after 200: at most 1.2
times. Beside it stands the memory that is the process's own (not shared, not of files), and the number of Blender's
meshes and images, which tell what grows, and how long the views since the last row took: clock, and processor, which
other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from synth_data.commands import Render
from synth_data.order import make_prior, make_spec
from synth_data.shards import make_renderer
from vantage.console import write_json
from vantage.records.example import encode_record
from vantage.records.schema import checked

AT_MOST = 1.2


def measure(options: argparse.Namespace) -> list[dict[str, float]]:
    """Render in this process and return what it holds after every ``every`` views."""
    import psutil

    categories = options.categories.split(",")
    order = Render(out=Path("unused"), categories=options.categories, count=options.count, size=options.size,
                   samples=options.samples)  # fmt: skip
    prior, words = make_prior(order)
    spec = make_spec(order, categories, [], words)
    process, render, start = psutil.Process(), make_renderer(spec, prior, {}), time.perf_counter()
    rows, clocks = [], (start, time.process_time())
    for index in range(options.count):
        encode_record(checked(render(index)))
        if (index + 1) % options.every == 0:
            before, clocks = clocks, (time.perf_counter(), time.process_time())
            each, processor = (1e3 * (now - then) / options.every for now, then in zip(clocks, before))
            told = {"seconds": clocks[0] - start, "each_ms": each, "processor_ms": processor}
            rows.append({"views": index + 1, **told, **_held(process)})
    return rows


def _held(process) -> dict[str, float]:
    """Return memory in MiB, and Blender's numbers of things."""
    import bpy

    memory = process.memory_full_info()
    things = {name: len(getattr(bpy.data, name)) for name in ("meshes", "images", "materials")}
    return {"resident": memory.rss / 2**20, "own": memory.uss / 2**20, **things}


def ratio(rows: list[dict[str, float]], first: int = 200) -> float:
    """Return the memory at the end over that after ``first`` views."""
    early = next(row for row in rows if row["views"] >= min(first, rows[-1]["views"]))
    return rows[-1]["resident"] / early["resident"]


def run(options: argparse.Namespace) -> list[dict[str, float]]:
    """Measure in a process of its own, whose output Blender may fill."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "rows.json"
        command = [sys.executable, __file__, *sys.argv[1:], "--inside", str(told)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.loads(told.read_text())


def main() -> None:
    """Measure and print, or be the worker."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--every", type=int, default=200)
    parser.add_argument("--categories", default="car,chair,table,sofa")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        write_json(options.inside, measure(options))
        return
    rows = run(options)
    for row in rows:
        print(f"{row['views']:6d} views  {row['resident']:7.0f} MiB resident  {row['own']:7.0f} MiB own  "
              f"{row['meshes']} meshes, {row['images']} images, {row['materials']} materials  "
              f"{row['each_ms']:.1f} ms a view, {row['processor_ms']:.1f} of the processor")  # fmt: skip
    print(f"at the end / after 200 views (at most {AT_MOST}): {ratio(rows):.2f}")
    write_json(options.json, {"rows": rows, "ratio": ratio(rows)})


if __name__ == "__main__":
    main()
