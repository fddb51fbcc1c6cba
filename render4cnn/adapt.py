"""Adaptation to photographs without labels: pseudo-labels that agree over views of a photograph, in rounds.

Each round asks the network for the viewpoint of every photograph, several times: of the crop and of narrower ones, and
of their mirror images. Photographs of which it says the same each time, with confidence, join the training under what
it says (Lee, "Pseudo-label", ICML workshop 2013); strong augmentation then makes the network say it of harder pictures
too, as in FixMatch (Sohn et al. 2020). What is kept is chosen within sectors of the told azimuth, so that views which
the network is sure of (fronts, mostly) do not crowd out the others (class-balanced self-training, Zou et al. 2018).
The photographs' own labels, if there are any, are never read.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.config import Config, replace
from render4cnn.data import DataSpec, class_indices, crop_of
from render4cnn.decoding import decode_viewpoints, distributions, mirror_average, signed
from render4cnn.evaluate import Trained, decode, forward, load_trained
from render4cnn.runs import find_run, read_settings
from render4cnn.train import TrainingPlan, resume, start
from vantage.benchmarks import open_views
from vantage.benchmarks.pseudo import PseudoLabel, write_pseudo_labels
from vantage.console import console, progress, write_json
from vantage.errors import DataError, RunError
from vantage.records.photos import find_photos
from vantage.records.sources import label_of
from vantage.training.configs import to_plain
from vantage.training.loop import LoopResult

CROPS = ((0.0, 0.0, 0.0, 0.0), (0.08, 0.04, 0.0, 0.04), (0.0, 0.04, 0.08, 0.04))
"""The views of a photograph: how much of its box is cut off on the left, top, right and bottom."""

PLAN = "plan.json"
"""What is done, beside the rounds."""

CHUNK = 256
"""Photographs that are in memory at a time."""

SECTORS = 12
"""Sectors of azimuth within which the surest are chosen."""

SHARES = (0.5, 0.9)
"""Share of each sector that is kept in the first round and in the last."""

AGREEMENT_DEG = 40.0
"""The azimuths that views of one photograph tell must lie this close to their mean."""


@dataclass(frozen=True)
class AdaptPlan:
    """What to adapt, to what.

    Args:
        run: run folder or shipped weights to begin with.
        data: labelled sources that stay in the training, such as the renders it began with.
        unlabelled: photographs, as for ``--data``.
        split: of the photographs.
        rounds: how often pseudo-labels are made anew.
        share: of the training views, how many are photographs.
        backgrounds: folder of photographs to paste renders on.
    """

    run: str
    data: tuple[DataSpec, ...]
    unlabelled: str
    split: str = "train"
    rounds: int = 3
    share: float = 0.5
    backgrounds: str | None = None


def adapt(out: str | Path, config: Config, plan: AdaptPlan) -> LoopResult:
    """Run all rounds, each into ``out/round-N``, a run folder; finished rounds and begun ones are gone on with.

    Args:
        out: folder of the rounds.
        config: of each round; its network must be that of ``plan.run``.
        plan: see :class:`AdaptPlan`.

    Returns:
        how the last round ended, or the one that was interrupted.

    Raises:
        RunError: ``out`` holds rounds of another plan, or the run cannot be read.
        DataError: photographs that cannot be read, of a class that the weights do not know, or none that is sure.
    """
    theirs, classes = read_settings(find_run(plan.run))
    config = replace(config, model=theirs.model)
    source, before, result = _open(plan), plan.run, None
    check_classes(source, classes)
    _note_plan(Path(out) / PLAN, config, plan)
    for number in range(1, plan.rounds + 1):
        folder, labels = Path(out) / f"round-{number}", Path(out) / f"pseudo-labels-{number}.json"
        if (folder / "config.json").exists():
            result = resume(folder)
        else:
            if not labels.exists():
                with _nothing_in_the_way(Path(out)):
                    _label(labels, load_trained(before), source, plan, number)
            result = start(folder, replace(config, seed=config.seed + number - 1), _training(plan, before, labels))
        if result.interrupted:
            return result
        before = str(folder)
    return result


def _open(plan: AdaptPlan) -> Any:
    """Return the photographs, once all else that a plan names can be read: to tell them takes minutes."""
    source = open_views(plan.unlabelled, plan.split)
    for item in plan.data:
        open_views(item.spec, "train")
    if plan.backgrounds:
        find_photos(plan.backgrounds)
    return source


def _note_plan(path: Path, config: Config, plan: AdaptPlan) -> None:
    """Write what is done where it is new; refuse another plan in the same folder."""
    noted = json.loads(json.dumps({"plan": dataclasses.asdict(plan), "config": to_plain(config)}))
    if path.exists():
        if json.loads(path.read_text(encoding="utf-8")) != noted:
            raise RunError(
                f"--out {path.parent} holds another adaptation", "the options it began with, or a new folder"
            )
        return
    if path.parent.is_dir() and any(path.parent.iterdir()):
        raise RunError(f"--out {path.parent} is not empty", "a new folder", "choose another --out")
    write_json(str(path), noted)


@contextmanager
def _nothing_in_the_way(folder: Path) -> Iterator[None]:
    """Leave no plan without a round where the photographs are of no use, so that the corrected command can begin."""
    try:
        yield
    except DataError:
        if [path.name for path in folder.iterdir()] == [PLAN]:
            (folder / PLAN).unlink()
            folder.rmdir()
        raise


def _training(plan: AdaptPlan, before: str, labels: Path) -> TrainingPlan:
    """Return the training of one round: the labelled sources, and the photographs with what was told of them."""
    weights = [item.weight or 1.0 for item in plan.data]
    rest = (1 - plan.share) / max(sum(weights), 1e-9)
    data = [DataSpec(item.spec, rest * weight, item.limit) for item, weight in zip(plan.data, weights)]
    data.append(DataSpec(f"pseudo:{labels}", plan.share if data else 1.0))
    return TrainingPlan(tuple(data), before, plan.backgrounds)


def _label(path: Path, trained: Trained, source: Any, plan: AdaptPlan, number: int) -> None:
    """Tell the photographs' viewpoints, and write those that are chosen."""
    told = tell_views(trained, source)
    progressed = (number - 1) / max(plan.rounds - 1, 1)
    chosen = choose(told, SHARES[0] + progressed * (SHARES[1] - SHARES[0]))
    if not len(chosen):
        found = f"the network is sure of none of the {len(source)} photographs of {plan.unlabelled}"
        raise DataError(found, "some that it says the same of each time", "train longer before adapting")
    text = f"round {number}: {len(chosen)} of {len(source)} photographs are used"
    console.print(text, markup=False, soft_wrap=True)
    rows = [PseudoLabel(int(i), *map(float, told.viewpoints[i]), float(told.confidence[i])) for i in chosen]
    write_pseudo_labels(path, plan.unlabelled, plan.split, rows)


