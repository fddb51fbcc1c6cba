"""``vantage train|adapt render4cnn``: options only; the work is imported when it runs."""

from __future__ import annotations

import dataclasses
import math
import shlex
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro

from render4cnn.config import IMAGE_SIZES, Config, augmentation, preset, replace, smallest_image
from render4cnn.runs import find_run, read_settings
from vantage.errors import RunError, UserError
from vantage.quiet import load_quietly
from vantage.termination import stop_says


@dataclass(frozen=True)
class Train:
    """Train the viewpoint classifier on renders, photographs, or a mix of both."""

    out: str
    """Run folder to make; with --resume, the one to continue."""
    data: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """A folder that vantage render wrote, or photographs: cars:DIR, pascal3d:DIR, objectnet3d:DIR, csv:FILE
    (docs/datasets.md); repeat for a mix."""
    weight: Annotated[tuple[float, ...], tyro.conf.UseAppendAction] = ()
    """Share of training views from each --data, in their order, such as --weight 3 --weight 1; by default each counts
    with its number of views."""
    preset: Literal["tiny", "small", "base", "paper"] | None = None
    """tiny: minutes on two cores. small: the one that ships. base: EfficientNetV2-S, for a graphics card. paper:
    AlexNet trunk, 360 bins. By default the preset and network of --init, or small without it."""
    image_size: int | None = None
    """Side of the network's input in pixels, instead of the preset's or that of --init, whose weights may be of another
    size; larger ones see more and cost more."""
    resume: bool = False
    """Continue the run in --out from its last checkpoint, with the options it began with."""
    epochs: float | None = None
    """Passes over as many views as the sources hold together."""
    steps: int | None = None
    """Training steps, instead of --epochs."""
    batch_size: int | None = None
    """Images in a step."""
    learning_rate: float | None = None
    """Peak learning rate."""
    seed: int | None = None
    """Seed of weights, order, augmentation and --max-real."""
    init: str | None = None
    """Run folder, or shipped weights, to start from; heads are taken over class by class."""
    freeze: str | None = None
    """What keeps the weights of --init: trunk, or what names of layers begin with, commas between (stem,block0)."""
    augment: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """NAME=VALUE of vantage.records.augment.AugmentConfig, such as noise=0.1; repeat for more."""
    backgrounds: str | None = None
    """Folder of photographs to paste renders on; else noise, gradients and textures."""
    truncations: str | None = None
    """CSV file of how real boxes differ from the objects in them, to crop renders likewise; columns left, top, right,
    bottom, perhaps class (made by python -m vantage.benchmarks.pascal3d_truncations)."""
    max_real: int | None = None
    """Use only so many photographs of each real source (such as cars:DIR), chosen by the seed."""
    checkpoint_every: int | None = None
    """Steps between checkpoints, besides one every minute and at each validation."""
    json: str | None = None
    """File for the final metrics."""

    help_topics: ClassVar[Mapping[str, Sequence[str]]] = {
        "run": ("out", "resume", "checkpoint_every", "json"),
        "data": ("data", "weight", "max_real", "backgrounds", "truncations", "augment"),
        "network": ("preset", "image_size", "init", "freeze"),
        "training": ("epochs", "steps", "batch_size", "learning_rate", "seed"),
    }

    def run(self) -> int:
        """Train; 130 or 143 where it was interrupted."""
        load_quietly("keras", "grain")
        from vantage.console import console, write_json

        with stop_says(self._left):
            result = self._resume() if self.resume else self._start()
        summary = {
            "run": self.out,
            "step": result.step,
            "interrupted": result.interrupted,
            "seconds": result.seconds,
            **result.validation,
        }
        write_json(self.json, summary)
        if result.interrupted:
            text = f"stopped at step {result.step}, all saved; continue with: {self._again()}"
            console.print(text, markup=False, soft_wrap=True)
            return 128 + (result.signal or signal.SIGINT)
        console.print(f"done: {self.out}, {result.seconds:.0f} s", markup=False, soft_wrap=True)
        return 0

    def _again(self) -> str:
        return f"vantage train render4cnn --out {shlex.quote(self.out)} --resume"

    def _left(self) -> str:
        """Return what is said of a run that was stopped before its first step, or at once."""
        if not Path(self.out, "config.json").exists():
            return "no run was begun, the same command starts it"
        return f"the run is kept as its last checkpoint has it; continue with: {self._again()}"

    def config(self) -> Config:
        """Return the preset with the options put in.

        Raises:
            UserError: a value that makes no sense.
        """
        from vantage.records.truncations import load_truncations

        self._check()
        config = self._begun()
        if self.epochs is not None:
            config = dataclasses.replace(config, steps=0)
        changes = augmentation(self.augment)
        if self.truncations is not None:
            changes["truncations"] = self.truncations
        if changes.get("truncations"):
            load_truncations(changes["truncations"])
        config = dataclasses.replace(config, augmentation={**config.augmentation, **changes})
        if self.image_size is not None:
            if self.image_size < (least := smallest_image(config.model.trunk)):
                raise UserError(f"--image-size is {self.image_size}", f"{least} or more with {config.model.trunk}")
            config = dataclasses.replace(config, model=dataclasses.replace(config.model, image_size=self.image_size))
        names = ("epochs", "steps", "batch_size", "learning_rate", "seed")
        return replace(config, **{name: getattr(self, name) for name in names})

    def _begun(self) -> Config:
        """Return the preset that is named; else that of the first weights with their network; else small."""
        if self.preset is not None or self.init is None:
            return preset(self.preset or "small")
        return _preset_of(self.init)

    def _check(self) -> None:
        """Refuse values that make no sense."""
        if not self.data:
            raise UserError("no --data was given", "a folder of renders or cars:DIR", "add --data DIR")
        if self.weight and len(self.weight) != len(self.data):
            found = f"{len(self.weight)} --weight for {len(self.data)} --data"
            raise UserError(found, "one for each, in their order, or none")
        if bad := [weight for weight in self.weight if not 0 < weight < math.inf]:
            raise UserError(f"--weight is {bad[0]:g}", "more than 0")
        if self.epochs is not None and self.steps is not None:
            raise UserError("both --epochs and --steps were given", "one of them")
        for name in ("epochs", "steps", "batch_size", "learning_rate", "max_real", "checkpoint_every"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise UserError(f"--{name.replace('_', '-')} is {value:g}", "more than 0")
        if self.image_size is not None and self.image_size not in IMAGE_SIZES:
            found, step = f"--image-size is {self.image_size}", IMAGE_SIZES.step
            raise UserError(found, f"a multiple of {step} from {IMAGE_SIZES[0]} to {IMAGE_SIZES[-1]} pixels")
        if self.freeze and not self.init:
            found = f"--freeze {self.freeze} without --init"
            raise UserError(found, "weights that are worth keeping", "name a run with --init")
        if self.seed is not None:
            _check_seed(self.seed)

    def _start(self):
        """Begin a new run."""
        from render4cnn import train

        config = self.config()
        return train.start(self.out, config, self._plan())

    def _plan(self):
        """Return the sources with their weights and limits."""
        from render4cnn.data import DataSpec
        from render4cnn.train import TrainingPlan
        from vantage.benchmarks import is_photographs

        weights = self.weight or (None,) * len(self.data)
        limits = [self.max_real if is_photographs(spec) else None for spec in self.data]
        data = tuple(DataSpec(*item) for item in zip(self.data, weights, limits))
        return TrainingPlan(data, self.init, self.backgrounds, self.checkpoint_every or 0, self.freeze or "")

    def _resume(self):
        """Continue a run, whose options must not be given anew with other values."""
        from render4cnn import train
        from render4cnn.runs import PACKAGE
        from vantage.training.run_folder import open_run

        run = open_run(self.out, PACKAGE)
        for name, value in self._given().items():
            if name == "augment":
                value, name = {**run.config["config"]["augmentation"], **augmentation(value)}, "augmentation"
            if value != _stored(run.config, name):
                found = f"--{name.replace('_', '-')} differs from the run's ({_stored(run.config, name)})"
                raise RunError(found, "the options it began with", "leave the option out, or start a new run")
        return train.resume(self.out)

    def _given(self) -> dict[str, object]:
        """Return the options that decide a training and were given."""
        names = [field.name for field in dataclasses.fields(self) if field.name not in ("out", "resume", "json")]
        return {name: value for name in names if (value := getattr(self, name)) not in (None, ())}


def _preset_of(run: str | None) -> Config:
    """Return the preset that a run, or the default weights, began with, and their network."""
    theirs = read_settings(find_run(run))[0]
    return dataclasses.replace(preset(theirs.preset), model=theirs.model)


def _check_seed(seed: int) -> None:
    """Refuse what Keras takes for no seed; rounds count on from it."""
    if not 0 <= seed < 2**31:
        raise UserError(f"--seed is {seed}", "a whole number from 0 to 2147483647")


def _stored(run: dict, name: str) -> object:
    """Return the value of an option in a run's config.json."""
    if name == "data":
        return tuple(item["spec"] for item in run["data"])
    if name == "weight":
        return tuple(item["weight"] for item in run["data"])
    if name == "max_real":
        return next((item["limit"] for item in run["data"] if item["limit"]), None)
    if name == "image_size":
        return run["config"]["model"]["image_size"]
    if name == "learning_rate":
        return run["config"]["optimiser"]["learning_rate"]
    if name == "truncations":
        return run["config"]["augmentation"].get("truncations") or None
    return run["options"].get(name, run["config"].get(name))


@dataclass(frozen=True)
class Adapt:
    """Adapt a trained viewpoint classifier to photographs that nobody labelled.

    In rounds, the network tells their viewpoints; those that it is sure of join the training.
    """

    out: str
    """Folder to make; each round is a run folder in it, round-1, round-2, ... The same command goes on where one was
    stopped."""
    unlabelled: str
    """Photographs: cars:DIR, csv:FILE and the like. Labels in there are not read, but for the class."""
    run_folder: Annotated[str | None, tyro.conf.arg(name="run")] = None
    """Run folder to begin with, or weights that ship with Vantage: cars (taken where it is left out) or synthetic."""
    split: str = "train"
    """Split of the photographs."""
    data: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Labelled data that stay in the training, such as the renders it began with; repeat for more."""
    backgrounds: str | None = None
    """Folder of photographs to paste renders on; else noise, gradients and textures."""
    rounds: int = 3
    """How often the photographs are asked anew."""
    share: float = 0.5
    """Of the training views, how many are photographs."""
    steps: int = 600
    """Training steps of each round."""
    batch_size: int | None = None
    """Images in a step."""
    learning_rate: float = 1e-3
    """Peak learning rate of each round."""
    seed: int = 0
    """Seed of order and augmentation."""
    json: str | None = None
    """File for the final metrics."""

    help_topics: ClassVar[Mapping[str, Sequence[str]]] = {
        "run": ("out", "run_folder", "json"),
        "data": ("unlabelled", "split", "data", "backgrounds", "share"),
        "training": ("rounds", "steps", "batch_size", "learning_rate", "seed"),
    }

    def run(self) -> int:
        """Adapt; 130 or 143 where it was interrupted."""
        self._check()
        load_quietly("keras", "grain")
        from render4cnn.adapt import AdaptPlan, adapt
        from render4cnn.data import DataSpec
        from render4cnn.runs import SHIPPED
        from vantage.console import console, write_json

        names = ("unlabelled", "split", "rounds", "share", "backgrounds")
        sources = tuple(DataSpec(spec) for spec in self.data)
        plan = AdaptPlan(self.run_folder or SHIPPED, sources, **{name: getattr(self, name) for name in names})
        names = ("steps", "batch_size", "learning_rate", "seed")
        config = replace(_preset_of(self.run_folder), **{name: getattr(self, name) for name in names})
        with stop_says(lambda: "finished rounds are kept; the same command goes on"):
            result = adapt(self.out, config, plan)
        write_json(self.json, {"run": self.out, "step": result.step, "interrupted": result.interrupted})
        if result.interrupted:
            console.print(f"stopped at step {result.step}, all saved; the same command goes on", markup=False)
            return 128 + (result.signal or signal.SIGINT)
        console.print(f"done: {self.out}/round-{self.rounds}", markup=False, soft_wrap=True)
        return 0

    def _check(self) -> None:
        """Refuse values that make no sense."""
        for name in ("rounds", "steps", "batch_size", "learning_rate"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise UserError(f"--{name.replace('_', '-')} is {value:g}", "more than 0")
        if not 0 < self.share <= 1:
            raise UserError(f"--share is {self.share:g}", "more than 0 and at most 1")
        if self.share == 1 and self.data:
            raise UserError("--share 1 leaves nothing for --data", "less than 1, or no --data")
        _check_seed(self.seed)
