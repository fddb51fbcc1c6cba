"""``vantage demo``: the whole way, by calling the same commands that a user would type, one after the other."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vantage.termination import Terminated, stop_says

STATE = "demo.json"

Runner = Callable[[Sequence[str]], int]
"""Runs ``vantage ARGS`` and returns its exit status."""


@dataclass(frozen=True)
class Demo:
    """Render a data set, train a network on it, score it on models it never saw, and write the report.

    Takes minutes on two cores, needs no network and no data. Interrupted, the same command continues where it
    stopped; finished, it does nothing but say what came out.
    """

    out: str = "demo"
    """Folder for everything; made where it is missing."""
    photos: str | None = None
    """Also score real photographs: cars:DIR (the split val), with the demo's network and with the shipped weights."""
    count: int = 2000
    """Images to render."""
    size: int = 96
    """Height and width of the images, pixels."""
    epochs: float | None = None
    """Passes over the renders; the preset tiny decides where it is left out."""
    seed: int = 0
    """Seed of the renders and of the training."""
    workers: int = 2
    """Processes that render."""
    json: str | None = None
    """File for figures and seconds."""

    def run(self) -> int:
        """Run what is left to do."""
        return run_demo(self, run_command)


@dataclass(frozen=True)
class Stage:
    """One step.

    Args:
        name: key in demo.json.
        title: for people.
        args: the command line after ``vantage``.
        result: file that is there once the step is done.
    """

    name: str
    title: str
    args: tuple[str, ...]
    result: Path


def stages(demo: Demo) -> list[Stage]:
    """Return the steps of a demo, in order; the report comes last."""
    out = Path(demo.out)
    renders, run = out / "renders", out / "run"
    render = (
        *("render", "--out", str(renders), "--categories", "car,chair,table,sofa", "--count", str(demo.count)),
        *("--size", str(demo.size), "--samples", "4", "--seed", str(demo.seed), "--workers", str(demo.workers)),
    )
    train = ("train", "render4cnn", "--data", str(renders), "--out", str(run), "--preset", "tiny")
    train = (*train, "--seed", str(demo.seed), *(("--epochs", str(demo.epochs)) if demo.epochs else ()))
    steps = [
        Stage("render", "rendering", render, renders / "manifest.json"),
        Stage("train", "training", train, run / "model_card.md"),
        _score(out, "unseen", "scoring unseen models", str(renders), run),
    ]
    if demo.photos:
        steps.append(_score(out, "photos", "scoring photographs", demo.photos, run))
        steps.append(_score(out, "shipped", "scoring photographs with the shipped weights", demo.photos, None))
    page = ("report", str(run), "--out", str(out / "report.html"))
    page = (*page, *(("--beside", str(out / "shipped")) if demo.photos else ()))
    return [*steps, Stage("report", "writing the report", page, out / "report.html")]


def _score(out: Path, name: str, title: str, data: str, run: Path | None) -> Stage:
    """Return the step that scores a run, or the shipped weights without one."""
    result = out / f"{name}.json"
    whose = ("--run", str(run)) if run else ("--store", str(out / name))
    args = ("evaluate", "render4cnn", *whose, "--data", data, "--split", "val", "--json", str(result))
    return Stage(name, title, args, result)


@stop_says(lambda: "the same command continues the demo")
def run_demo(demo: Demo, runner: Runner) -> int:
    """Run the steps that are not done yet, keeping account in demo.json, and tell what came out.

    Returns:
        The exit status of the first step that fails, or 0.

    Raises:
        UserError: the folder holds something else, or a demo with other options; photographs that cannot be read.
    """
    from vantage.console import console

    _check(demo)
    steps = stages(demo)
    state = _open(demo, steps)
    if demo.photos:
        _check_photos(demo.photos)
    renewed = False
    for number, stage in enumerate(steps, 1):
        if _is_done(stage, state) and not (renewed and stage.name == "report"):
            continue
        renewed = True
        console.rule(f"{number} of {len(steps)}: {stage.title}", align="left", style="dim")
        status = _run_stage(Path(demo.out), stage, state, runner)
        if status:
            console.print("the demo stopped here; the same command continues it", markup=False)
            return status
    _conclude(demo, steps, state, renewed)
    return 0


def _check(demo: Demo) -> None:
    """Refuse numbers with which a step would fail, before anything is made."""
    from vantage.errors import UserError

    least = {"count": 8, "size": 8, "epochs": 1e-3, "seed": 0, "workers": 1}
    for name, low in least.items():
        value = getattr(demo, name)
        if value is not None and not low <= value < float("inf"):
            raise UserError(f"--{name} is {value:g}", f"{low:g} or more for a demo")


