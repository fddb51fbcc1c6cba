"""``vantage render`` against a bare loop over Cycles.

    python benchmarks/bm_render.py [--preset ptn] [--cad DIR] [--count 200]

Three things take turns, each in processes of its own, on the same meshes, size and samples:

- a bare loop: import bpy, make the meshes, then set the camera and render, with nothing stored but PNG files. It comes
  in two scenes: *same*, with the lamps, surroundings and ground that ``vantage render`` draws for each picture, and
  *plain*, with one sun and a grey world;
- ``vantage render`` with one worker;
- ``vantage render`` with two.

It prints seconds per image of the whole command, the same without the start (import of Blender, first picture), and
the ratios. Times are of the clock, so that the machine should have nothing else to do; the processor's time, which
other work disturbs less, stands beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.table import Table

from synth_data.commands import Render
from synth_data.handover import picture_folder
from synth_data.importing import import_folder
from synth_data.order import list_cad, make_prior, make_spec
from synth_data.presets import PRESETS
from synth_data.render import ModelShelf, Renderer
from synth_data.spec import Spec, view_spec
from vantage.console import results, write_json


def render_options(args: argparse.Namespace) -> Render:
    """Return the options of ``vantage render`` that are measured."""
    chosen = replace(
        PRESETS[args.preset](),
        categories=args.categories,
        count=args.count,
        size=args.size,
        samples=args.samples,
        models=None if args.cad else args.models,
    )
    return Render.of(chosen, Path(args.folder), cad=args.cad)


def make_set(args: argparse.Namespace) -> tuple[Spec, object, dict[str, Path]]:
    """Return spec, viewpoints and prepared models of the set."""
    options = render_options(args)
    categories = args.categories.split(",")
    files = list_cad(args.cad, categories)[0] if args.cad else []
    prepared, _ = import_folder(files, Path(args.folder) / "models")
    prior, words = make_prior(options)
    return make_spec(options, categories, files, words), prior, prepared


def bare_loop(args: argparse.Namespace) -> dict[str, float]:
    """Render every view of the set with as little as can be around Cycles."""
    start = time.perf_counter()
    import bpy

    from synth_data.blender.meshes import Library
    from synth_data.blender.stage import Stage, _set_camera
    from synth_data.sampling.environments import environment_image

    spec, prior, prepared = make_set(args)
    shelf, library = ModelShelf(prepared), Library()
    stage = Stage(args.size, args.samples, picture_folder())
    scene, views = stage.scene, [view_spec(spec, prior, index) for index in range(args.count)]
    framing = Renderer(stage, shelf, spec.seed)
    cameras = [framing._framed(view)[1] for view in views]
    meshes = [library.get(shelf.scene(view))[0] for view in views]
    if args.bare == "plain":
        _plain_scene(bpy, stage)
    scene.render.image_settings.file_format = "PNG"
    scene.render.resolution_x = scene.render.resolution_y = args.size
    stages, clocks = [time.perf_counter()], [time.process_time()]
    for view, camera, mesh in zip(views, cameras, meshes):
        stage._object.data = mesh
        if args.bare == "same":
            light = view.lighting
            low = float(shelf.get(view.model).vertices[:, 2].min())
            stage.light(light.lights, environment_image(light.environment))
            stage._ground.location.z, stage._ground.hide_render = low, not (light.ground and camera.centre[2] > low)
        _set_camera(stage._camera, camera)
        scene.render.filepath = str(Path(args.folder) / f"{view.index}.png")
        bpy.ops.render.render(write_still=True)
        stage._environment.rendered()
        stages.append(time.perf_counter())
        clocks.append(time.process_time())
    return {
        "seconds": stages[-1] - start,
        "steady": (stages[-1] - stages[1]) / (args.count - 1),
        "processor": (clocks[-1] - clocks[1]) / (args.count - 1),
    }


def _plain_scene(bpy, stage) -> None:
    """Leave one sun and a grey world."""
    for pool in stage._pools.values():
        for lamp in pool[0 if pool is not stage._pools["sun"] else 1 :]:
            bpy.data.objects.remove(lamp)
    stage._pools["sun"][0].data.energy = 3.0
    stage._pools["sun"][0].rotation_euler = (0.7, 0.3, 0.0)
    bpy.data.objects.remove(stage._ground)
    world = bpy.data.worlds.new("plain")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.5, 0.5, 0.5, 1.0)
    stage.scene.world = world


def run_bare(args: argparse.Namespace, scene: str) -> dict[str, float]:
    """Run the bare loop in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, *_shared(args), "--bare", scene, "--folder", folder]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        return json.loads((Path(folder) / "bare.json").read_text())


