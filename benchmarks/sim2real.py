"""What closes the gap between renders and photographs: one change a row, the same steps, several seeds.

Each row of `ROWS` changes the base recipe in one thing: options of ``vantage render``, or of ``vantage train``.
Networks learn from renders alone and are scored on a development split of the photographs (every third of the split
train, whose labels no training here sees), by which one chooses, and on val, which one only reports. Stop it at any
moment; the same command goes on. ``--page docs/sim2real.md`` writes the table there.

    python -m benchmarks.sim2real --photos cars:DIR --backgrounds DIR --cad DIR --out OUT --page docs/sim2real.md
"""

from __future__ import annotations

import json
import re
import shlex
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import tyro

from benchmarks.reproduce_recipe import CAR_CAD, CAR_RENDERS
from benchmarks.reproduce_tables import markdown, spread
from benchmarks.study import Step, carry_out, measure_input_wait, mistakes_told, opened
from vantage.benchmarks.cars import read_labels
from vantage.console import atomic_write, results, write_json
from vantage.errors import DataError, UserError
from vantage.training.environment import git_revision

BASE_RENDER = f"{CAR_RENDERS} --size 128"
BASE_TRAIN = "--preset small --batch-size 64"

EVERY = 3
"""Every so many-th photograph of the split train is one of the development split."""

BEGIN, END = "<!-- table: benchmarks/sim2real.py -->\n", "<!-- end of the table -->\n"


@dataclass(frozen=True)
class Row:
    """One change against the base.

    Args:
        key: in the names of folders.
        gives_away: what tells a render from a photograph that this is about.
        render: options of ``vantage render`` that differ.
        train: options of ``vantage train`` that differ.
        cad: the row makes sense only beside CAD models.
        photographs: renders lie on photographs; else on procedural pictures.
    """

    key: str
    gives_away: str
    render: str = ""
    train: str = ""
    cad: bool = False
    photographs: bool = True


ROWS = (
    Row("base", ""),
    # shapes
    Row("cad-only", "few shapes", "--procedural-fraction 0", cad=True),
    Row("procedural-only", "few shapes", "--procedural-fraction 1", cad=True),
    Row("undeformed", "few shapes", "--deform 0"),
    # paint, glass, other materials
    Row("own-colours", "paint as the CAD models have it", "--recolour 0", cad=True),
    Row("recoloured", "paint", "--materials recoloured"),
    Row("random-materials", "paint, glass, rubber", "--materials random"),
    # light, ground and shadow
    Row("lights-paper", "light", "--lights paper"),
    Row("lights-outdoor", "light", "--lights outdoor"),
    Row("lights-studio", "light", "--lights studio"),
    Row("no-ground", "the car hovers", "--ground 0"),
    Row("ground-always", "the car hovers", "--ground 1"),
    # camera
    Row("narrow-lens", "focal length", "--fov-low 12 --fov-high 25"),
    Row("wide-lens", "focal length", "--fov-low 30 --fov-high 70"),
    Row("no-tones", "exposure, tone curve", "--no-tones"),
    Row("aperture", "all is sharp", "--aperture 0.05"),
    Row("loose-frame", "how much of the frame it fills", "--fill-low 0.6"),
    Row("viewpoints-broad", "from where it is looked at", "--broad 1"),
    Row("occluders", "nothing stands before it", "--occluders 0.2"),
    # the render's own grain and sharpness
    Row("samples-16", "grain of few samples", "--samples 16"),
    Row("smooth", "grain of few samples", "--smooth"),
    Row("size-192", "sharpness", "--size 192"),
    # what the network sees of it
    Row("input-128", "details are lost", train="--image-size 128"),
    Row("input-64", "details are lost", train="--image-size 64"),
    # what is done to the picture when a batch is read
    Row("backgrounds-procedural", "what lies behind it", photographs=False),
    Row("hard-edges", "edges of the cut-out", train="--augment soft_edges=0"),
    Row("same-brightness", "object and background in one light", train="--augment object_brightness=0"),
    Row("defocus", "the background is sharp", train="--augment defocus=0.3"),
    Row("no-noise", "sensor noise", train="--augment noise_probability=0"),
    Row("more-noise", "sensor noise", train="--augment noise=0.08 --augment noise_probability=0.8"),
    Row("no-blur", "sharpness", train="--augment blur=0 --augment low_resolution=0"),
    Row("no-jpeg", "JPEG", train="--augment jpeg=0"),
    Row("more-jpeg", "JPEG", train="--augment jpeg=0.7"),
    Row("distortion", "a perfect lens", train="--augment distortion=0.05"),
    Row("motion-blur", "nothing moves", train="--augment motion_blur=0.2"),
    Row("more-colour", "colours", train="--augment white_balance=0.25 --augment hue=0.05 --augment greyscale=0.3"),
    Row("true-colour", "colours", train="--augment white_balance=0.05 --augment saturation=0.2 --augment greyscale=0"),
    Row("no-erasing", "nothing stands before it", train="--augment erase=0"),
)  # fmt: skip
"""The study. What the base is, `benchmarks.reproduce_recipe` says."""


