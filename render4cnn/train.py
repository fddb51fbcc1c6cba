"""Training the viewpoint classifier: from options to a run folder."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.calibrate import calibrate
from render4cnn.config import ANGLES, Config, replace
from render4cnn.data import (
    Crops,
    DataSpec,
    Opened,
    TrainingStream,
    augment_config,
    class_indices,
    class_names,
    load_crops,
    mixing_weights,
    open_training,
    training_stream,
)
from render4cnn.decoding import decode_viewpoints, distributions
from render4cnn.evaluate import forward
from render4cnn.model_card import run_card
from render4cnn.runs import PACKAGE, read_settings
from render4cnn.transfer import ancestors, check_start, start_from
from vantage.benchmarks import is_pseudo
from vantage.benchmarks.naming import source_names
from vantage.benchmarks.pseudo import pseudo_source
from vantage.console import console, write_json
from vantage.errors import RunError
from vantage.records.sources import has_tilt
from vantage.training import optimisers
from vantage.training.configs import to_plain
from vantage.training.determinism import seed_everything
from vantage.training.environment import describe_environment
from vantage.training.loop import LoopOptions, LoopResult, TrainingLoop
from vantage.training.run_folder import RunFolder, create_run, open_run


@dataclass(frozen=True)
class TrainingPlan:
    """What to train on, besides the configuration; kept in config.json.

    Args:
        data: sources.
        init: run to take the first weights from.
        backgrounds: folder of photographs to paste renders on.
        checkpoint_every: steps between checkpoints, besides those in time.
        freeze: what keeps its first weights: ``trunk``, or names that layers begin with, commas between.
    """

    data: tuple[DataSpec, ...]
    init: str | None = None
    backgrounds: str | None = None
    checkpoint_every: int = 0
    freeze: str = ""


def start(out: str | Path, config: Config, plan: TrainingPlan) -> LoopResult:
    """Train into a new run folder.

    Raises:
        RunError: ``out`` holds something already.
        DataError: data that cannot be read.
    """
    _refuse_existing(out)
    if plan.init:
        check_start(plan.init, config)
    resolved = to_plain(augment_config(config, plan.backgrounds))
    config = replace(config, augmentation=resolved)
    opened = open_training(plan.data, config.seed, config.validation_views)
    classes = class_names([item.train for item in opened])
    settings = {"preset": config.preset, "seed": config.seed, "config": to_plain(config), "classes": list(classes)}
    data = [{**asdict(item), **_facts(item, source)} for item, source in zip(plan.data, opened)]
    options = {name: getattr(plan, name) for name in ("init", "backgrounds", "checkpoint_every", "freeze")}
    stream = _stream(plan, opened, config, classes)  # before there is a run: backgrounds may be missing
    model = _seeded_model(config, classes, data, plan.freeze)  # and --freeze may name no layer
    before = {"ancestors": ancestors(plan.init)} if plan.init else {}
    run = create_run(out, PACKAGE, {**settings, "data": data, "options": options, **before})
    write_json(run.environment, describe_environment())
    return _train(run, config, plan, opened, stream, model, resume=False)


def _facts(item: DataSpec, source: Opened) -> dict[str, Any]:
    """Return what config.json tells of a source besides its options."""
    facts = {"views": len(source.train), "validation": len(source.validation or ()), "tilt": has_tilt(source.train)}
    return {**facts, "photographs": pseudo_source(item.spec)} if is_pseudo(item.spec) else facts


def resume(out: str | Path) -> LoopResult:
    """Continue the run in ``out`` where its last checkpoint left it.

    Raises:
        RunError: missing, foreign, edited, of another version, or its data changed.
    """
    run = open_run(out, PACKAGE)
    config, classes = read_settings(run)
    plan = plan_of(run)
    opened = open_training(plan.data, config.seed, config.validation_views)
    for item, source in zip(run.config["data"], opened):
        if len(source.train) != item["views"]:
            found = f"{item['spec']} now has {len(source.train)} training views; the run began with {item['views']}"
            raise RunError(found, do="bring the data back, or start a new run")
    stream = _stream(plan, opened, config, classes)
    model = _seeded_model(config, classes, run.config["data"], plan.freeze)
    return _train(run, config, plan, opened, stream, model, resume=True)


def plan_of(run: RunFolder) -> TrainingPlan:
    """Return the plan that a run's config.json holds."""
    data = tuple(DataSpec(item["spec"], item["weight"], item["limit"]) for item in run.config["data"])
    return TrainingPlan(data, **run.config["options"])


def _refuse_existing(out: str | Path) -> None:
    """Fail before the data are read where the folder is taken."""
    path = Path(out)
    if (path / "config.json").exists():
        raise RunError(f"--out {path} holds a run", "a new folder", "add --resume, or choose another --out")


def _stream(plan: TrainingPlan, opened: Sequence[Opened], config: Config, classes: Sequence[str]) -> TrainingStream:
    """Return the batches to train on."""
    sources = [item.train for item in opened]
    return training_stream(sources, mixing_weights(plan.data, sources), config, classes)


def _train(
    run: RunFolder,
    config: Config,
    plan: TrainingPlan,
    opened: Sequence[Opened],
    stream: TrainingStream,
    model: Any,
    resume: bool,
) -> LoopResult:
    """Train, calibrate, write the model card."""
    views, per_epoch, steps = _length(config, run.config["data"])
    classes = model.classes
    if plan.init and not run.last.exists():
        start_from(plan.init, model)
    validate = Validation(model, config, classes, plan.data, opened)
    every = math.ceil(steps / max(config.validations, 1))
    options = LoopOptions(steps, per_epoch, config.batch_size, 20, every, plan.checkpoint_every)
    loop = TrainingLoop(run, model, stream, options, validate)
    if resume:
        loop.resume()
    _announce(run, config, classes, views, steps, loop.step)
    result = loop.fit()
    if not result.interrupted:
        calibrate(run, model, [(crops, no_tilt) for _, crops, no_tilt in validate.sets], classes)
        run.model_card.write_text(run_card(run, config, classes), encoding="utf-8")
    return result