def run_vantage(args: argparse.Namespace, workers: int) -> dict[str, float]:
    """Run ``vantage render`` and return its times."""
    with tempfile.TemporaryDirectory() as folder:
        out, told = Path(folder) / "set", Path(folder) / "summary.json"
        command = [sys.executable, "-m", "vantage", "render", "--out", out, "--workers", workers, "--json", told]
        command += ["--shard-size", 20, *_render_args(args)]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(list(map(str, command)), stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        summary = json.loads(told.read_text())
        notes = [json.loads(path.read_text()) for path in (out / ".work" / "shards").glob("*.json")]
        return {
            "seconds": time.perf_counter() - start,
            "rendering": summary["seconds"],
            "steady": float(np.median([note["seconds"] / note["count"] for note in notes])),
            "each": sum(note["seconds"] for note in notes) / args.count,
            "processor": float(np.median([note["processor"] / note["count"] for note in notes])),
            "all_processor": used,
        }


def _shared(args: argparse.Namespace) -> list[str]:
    named = {"--preset": args.preset, "--count": args.count, "--size": args.size, "--samples": args.samples,
             "--categories": args.categories, "--models": args.models}  # fmt: skip
    words = [str(word) for pair in named.items() for word in pair]
    return words + (["--cad", str(args.cad)] if args.cad else [])


def _render_args(args: argparse.Namespace) -> list[str]:
    words = _shared(args)
    if args.cad:
        place = words.index("--models")
        del words[place : place + 2]
    return words


def measure(args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Run everything ``repeats`` times in turn and return the medians."""
    runs: dict[str, Callable[[], dict[str, float]]] = {
        "bare loop, same scene": lambda: run_bare(args, "same"),
        "bare loop, plain scene": lambda: run_bare(args, "plain"),
        "vantage render, 1 worker": lambda: run_vantage(args, 1),
        "vantage render, 2 workers": lambda: run_vantage(args, 2),
    }
    found: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    for _ in range(args.repeats):
        for name, work in runs.items():
            found[name].append(work())
    return {name: {key: float(np.median([run[key] for run in taken])) for key in taken[0]}
            for name, taken in found.items()}  # fmt: skip


def ratios(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the numbers that the project promises."""
    same, plain, one, two = found.values()
    return {
        "whole command / bare, same scene": one["seconds"] / same["seconds"],
        "per image / bare, same scene (at most 1.15)": one["steady"] / same["steady"],
        "per image / bare, plain scene": one["steady"] / plain["steady"],
        "processor time per image / bare, same scene": one["processor"] / same["processor"],
        "processor time per image / bare, plain scene": one["processor"] / plain["processor"],
        "throughput of two workers / one, start and end of the run included": one["rendering"] / two["rendering"],
        "throughput of two workers / one, while they render (at least 1.8)": 2 * one["each"] / two["each"],
    }


def show(found: dict[str, dict[str, float]], told: dict[str, float], args: argparse.Namespace) -> None:
    """Print both tables."""
    table = Table(title=f"{args.count} images, {args.size} px, {args.samples} samples, load {os.getloadavg()[0]:.1f}")
    for column in ("", "whole command, s", "per image, ms", "processor per image, ms"):
        table.add_column(column, justify="right" if column else "left")
    for name, times in found.items():
        table.add_row(
            name, f"{times['seconds']:.1f}", f"{1e3 * times['steady']:.1f}", f"{1e3 * times['processor']:.1f}"
        )
    results.print(table)
    for name, value in told.items():
        results.print(f"{name}: {value:.2f}")


def main() -> None:
    """Measure and print, or be the bare loop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cad", type=Path, help="folder of CAD models (else procedural ones)")
    parser.add_argument("--preset", default="default", choices=tuple(PRESETS))
    parser.add_argument("--categories", default="car")
    parser.add_argument("--models", type=int, default=24, help="procedural models of each category")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--bare", choices=("same", "plain"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="unused", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        write_json(Path(args.folder) / "bare.json", bare_loop(args))
        return
    found = measure(args)
    told = ratios(found)
    show(found, told, args)
    write_json(args.json, {"times": found, "ratios": told})


if __name__ == "__main__":
    main()