@dataclass(frozen=True)
class Study:
    """Measure what closes the gap between renders and photographs."""

    photos: str
    """Labelled photographs with the splits train and val: cars:DIR."""
    backgrounds: str
    """Folder of photographs to paste renders on."""
    out: str = "sim2real"
    """Folder for data, runs and the table; the same command goes on in it."""
    cad: str | None = None
    """Folder of CAD models; without it all cars are procedural, and rows about CAD models are left out."""
    seeds: int = 3
    """Seeds 0, 1, ... of every row."""
    steps: int = 750
    """Training steps of every network."""
    count: int = 4000
    """Renders of every row."""
    jobs: int = 2
    """Trainings side by side, with one thread each where there are several."""
    workers: int = 2
    """Processes that render."""
    rows: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Only these rows, by their keys, beside the base; all where none is given."""
    page: str | None = None
    """Markdown page to write the table into, between its marks: docs/sim2real.md."""

    @property
    def folder(self) -> Path:
        """Where everything goes."""
        return Path(self.out)


def chosen_rows(study: Study) -> list[Row]:
    """Return the base and the rows that are asked for.

    Raises:
        UserError: a row that there is not, or that needs CAD models where there are none.
    """
    known = {row.key: row for row in ROWS if study.cad or not row.cad}
    if unknown := [key for key in study.rows if key not in known]:
        raise UserError(f"there is no row {unknown[0]!r}", f"one of {', '.join(known)}")
    return [row for key, row in known.items() if not study.rows or key in study.rows or row is ROWS[0]]


def changed(base: str, change: str) -> list[str]:
    """Return the words of ``base`` with the options of ``change`` in the place of those of the same name."""
    return [word for words in (_options(base) | _options(change)).values() for word in words]


def _options(text: str) -> dict[str, list[str]]:
    """Return name -> words of every option; ``--no-x`` is an ``--x``, and every field of ``--augment`` is its own."""
    found: dict[str, list[str]] = {}
    for option in re.split(r"\s+(?=--)", text.strip()):
        words = shlex.split(option)
        if words:
            name = words[0].removeprefix("--").removeprefix("no-")
            found[f"augment {words[1].partition('=')[0]}" if name == "augment" else name] = words
    return found


def render_words(study: Study, row: Row) -> list[str]:
    """Return the options of ``vantage render`` for a row."""
    base = f"{BASE_RENDER} {CAR_CAD}" if study.cad else BASE_RENDER
    return [*(["--cad", study.cad] if study.cad else []), *changed(f"{base} --count {study.count}", row.render)]


def development(study: Study) -> str:
    """Return the ``--data`` of the development split."""
    return f"csv:{study.folder / 'development.csv'},images={photo_folder(study)}"


def photo_folder(study: Study) -> str:
    """Return the folder of the photographs.

    Raises:
        DataError: they are of another kind.
    """
    kind, _, folder = study.photos.partition(":")
    if kind != "cars" or not folder:
        raise DataError(f"--photos is {study.photos!r}", "cars:DIR, of which a development split can be cut")
    return folder


def write_development(study: Study) -> None:
    """Write the table of the development split."""
    labels = [label for label in read_labels(photo_folder(study)) if label.split == "train"][::EVERY]
    with atomic_write(study.folder / "development.csv", "w") as file:
        file.write("file,category,azimuth_deg,elevation_deg,split\n")
        file.writelines(f'"{item.file}",car,{item.azimuth},{item.elevation},development\n' for item in labels)


def plan(study: Study) -> list[Step]:
    """Return all steps; rows whose renders have the same options share them."""
    rows, sets, steps = chosen_rows(study), {}, []
    for row in rows:
        words = tuple(render_words(study, row))
        if words not in sets:
            sets[words] = study.folder / "data" / row.key
            command = ("render", "--out", str(sets[words]), *words)
            steps.append(Step(f"render/{row.key}", command, sets[words] / "manifest.json", (), study.count, alone=True))
    for seed in range(study.seeds):
        for row in rows:
            steps += _of_row(study, row, seed, sets[tuple(render_words(study, row))])
    return steps


def _of_row(study: Study, row: Row, seed: int, data: Path) -> Iterator[Step]:
    """Yield training and scores of one row and seed."""
    run = study.folder / "runs" / f"{row.key}-seed{seed}"
    words = ["train", "render4cnn", "--out", str(run), "--data", str(data), "--seed", str(seed)]
    words += ["--backgrounds", study.backgrounds] if row.photographs else []
    words += changed(f"{BASE_TRAIN} --steps {study.steps}", row.train)
    train = f"{row.key}/seed{seed}/train"
    yield Step(train, tuple(words), run / "model_card.md", (f"render/{data.name}",), study.steps)
    for what, spec, split in (("development", development(study), "development"), ("val", study.photos, "val")):
        result = study.folder / "scores" / f"{row.key}-seed{seed}-{what}.json"
        words = ("evaluate", "render4cnn", "--run", str(run), "--data", spec, "--split", split, "--json", str(result))
        yield Step(f"{row.key}/seed{seed}/{what}", words, result, (train,), 1000)


def read_scores(study: Study, row: Row) -> list[dict[str, Any]]:
    """Return the figures of every seed of a row that was scored on both splits."""
    found = []
    for seed in range(study.seeds):
        paths = [study.folder / "scores" / f"{row.key}-seed{seed}-{what}.json" for what in ("development", "val")]
        if all(path.is_file() for path in paths):
            figures = [json.loads(path.read_text(encoding="utf-8"))["overall"] for path in paths]
            wait = measure_input_wait(study.folder / "runs" / f"{row.key}-seed{seed}")
            found.append({"seed": seed, "development": figures[0], "val": figures[1], "input_wait": wait})
    return found


def table(rows: Sequence[Row], found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return the rows that were measured, with what each gains over the base in accuracy on the development split."""
    header = ("row", "about", "change", "development: acc_pi_6", "gain", "med_err_deg", "flips", "val: acc_pi_6",
              "med_err_deg")  # fmt: skip
    lines = []
    for row in rows:
        if scores := found.get(row.key):
            words = " ".join(filter(None, (row.render, row.train))) or ("" if row.photographs else "no --backgrounds")
            columns = [(split, name, digits) for split, name, digits in (
                ("development", "acc_pi_6", 3), ("development", "med_err_deg", 2),
                ("development", "front_back_flips", 3), ("val", "acc_pi_6", 3), ("val", "med_err_deg", 2))]  # fmt: skip
            cells = [spread([score[split][name] for score in scores], digits) for split, name, digits in columns]
            change = f"`{words}`" if words else ""
            lines.append([row.key, row.gives_away, change, cells[0], gain(scores, found.get("base", ())), *cells[1:]])
    return markdown(header, lines)