def _length(config: Config, data: Sequence[Mapping[str, Any]]) -> tuple[int, float, int]:
    """Return the training views of all sources, steps in an epoch, and steps in all."""
    views = sum(item["views"] for item in data)
    per_epoch = max(views / config.batch_size, 1.0)
    return views, per_epoch, config.steps or max(round(config.epochs * per_epoch), 1)


def _seeded_model(config: Config, classes: Sequence[str], data: Sequence[Mapping[str, Any]], freeze: str) -> Any:
    """Return the network with first weights of the configuration's seed, ready to train; see `compiled_model`."""
    seed_everything(config.seed)
    return compiled_model(config, classes, _length(config, data)[2], freeze)


def _announce(run: RunFolder, config: Config, classes: Sequence[str], views: int, steps: int, step: int) -> None:
    """Say what is about to be trained."""
    begin = f"from step {step} " if step else ""
    text = f"{run.path}: {config.preset}, {views} views of {', '.join(classes)}, {begin}to step {steps}"
    console.print(text, markup=False, soft_wrap=True)


def compiled_model(config: Config, classes: Sequence[str], steps: int, freeze: str = "") -> Any:
    """Return the network with its optimiser, ready for ``steps`` steps.

    Raises:
        UserError: ``freeze`` names no layer, or all that could learn.
    """
    from render4cnn.model import build_model
    from render4cnn.transfer import freeze_layers

    model = build_model(config, classes)
    freeze_layers(model, freeze)
    model.compile(optimizer=optimiser(config, steps))
    return model


def optimiser(config: Config, steps: int) -> Any:
    """Return the optimiser of a configuration.

    Raises:
        ValueError: an unknown optimiser or schedule.
    """
    own = config.optimiser
    if own.schedule == "cosine":
        rate = optimisers.WarmupCosine(own.learning_rate, steps, round(own.warmup * steps))
    elif own.schedule == "steps":
        rate = optimisers.stepwise(own.learning_rate, own.decay_every)
    else:
        raise ValueError(f"unknown schedule {own.schedule!r}; expected cosine or steps")
    if own.name == "adamw":
        return optimisers.adamw(rate, own.weight_decay, own.clip_norm)
    if own.name == "sgd":
        return optimisers.sgd(rate, clip_norm=own.clip_norm)
    raise ValueError(f"unknown optimiser {own.name!r}; expected adamw or sgd")


class Validation:
    """Scores a few held-out views between epochs: ``val_loss``, ``val_acc_pi_6``, ``val_med_err_deg``, ...

    Args:
        model: the network in training.
        config: its configuration.
        classes: names.
        data: names of the sources.
        opened: the sources; those without views to validate on are left out.
    """

    def __init__(
        self, model: Any, config: Config, classes: Sequence[str], data: Sequence[DataSpec], opened: Sequence[Opened]
    ):
        self.model, self.config, self.classes = model, config, classes
        self.sets = list(_validation_sets(config, data, opened))

    def __call__(self) -> dict[str, float]:
        """Return the metrics; with several sources each one's too, named ``val_SOURCE_...``."""
        if not self.sets:
            return {}
        losses, errors = zip(*(self._score(crops, no_tilt) for _, crops, no_tilt in self.sets))
        counts = [len(each) for each in errors]
        all_together = _metrics(np.average(losses, weights=counts), np.concatenate(errors))
        metrics = {f"val_{key}": value for key, value in all_together.items()}
        for (name, _, _), loss, each in zip(self.sets, losses, errors) if len(self.sets) > 1 else ():
            metrics |= {f"val_{name}_{key}": value for key, value in _metrics(loss, each).items()}
        return metrics

    def _score(self, crops: Crops, no_tilt: bool) -> tuple[float, np.ndarray]:
        """Return the loss on one set, and the errors, degrees."""
        from vantage.metrics.viewpoint import rotation_errors_deg

        index = class_indices(crops.categories, self.classes)
        logits = forward(self.model, crops.images)
        labels = {name: crops.viewpoints[:, number].astype(np.float32) for number, name in enumerate(ANGLES)}
        loss = self.model.viewpoint_loss({**labels, "class_index": index, "fold": crops.folds}, logits)
        predicted = decode_viewpoints(distributions(logits, index), self.config.model.decode)
        if no_tilt:
            predicted[:, 2] = 0.0
        return float(loss), rotation_errors_deg(predicted, crops.viewpoints, crops.folds)


def _metrics(loss: float, errors: np.ndarray) -> dict[str, float]:
    """Return what is told of a loss and of errors [n], degrees."""
    means = {"loss": loss, "acc_pi_6": np.mean(errors < 30.0), "med_err_deg": np.median(errors)}
    return {name: float(value) for name, value in {**means, "mean_err_deg": np.mean(errors)}.items()}


def _validation_sets(
    config: Config, data: Sequence[DataSpec], opened: Sequence[Opened]
) -> Iterator[tuple[str, Crops, bool]]:
    """Yield name, crops and whether the labels lack tilt, for every source that has views to validate on."""
    for name, source in zip(source_names([item.spec for item in data]), opened):
        if source.validation is not None:
            crops = load_crops(source.validation, config.model.image_size)
            yield name, crops, not has_tilt(source.validation)