@dataclass(frozen=True)
class ToldViews:
    """What a network says of photographs, over several crops of each.

    Args:
        viewpoints: [n, 3] azimuth, elevation, tilt of the mean distribution, degrees.
        confidence: [n] probability of an error below 30 degrees.
        spread: [n] largest distance of a single crop's azimuth from that of the mean, degrees.
    """

    viewpoints: np.ndarray
    confidence: np.ndarray
    spread: np.ndarray


def tell_views(trained: Trained, source: Any) -> ToldViews:
    """Return what a network says of every view of a source; its labels but the class are not looked at.

    Raises:
        DataError: a class that the weights do not know.
    """
    index = check_classes(source, trained.classes)
    parts = []
    with progress(len(source), "telling viewpoints", "photographs") as bar:
        for begin in range(0, len(source), CHUNK):
            views = [source[number] for number in range(begin, min(begin + CHUNK, len(source)))]
            parts.append(_tell_chunk(trained, views, index[begin : begin + CHUNK]))
            bar.advance(len(views))
    return ToldViews(*(np.concatenate(column) for column in zip(*parts)))


def check_classes(source: Any, classes: Sequence[str]) -> np.ndarray:
    """Return the number of each view's class: int32 [n].

    Raises:
        DataError: one that is not among ``classes``, by name.
    """
    return class_indices([str(label_of(source, number)["category"]) for number in range(len(source))], classes)


def _tell_chunk(trained: Trained, views: Sequence[Any], index: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return viewpoints, confidence and spread of some views."""
    size, every, azimuths = trained.config.model.image_size, [], []
    for cut in CROPS:
        crops = np.stack([crop_of(narrowed(view, cut), size) for view in views])
        straight = distributions(forward(trained.model, crops), index)
        mirror = distributions(forward(trained.model, crops[:, :, ::-1]), index)
        every.append(mirror_average(straight, mirror))
        for single in (straight, mirror):
            azimuth = decode_viewpoints(single, trained.config.model.decode)[:, 0]
            azimuths.append(azimuth if single is straight else -azimuth)
    mean = {name: np.mean([one[name] for one in every], axis=0) for name in every[0]}
    told = decode(trained, mean, False, np.ones(len(views), int))
    spread = np.abs(signed(np.stack(azimuths) - told.viewpoints[:, 0])).max(axis=0)
    return told.viewpoints, told.confidence, spread


def narrowed(view: Any, cut: Sequence[float]) -> Any:
    """Return a view whose box is smaller by these parts of its width and height: left, top, right, bottom."""
    x0, y0, x1, y1 = np.asarray(view["bbox"], np.float64)
    wide, tall = x1 - x0, y1 - y0
    box = (x0 + cut[0] * wide, y0 + cut[1] * tall, x1 - cut[2] * wide, y1 - cut[3] * tall)
    return {**view, "bbox": np.array(box, np.float32)}


def choose(told: ToldViews, share: float) -> np.ndarray:
    """Return the photographs that are used, in order: of those that agree, the surest ``share`` of each sector."""
    agree = told.spread <= AGREEMENT_DEG
    sector = np.rint(told.viewpoints[:, 0] / (360.0 / SECTORS)).astype(int) % SECTORS
    kept = []
    for number in range(SECTORS):
        own = np.flatnonzero(agree & (sector == number))
        count = int(np.ceil(share * (sector == number).sum()))
        kept.append(own[np.argsort(-told.confidence[own], kind="stable")][:count])
    return np.sort(np.concatenate(kept)).astype(int)