def gain(scores: Sequence[Mapping[str, Any]], base: Sequence[Mapping[str, Any]]) -> str:
    """Return how much more accurate networks are than the base's of the same seeds: mean and deviation."""
    before = {score["seed"]: score["development"]["acc_pi_6"] for score in base}
    gains = [score["development"]["acc_pi_6"] - before[score["seed"]] for score in scores if score["seed"] in before]
    if not gains or scores is base:
        return ""
    return f"{'+' * (statistics.mean(gains) >= 0)}{spread(gains, 3)}"


def write_results(study: Study) -> None:
    """Write table.md and table.json of what was measured so far, and the page; nothing where that is nothing."""
    rows = chosen_rows(study)
    found = {row.key: scores for row in rows if (scores := read_scores(study, row))}
    if not found:
        return
    text = f"{table(rows, found)}\n\n{_told(study, found)}\n"
    with atomic_write(study.folder / "table.md", "w") as file:
        file.write(text)
    write_json(study.folder / "table.json", {"date": date.today().isoformat(), "rows": found})
    if study.page:
        fill_page(Path(study.page), text)
    results.print(text, markup=False, soft_wrap=True)


def _told(study: Study, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return what the table rests on."""
    waits = [score["input_wait"] for scores in found.values() for score in scores]
    known = [wait for wait in waits if wait == wait]
    waited = f" Of the training time {statistics.mean(known):.1%} passed in waiting for images." if known else ""
    return (
        f"Measured on {date.today().isoformat()} at revision {git_revision() or 'unknown'}: {study.count:,} renders,"
        f" {study.steps:,} steps, {study.seeds} seeds (mean ± sample deviation; the gain is over the base of the same"
        f" seed).{waited}"
    )


def fill_page(path: Path, text: str) -> None:
    """Put the table between the marks of a page.

    Raises:
        DataError: the page has no marks.
    """
    page = path.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        raise DataError(f"{path} has no marks for the table", f"the lines {BEGIN.strip()} and {END.strip()}")
    with atomic_write(path, "w") as file:
        file.write(page.partition(BEGIN)[0] + BEGIN + text + END + page.partition(END)[2])


def check(study: Study) -> None:
    """Refuse what would fail later.

    Raises:
        UserError: numbers or folders that make no sense.
    """
    for name in ("seeds", "steps", "count", "jobs", "workers"):
        if getattr(study, name) < 1:
            raise UserError(f"--{name} is {getattr(study, name)}", "1 or more")
    for name in ("backgrounds", "cad"):
        value = getattr(study, name)
        if value is not None and not Path(value).is_dir():
            raise UserError(f"--{name} {value} is no folder", "an existing folder")
    if study.page and not Path(study.page).is_file():
        raise UserError(f"--page {study.page} does not exist", "docs/sim2real.md")
    read_labels(photo_folder(study))


def measure(study: Study) -> None:
    """Do what is left to do, and write the table; of what there is, where it is stopped."""
    check(study)
    steps = plan(study)
    with opened(study.folder, steps) as account:
        write_development(study)
        try:
            carry_out(account, steps, study.jobs, study.workers)
        finally:
            write_results(study)


def main() -> None:
    with mistakes_told():
        measure(tyro.cli(Study, description=__doc__))


if __name__ == "__main__":
    main()
