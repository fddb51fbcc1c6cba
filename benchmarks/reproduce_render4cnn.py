"""Reproduce the result tables of render4cnn: ``make reproduce-render4cnn PHOTOS=cars:DIR BACKGROUNDS=DIR [CAD=DIR]``.

With the public commands alone it renders the data, trains, adapts to photographs without labels, and scores: what
renders, photographs with few and many labels, and both are worth on the same real photographs; and twelve classes on
renders of shapes that were held out, and of CAD models that no training saw. Everything is done for several seeds.

Stop it at any moment; the same command goes on, and what is finished is read back. ``QUICK=1`` (``--quick``) does all
of it in small: the figures are worth nothing then, but every row is there. What is rendered and trained is written down
in `benchmarks.reproduce_recipe`.

    python -m benchmarks.reproduce_render4cnn --photos cars:DIR --backgrounds DIR --cad DIR --out OUT --jobs 2
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import tyro

from benchmarks.reproduce_recipe import (
    CAR_CAD,
    CAR_RENDERS,
    TWELVE_RENDERS,
    UNSEEN_RENDERS,
    Row,
    Scale,
    Study,
    chosen_rows,
    needs_twelve,
    needs_unseen,
    run_of,
    score_of,
    unseen_classes,
)
from benchmarks.reproduce_tables import write_tables
from benchmarks.study import Step, carry_out, mistakes_told, opened
from vantage import console
from vantage.benchmarks import open_views
from vantage.errors import DataError, UserError


def plan(study: Study) -> list[Step]:
    """Return all steps of a study, in the order in which they are begun.

    Raises:
        UserError: a row that there is not.
    """
    rows = chosen_rows(study)
    steps = list(_renders(study, rows))
    for seed in study.numbers:
        for row in rows:
            if seed and row.once:
                continue
            steps += [_training(study, row, seed), _score(study, row.key, seed, study.photos, "val", "photos")]
            if row.twelve:
                steps.append(_score(study, row.key, seed, str(study.folder / "data" / "twelve"), "val", "shapes"))
            if row.twelve and needs_unseen(study):
                steps.append(_score(study, row.key, seed, str(study.folder / "data" / "unseen"), "train", "unseen"))
    return steps


def _renders(study: Study, rows: tuple[Row, ...]) -> Iterator[Step]:
    """Yield the steps that render."""
    scale, cad = study.scale, ["--cad", study.cad] if study.cad else []
    if any(row.renders for row in rows):
        words = [*shlex.split(CAR_RENDERS), *cad, *(shlex.split(CAR_CAD) if cad else [])]
        yield _render(study, "cars", scale.car_images, words)
    if needs_twelve(study):
        words = [*shlex.split(TWELVE_RENDERS), "--val-fraction", f"{scale.held_out:g}"]
        yield _render(study, "twelve", scale.twelve_images, words)
    if needs_unseen(study):
        words = ["--cad", str(study.folder / "unseen-cad"), "--categories", ",".join(unseen_classes(study.cad))]
        yield _render(study, "unseen", scale.unseen_images, [*words, *shlex.split(UNSEEN_RENDERS)])


def _render(study: Study, name: str, count: int, words: list[str]) -> Step:
    folder = study.folder / "data" / name
    size = study.scale.car_size if name == "cars" else study.scale.size
    words = ["render", "--out", str(folder), *words, "--count", str(count), "--size", str(size)]
    return Step(f"render/{name}", tuple(words), folder / "manifest.json", units=count, alone=True)


def _training(study: Study, row: Row, seed: int) -> Step:
    """Return the step that trains a row, or adapts it."""
    scale, out = study.scale, study.folder / "runs" / f"{row.key}-seed{seed}"
    renders, twelve = (str(study.folder / "data" / folder) for folder in ("cars", "twelve"))
    name = f"{row.key}/seed{seed}/train"
    after = [f"{row.begins}/seed{seed}/train"] if row.begins else []
    after += ["render/cars"] * bool(row.renders) + ["render/twelve"] * bool(row.twelve)
    begins = str(run_of(study, row.begins, seed)) if row.begins else ""
    backgrounds = ["--backgrounds", study.backgrounds] if row.renders and row.backgrounds else []
    words = [*_common(scale, seed, out), *backgrounds]
    if row.adapts:
        words = ["adapt", *words, "--run", begins, "--unlabelled", study.photos, "--data", renders]
        words += ["--share", f"{row.photos:g}", "--rounds", str(scale.rounds), "--steps", str(scale.round_steps)]
        units = scale.rounds * scale.round_steps
    else:
        units = round(row.effort * scale.steps)
        words = ["train", *words, "--preset", scale.preset, "--steps", str(units)]
        for spec, weight in ((renders, row.renders), (twelve, row.twelve), (study.photos, row.photos)):
            words += ["--data", spec, "--weight", f"{weight:g}"] if weight else []
        words += ["--max-real", str(row.labels)] if row.labels else []
        words += ["--init", begins] if begins else []
    words += shlex.split(row.options)
    return Step(name, tuple(words), run_of(study, row.key, seed) / "model_card.md", tuple(after), units)


def _common(scale: Scale, seed: int, out: Path) -> list[str]:
    return ["render4cnn", "--out", str(out), "--seed", str(seed), "--batch-size", str(scale.batch_size)]


def _score(study: Study, key: str, seed: int, data: str, split: str, what: str) -> Step:
    """Return the step that scores a network."""
    result = score_of(study, key, seed, what)
    words = ["evaluate", "render4cnn", "--run", str(run_of(study, key, seed)), "--data", data, "--split", split]
    after = [f"{key}/seed{seed}/train"] + (["render/unseen"] if what == "unseen" else [])
    units = study.scale.unseen_images if what == "unseen" else 700
    return Step(f"{key}/seed{seed}/{what}", (*words, "--json", str(result)), result, tuple(after), units)


def link_unseen(study: Study) -> None:
    """Make a folder of CAD models in which each class has the name that it has here."""
    folder = study.folder / "unseen-cad"
    for name, path in unseen_classes(study.cad).items():
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(path.resolve(), target_is_directory=True)


def check(study: Study) -> None:
    """Refuse what would fail after hours.

    Raises:
        UserError: numbers or folders that make no sense, photographs without the two splits.
    """
    for name in ("seeds", "jobs", "workers"):
        if getattr(study, name) < 1:
            raise UserError(f"--{name} is {getattr(study, name)}", "1 or more")
    for name, kind in (("photos", "cars:DIR"), ("backgrounds", "a folder of photographs")):
        if not getattr(study, name):
            raise UserError(f"--{name} names nothing", kind, f"with make, say {name.upper()}=...")
    for name in ("backgrounds", "cad"):
        value = getattr(study, name)
        if value is not None and not Path(value).is_dir():
            raise UserError(f"--{name} {value} is no folder", "an existing folder")
    for split in ("train", "val"):
        if not len(open_views(study.photos, split)):
            raise DataError(f"{study.photos} has no photograph of split {split}", "at least one")


def reproduce(study: Study) -> None:
    """Do what is left to do, and write the tables; of what there is, where it is stopped."""
    check(study)
    steps = plan(study)
    with opened(study.folder, steps) as account:
        link_unseen(study)
        try:
            carry_out(account, steps, study.jobs, study.workers)
        finally:
            write_tables(study, account)
    seconds, processor = (
        sum(entry.get(name, 0) for entry in account.steps.values()) for name in ("seconds", "processor")
    )
    text = f"done: {study.folder / 'table.md'}; one after the other the commands took {seconds / 60:.0f} min"
    console.console.print(f"{text}, {processor / 60:.0f} min of processor time", markup=False, soft_wrap=True)


def main() -> None:
    with mistakes_told():
        reproduce(tyro.cli(Study, description=__doc__))


if __name__ == "__main__":
    main()