def _open(demo: Demo, steps: Sequence[Stage]) -> dict[str, Any]:
    """Return the account of an earlier call, or a new one."""
    from vantage.errors import UserError

    out = Path(demo.out)
    path = out / STATE
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not path.is_file()):
        kind = "is a file" if out.is_file() else "holds something else"
        raise UserError(f"--out {out} {kind}", "a new folder, or one of an earlier demo", "choose another --out")
    if not path.is_file():
        return {}
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        earlier = {name: state[name]["command"] for name in state}
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is broken ({error})", do="delete the folder, or choose another --out") from error
    for stage in steps[:2]:
        if earlier.get(stage.name, list(stage.args)) != list(stage.args):
            found = f"{out} holds a demo with other options ({shlex.join(earlier[stage.name])})"
            raise UserError(found, "the same options, to continue it", "choose another --out")
    return state


def _check_photos(spec: str) -> None:
    """Refuse photographs that cannot be read before minutes are spent.

    Raises:
        DataError: see ``open_views``.
    """
    from vantage.benchmarks import open_views

    open_views(spec, "val")


def _is_done(stage: Stage, state: dict[str, Any]) -> bool:
    """Tell whether a step was finished with the same command line and its result is still there."""
    entry = state.get(stage.name, {})
    return bool(entry.get("done")) and entry["command"] == list(stage.args) and stage.result.exists()


def _run_stage(out: Path, stage: Stage, state: dict[str, Any], runner: Runner) -> int:
    """Run one step and write down how long it took, also where it fails or is stopped."""
    from vantage.console import write_json

    earlier = state.get(stage.name, {})
    before = earlier.get("seconds", 0.0) if not earlier.get("done") else 0.0
    entry = state[stage.name] = {"command": list(stage.args), "seconds": before, "done": False}
    write_json(out / STATE, state)
    start = time.monotonic()
    try:
        status = runner(_resumed(stage))
        entry["done"] = status == 0 and stage.result.exists()
    finally:
        entry["seconds"] = round(before + time.monotonic() - start, 1)
        write_json(out / STATE, state)
    return status or (0 if entry["done"] else 1)


def _resumed(stage: Stage) -> tuple[str, ...]:
    """Return the command line, turned into one that continues where an earlier training left a run."""
    if stage.name == "train" and (stage.result.parent / "config.json").is_file():
        return ("train", "render4cnn", "--out", str(stage.result.parent), "--resume")
    return stage.args


def run_command(args: Sequence[str]) -> int:
    """Run ``vantage ARGS`` in a process of its own; what it prints goes to standard error."""
    from vantage.console import console

    console.print(f"$ vantage {shlex.join(args)}", style="dim", markup=False, soft_wrap=True)
    sys.stderr.flush()
    child = subprocess.Popen([sys.executable, "-m", "vantage", *args], stdout=2)  # also where sys.stderr is no file
    try:
        return child.wait()
    except KeyboardInterrupt as stop:
        if isinstance(stop, Terminated):
            child.terminate()
        child.wait()  # the terminal interrupts it too; let it save what it has
        raise


def _conclude(demo: Demo, steps: Sequence[Stage], state: dict[str, Any], renewed: bool) -> None:
    """Print headline figures, seconds and the report's place on standard output; write them as JSON where asked."""
    from vantage.console import write_json

    figures = {stage.name: _overall(stage.result) for stage in steps if stage.args[0] == "evaluate"}
    seconds = {stage.name: state[stage.name]["seconds"] for stage in steps}
    total = sum(seconds.values())
    names = {"unseen": "renders of unseen models", "photos": "photographs", "shipped": "photographs, shipped weights"}
    lines = [] if renewed else ["finished before; nothing left to do"]
    lines += [_headline(names[name], overall) for name, overall in figures.items()]
    each = ", ".join(f"{name} {value:.0f}" for name, value in seconds.items())
    lines.append(f"seconds: {each}; all {total:.0f}")
    lines.append(f"report: {Path(demo.out) / 'report.html'}")
    sys.stdout.write("\n".join(lines) + "\n")
    write_json(demo.json, {"figures": figures, "seconds": {**seconds, "all": total}, "out": demo.out})


def _overall(path: Path) -> dict[str, Any]:
    """Return the overall figures of an evaluation's JSON."""
    return json.loads(path.read_text(encoding="utf-8"))["overall"]


def _headline(name: str, overall: dict[str, Any]) -> str:
    """Return one line for people."""
    parts = (
        f"accuracy within pi/6 {overall['acc_pi_6']:.3f}",
        f"median error {overall['med_err_deg']:.1f} degrees",
        f"front-back flips {overall['front_back_flips']:.1%}",
    )
    return f"{name} ({overall['count']}): {', '.join(parts)}"
