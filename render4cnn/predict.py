"""Tell the viewpoint of objects in images: ``Predictor`` for code, ``predict_command`` for the command line.

predictor = Predictor.load()                      # the shipped weights, or Predictor.load("RUN")
(prediction,) = predictor.predict([image], "car")  # uint8 RGB, a crop around one car
prediction.viewpoint, prediction.rotation
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from render4cnn.config import ANGLES
from render4cnn.data import crop_of
from render4cnn.decoding import average_with_mirror, decode_viewpoints, signed, softmax
from render4cnn.evaluate import Trained, find_run, forward, load_trained, read_settings
from vantage.choices import nearest
from vantage.errors import UserError
from vantage.geometry.viewpoints import camera_from_object_rotation

if TYPE_CHECKING:
    from render4cnn.commands import Predict

CONFIDENCE_WINDOW = 15.0
"""Degrees on each side of the azimuth within which probability counts as confidence."""


@dataclass(frozen=True)
class Prediction:
    """The viewpoint of one object.

    Args:
        category: its class.
        category_given: the caller named it; otherwise the network's surest class is told, a guess.
        viewpoint: [3] azimuth in [0, 360), elevation in [-90, 90], tilt in (-180, 180], degrees.
        rotation: camera_from_object [3, 3], OpenCV camera axes.
        probabilities: angle -> [bins]; bin i is centred at i * 360 / bins degrees.
        confidence: probability that the azimuth is within 15 degrees of the one told, by the network's own account.
    """

    category: str
    category_given: bool
    viewpoint: np.ndarray
    rotation: np.ndarray
    probabilities: dict[str, np.ndarray]
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """Return plain values: angles named, the matrix named by both ends, every bin with its centre."""
        return {
            "category": self.category,
            "category_given": self.category_given,
            "viewpoint": {name: round(float(angle), 3) + 0.0 for name, angle in zip(ANGLES, self.viewpoint)},
            "camera_from_object_rotation": np.round(self.rotation, 6).tolist(),
            "confidence": round(self.confidence, 4),
            "probabilities": {name: _bins_json(name, self.probabilities[name]) for name in ANGLES},
        }

    def caption(self) -> str:
        """Return one line for people."""
        azimuth, *others = (round(float(angle)) for angle in self.viewpoint)
        angles = ", ".join(f"{name} {angle}°" for name, angle in zip(ANGLES, (azimuth % 360, *others)))
        return f"{self.category}: {angles}"


def bin_centres(name: str, bins: int) -> np.ndarray:
    """Return the bins' centres in degrees [bins]: azimuth in [0, 360), elevation and tilt in (-180, 180]."""
    centres = np.arange(bins) * (360.0 / bins)
    return centres if name == "azimuth" else signed(centres)


def _bins_json(name: str, probabilities: np.ndarray) -> dict[str, list[float]]:
    """Return centres and probabilities, ascending by centre."""
    centres = bin_centres(name, len(probabilities))
    order = np.argsort(centres)
    return {
        "bin_centres_deg": np.round(centres[order], 4).tolist(),
        "probability": np.round(probabilities[order].astype(float), 6).tolist(),
    }


def confidence(probabilities: np.ndarray, azimuth: float) -> float:
    """Return the probability of the azimuth bins within 15 degrees of ``azimuth``."""
    distance = np.abs(signed(bin_centres("azimuth", len(probabilities)) - azimuth))
    return float(min(1.0, probabilities[distance <= CONFIDENCE_WINDOW + 1e-6].sum()))


