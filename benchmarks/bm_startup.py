"""Start-up of ``vantage render``: ``python benchmarks/bm_startup.py [--repeats 3]``.

Seconds from the command to its first image (at most 6), and where they go: in the command itself until a worker is
started, in the worker until it can render (imports, Blender, its scene), and in the first picture. Run it on a machine
that has nothing else to do; the load is printed beside it, and the processor's time, which other work disturbs less.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vantage.console import write_json

AT_MOST = 6.0

WORKER = """
import json, sys, time
start = time.perf_counter()
from synth_data.commands import Render
from synth_data.order import make_prior, make_spec
from synth_data.shards import make_renderer
times = {"imports": time.perf_counter() - start}
order = Render(out=None, categories="car", count=8, size=128, samples=4)
prior, words = make_prior(order)
spec = make_spec(order, ["car"], [], words)
lap = time.perf_counter()
render = make_renderer(spec, prior, {})
times["Blender and its scene"] = time.perf_counter() - lap
for name in ("first picture", "second picture"):
    lap = time.perf_counter()
    render(0 if name == "first picture" else 1)
    times[name] = time.perf_counter() - lap
    times.setdefault("processor until the first is done", time.process_time())
json.dump(times, open(sys.argv[1], "w"))
"""


def first_image() -> float:
    """Return the seconds of a whole command that makes one image."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["render", "--out", f"{folder}/set", "--categories", "car", "--count", "1", "--workers", "1"]
        process = subprocess.Popen([sys.executable, "-m", "vantage", *words], stderr=subprocess.PIPE, text=True)
        start = time.perf_counter()
        shards = Path(folder, "set")
        while process.poll() is None and not list(shards.glob("vantage_records-*")):
            time.sleep(0.01)
        seconds = time.perf_counter() - start
        _, told = process.communicate()
        if process.returncode:
            raise SystemExit(told)
        return seconds


def inside() -> dict[str, float]:
    """Return where a worker's start goes."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "times.json"
        subprocess.run([sys.executable, "-c", WORKER, told], check=True, stdout=subprocess.DEVNULL)
        return json.loads(told.read_text())


def command_alone() -> float:
    """Return the processor's seconds of the command's own imports."""
    code = "import vantage.cli, synth_data.order, time; print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    seconds = [first_image() for _ in range(options.repeats)]
    parts = [inside() for _ in range(options.repeats)]
    found = {
        "first image": statistics.median(seconds),
        "the command's imports (processor)": statistics.median(command_alone() for _ in range(options.repeats)),
        **{name: statistics.median(part[name] for part in parts) for name in parts[0]},
    }
    print(f"load {os.getloadavg()[0]:.1f}; medians of {options.repeats}; the first image may take {AT_MOST:g} s")
    for name, value in found.items():
        print(f"{name:36} {value:6.2f} s")
    write_json(options.json, found)


if __name__ == "__main__":
    main()
