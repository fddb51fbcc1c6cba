"""The recipe of `benchmarks.reproduce_render4cnn`: what is rendered, which trainings there are, and where they go.

Change it here: `CAR_RENDERS` and `TWELVE_RENDERS` are options of ``vantage render``, `ROWS` the trainings that are
scored on photographs, `FULL` how much of everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from vantage.classes import PASCAL3D
from vantage.errors import UserError

LOOK = "--viewpoints prior --broad 0.1 --samples 4 --no-smooth --fill-low 0.85"
CAR_RENDERS = f"--categories car {LOOK} --deform 0.4"
CAR_CAD = "--procedural-fraction 0.75"
"""Beside ``--cad``: three of four cars are procedural ones."""

TWELVE = ",".join(PASCAL3D)
TWELVE_RENDERS = f"--categories {TWELVE} {LOOK} --deform 0.4 --seed 1"
"""Of another seed than the cars, so that no shape that is held out here is among those."""

UNSEEN_RENDERS = f"{LOOK} --val-fraction 0"

CAD_FOLDERS = {"aeroplane": ("airplane", "plane"), "diningtable": ("table",), "tvmonitor": ("tv", "monitor")}
"""Other names that folders of CAD models have for a class."""


@dataclass(frozen=True)
class Scale:
    """How much is rendered and trained.

    Args:
        car_images, twelve_images, unseen_images: renders of cars, of twelve classes, of unseen CAD models.
        car_size, size: pixels of the cars' renders, and of the others.
        held_out: share of the twelve classes' images that show held-out shapes. Views come in runs of eight of one
            model, so that twelve classes need 96 images.
        steps: training steps of a network; rows take more or fewer by their effort.
        rounds, round_steps: of the adaptation to photographs without labels.
        batch_size: images in a step.
        preset: of the networks.
    """

    car_images: int = 8_000
    twelve_images: int = 12_000
    unseen_images: int = 1_200
    car_size: int = 192
    size: int = 128
    held_out: float = 0.1
    steps: int = 3_000
    rounds: int = 2
    round_steps: int = 400
    batch_size: int = 64
    preset: str = "small"


FULL = Scale()
QUICK = Scale(200, 240, 96, 96, 96, 0.4, 40, 1, 20)


@dataclass(frozen=True)
class Asked:
    """Figures that a row shall reach: at least this share within pi/6, and at most this median error in degrees."""

    acc_pi_6: float
    med_err_deg: float


@dataclass(frozen=True)
class Row:
    """One kind of training, scored on the photographs' split val.

    Args:
        key: in the names of folders.
        title: in the table.
        renders, photos, twelve: shares of the training views; ``renders`` are those of cars, ``twelve`` of all classes.
        labels: use only so many labelled photographs; None for all.
        backgrounds: the renders lie on photographs; else on procedural pictures.
        begins: key of the row whose network of the same seed is gone on with; "" for new weights.
        adapts: the photographs' labels are not read: the network of ``begins`` is adapted to them.
        effort: of the scale's steps, how many it takes.
        once: of the first seed alone; these are the weights that ship.
        options: further words for ``vantage train``.
        asked: figures to reach.
    """

    key: str
    title: str
    renders: float = 0.0
    photos: float = 0.0
    labels: int | None = None
    backgrounds: bool = True
    begins: str = ""
    adapts: bool = False
    effort: float = 1.0
    once: bool = False
    twelve: float = 0.0
    options: str = ""
    asked: Asked | None = None


TWELVE_KEY = "twelve"
"""Twelve classes of procedural shapes alone: no CAD model that it is scored on was seen."""

SHIPS_KEY = "synthetic"
"""The row whose weights ship for twelve classes: of it the figures on held-out shapes are asked."""

LARGE, LARGEST = "--image-size 128", "--image-size 160"
"""Networks begin at the preset's 96 pixels, at a third of the price, and see more when they go on: the lamps of a car,
and with them which end it is."""

GENTLY = "--learning-rate 1e-3"
"""Of a training that goes on with a network: half the usual peak."""

ROWS = (
    Row("no-image", "no real image, 96 pixels (the next rows begin with it)", 1),
    Row("no-image-128", "no real image, then 128 pixels", 1, begins="no-image", effort=0.3,
        options=f"{LARGE} {GENTLY}"),
    Row("no-image-160", "no real image, then 160 pixels, as all below", 1, begins="no-image-128", effort=1 / 6,
        options=f"{LARGEST} {GENTLY}", asked=Asked(0.92, 6.5)),
    Row("unlabelled", "renders, and all photographs without labels", 0.5, 0.5, begins="no-image-160", adapts=True,
        asked=Asked(0.95, 6.0)),
    Row("both-50", "renders and 50 labelled photographs", 0.5, 0.5, 50, begins="no-image-160", effort=0.1,
        options=f"{LARGEST} {GENTLY}", asked=Asked(0.96, 5.5)),
    Row("both-all", "renders and all labelled photographs", 0.2, 0.8, begins="unlabelled", effort=0.4,
        options=f"{LARGEST} {GENTLY}", asked=Asked(0.99, 4.0)),
    Row(TWELVE_KEY, "twelve classes in one network, procedural shapes alone, 96 pixels", backgrounds=False, effort=1.4,
        once=True, twelve=1),
    Row("synthetic-128", "the same, then more cars beside all classes, 128 pixels", 0.4, backgrounds=False,
        begins=TWELVE_KEY, effort=1.2, once=True, twelve=0.6, options=f"{LARGE} {GENTLY}"),
    Row("synthetic-160", "the same, then 160 pixels", 0.3, backgrounds=False, begins="synthetic-128", effort=1.2,
        once=True, twelve=0.7, options=f"{LARGEST} {GENTLY}"),
    Row(SHIPS_KEY, "the same, then fewer cars among them", 0.2, backgrounds=False, begins="synthetic-160", effort=0.6,
        once=True, twelve=0.8, options=f"{LARGEST} {GENTLY}"),
    Row("cars", "the same, then all labelled photographs too", 0.2, 0.6, begins=SHIPS_KEY, effort=0.5, once=True,
        twelve=0.2, options=f"{LARGEST} {GENTLY}"),
    Row("photos-50", "50 labelled photographs alone", 0, 1, 50, effort=0.1, options=LARGEST),
    Row("photos-500", "500 labelled photographs alone", 0, 1, 500, effort=0.15, options=LARGEST),
    Row("photos-4500-96", "4,500 labelled photographs alone, 96 pixels", 0, 1, 4500, effort=2 / 3),
    Row("photos-4500", "4,500 labelled photographs alone, then 160 pixels", 0, 1, 4500, begins="photos-4500-96",
        effort=0.3, options=f"{LARGEST} {GENTLY}"),
)  # fmt: skip

ASKED_TWELVE = Asked(0.90, 8.0)
"""Of the mean over the classes, on held-out shapes."""


@dataclass(frozen=True)
class Study:
    """Reproduce the tables of render4cnn."""

    photos: str
    """Labelled photographs with the splits train and val, such as cars:DIR."""
    backgrounds: str
    """Folder of photographs to paste renders on."""
    out: str = "reproduce-render4cnn"
    """Folder for data, runs and tables; the same command goes on in it."""
    cad: str | None = None
    """Folder of CAD models, one sub-folder for each category: its cars join the renders of cars, and all of the twelve
    classes are scored on it by the network of twelve classes, which learns from procedural shapes alone. Without it all
    cars are procedural, and the scores on unseen models are left out."""
    seeds: int = 3
    """Seeds 0, 1, ... of every row."""
    quick: bool = False
    """One seed, few steps, small sets: shows in minutes that all of it works, and not what comes out."""
    jobs: int = 2
    """Trainings side by side, with one thread each where there are several."""
    workers: int = 2
    """Processes that render."""
    rows: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Only these rows, by their keys, and those that they begin with; all where none is given."""

    @property
    def scale(self) -> Scale:
        """How much is rendered and trained."""
        return QUICK if self.quick else FULL

    @property
    def numbers(self) -> range:
        """The seeds."""
        return range(1 if self.quick else self.seeds)

    @property
    def folder(self) -> Path:
        """Where everything goes."""
        return Path(self.out)