class Predictor:
    """A trained network, ready for images.

    Args:
        trained: see ``load_trained``.
        flip: average with the mirror image, as ``vantage evaluate`` does.
    """

    def __init__(self, trained: Trained, flip: bool = True):
        self.trained, self.flip = trained, flip

    @classmethod
    def load(cls, run: str | Path | None = None) -> Predictor:
        """Open a run folder, or the shipped weights without one.

        Raises:
            RunError: the run is missing, broken, or of another version.
        """
        return cls(load_trained(run))

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it knows."""
        return self.trained.classes

    @property
    def source(self) -> dict[str, Any]:
        """Where the weights come from, as plain values."""
        run = self.trained.run
        return {"run": str(run.path), "preset": self.trained.config.preset, "classes": list(self.classes)}

    def crop(self, image: np.ndarray, box: Sequence[float] | None = None) -> np.ndarray:
        """Return what the network sees of an image: uint8 [S, S, 3].

        Args:
            image: uint8 RGB [h, w, 3].
            box: x0, y0, x1, y1 px of the object; the whole image without it.
        """
        height, width = image.shape[:2]
        bbox = np.array([0, 0, width, height] if box is None else box, np.float32)
        opaque = np.full((height, width, 1), 255, np.uint8)
        pixels = np.concatenate([image[..., :3], opaque], axis=-1)
        unknown = {"viewpoint": np.zeros(4, np.float32), "category": "", "index": 0}
        view = {"image": pixels, "bbox": bbox, "real": True, **unknown}
        return crop_of(view, self.trained.config.model.image_size)

    def predict(
        self, images: Sequence[np.ndarray], category: str | None = None, boxes: Sequence | None = None
    ) -> list[Prediction]:
        """Return the viewpoint of the object in each image.

        Args:
            images: uint8 RGB, of any sizes.
            category: class of all of them; without it the surest class is taken where the network knows several.
            boxes: one per image, or None.

        Raises:
            UserError: an unknown class.
        """
        boxes = [None] * len(images) if boxes is None else boxes
        return self.predict_crops([self.crop(image, box) for image, box in zip(images, boxes)], category)

    def predict_crops(self, crops: Sequence[np.ndarray], category: str | None = None) -> list[Prediction]:
        """Return the viewpoint for each crop uint8 [S, S, 3]; see ``predict``."""
        check_category(category, self.classes)
        if not len(crops):
            return []
        probabilities = self._probabilities(np.stack(crops))
        if category is not None:
            chosen = np.full(len(crops), self.classes.index(category))
        else:
            chosen = surest_class(probabilities)
        own = {name: value[np.arange(len(crops)), chosen] for name, value in probabilities.items()}
        viewpoints = decode_viewpoints(own, self.trained.config.model.decode)
        given = category is not None or len(self.classes) == 1
        return [
            self._prediction(chosen[i], given, viewpoints[i], {n: v[i] for n, v in own.items()})
            for i in range(len(crops))
        ]

    def _probabilities(self, crops: np.ndarray) -> dict[str, np.ndarray]:
        """Return angle -> [n, classes, bins], each class's bins adding up to 1."""
        straight = {name: softmax(value) for name, value in forward(self.trained.model, crops).items()}
        if not self.flip:
            return straight
        mirror = {name: softmax(value) for name, value in forward(self.trained.model, crops[:, :, ::-1]).items()}
        return {name: average_with_mirror(straight[name], mirror[name], name) for name in ANGLES}

    def _prediction(self, number: int, given: bool, viewpoint: np.ndarray, own: dict[str, np.ndarray]) -> Prediction:
        """Put together what is told about one image."""
        rotation = camera_from_object_rotation(*viewpoint)
        sure = confidence(own["azimuth"], float(viewpoint[0]))
        return Prediction(self.classes[int(number)], given, viewpoint, rotation, own, sure)


def check_category(category: str | None, classes: Sequence[str]) -> None:
    """Refuse a class that a network does not know.

    Raises:
        UserError: naming those it knows.
    """
    if category is not None and category not in classes:
        raise UserError(f"unknown category {category!r}{nearest(category, classes)}", f"one of {', '.join(classes)}")


def surest_class(probabilities: dict[str, np.ndarray]) -> np.ndarray:
    """Return the class whose three distributions have the least entropy together: int [n].

    The loss never compares classes (it is taken within the true class), so this is a guess and no classification.

    Args:
        probabilities: angle -> [n, classes, bins].
    """
    entropy = sum(
        -(p * np.log(np.maximum(p, 1e-12))).sum(axis=-1) / np.log(p.shape[-1]) for p in probabilities.values()
    )
    return np.argmin(entropy, axis=-1)


def predict_command(args: Predict) -> int:
    """Run ``vantage predict render4cnn`` and return its exit status."""
    from render4cnn.predict_files import Request, cad_renderer, parse_box, predict_files

    box = parse_box(args.box) if args.box else None
    render = cad_renderer(Path(args.cad) if args.cad else None) if args.render else None
    request = Request([Path(path) for path in args.images], Path(args.out), args.category, box, render)
    request.check()
    _, classes = read_settings(find_run(args.run_folder))
    check_category(args.category, classes)
    return predict_files(request, Predictor(load_trained(args.run_folder), args.flip))