def chosen_rows(study: Study) -> tuple[Row, ...]:
    """Return the rows that are asked for, and those that they begin with, in the order of the table.

    Raises:
        UserError: a row that there is not.
    """
    known = {row.key: row for row in ROWS}
    keys = set(study.rows or known)
    if unknown := sorted(keys - set(known)):
        raise UserError(f"there is no row {unknown[0]!r}", f"one of {', '.join(known)}")
    for row in reversed(ROWS):  # a row stands after what it begins with
        keys |= {row.begins} if row.key in keys else set()
    return tuple(row for row in ROWS if row.key in keys)


def needs_twelve(study: Study) -> bool:
    """Whether renders of all classes are needed."""
    return any(row.twelve for row in chosen_rows(study))


def needs_unseen(study: Study) -> bool:
    """Whether renders of unseen CAD models are needed."""
    return (not study.rows or TWELVE_KEY in study.rows) and bool(unseen_classes(study.cad))


def run_of(study: Study, key: str, seed: int) -> Path:
    """Return the run folder that a row's scores come from."""
    folder = study.folder / "runs" / f"{key}-seed{seed}"
    adapts = any(row.adapts for row in ROWS if row.key == key)
    return folder / f"round-{study.scale.rounds}" if adapts else folder


def score_of(study: Study, key: str, seed: int, what: str = "photos") -> Path:
    """Return the file with a row's scores on the photographs, or on ``shapes`` or ``unseen`` models."""
    return study.folder / "scores" / f"{key}-seed{seed}-{what}.json"


def unseen_classes(cad: str | None) -> dict[str, Path]:
    """Return the folder of CAD models of each of the twelve classes that has one."""
    found = {}
    for name in TWELVE.split(","):
        folders = [Path(cad) / other for other in (name, *CAD_FOLDERS.get(name, ()))] if cad else []
        if there := [folder for folder in folders if folder.is_dir()]:
            found[name] = there[0]
    return found
