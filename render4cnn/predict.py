"""Tell the viewpoint of objects in images.

predictor = Predictor.load()                                # the shipped weights, or Predictor.load("RUN")
predictions = predictor.predict(["a.jpg", pixels], "car")   # crops around one car each: files, or uint8 RGB arrays
cars = predictor.predict_boxes("street.jpg", boxes, "car")  # a whole photograph and x0, y0, x1, y1 of its cars, px

Each prediction has ``viewpoint`` (azimuth, elevation, tilt in degrees), ``rotation``, ``confidence`` and
``probabilities``. Nothing here draws: see ``render4cnn.pictures``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.confidence import confidence_within
from render4cnn.config import ANGLES, CATEGORY
from render4cnn.crops import Box, ImageLike, crop_photo, open_image
from render4cnn.decoding import decode_viewpoints, distributions, mirror_average, softmax
from render4cnn.evaluate import Trained, load_trained
from render4cnn.prediction import Prediction
from render4cnn.runs import check_category
from render4cnn.serving import BATCH, Forward, make_forward
from render4cnn.streaming import Job, predict_stream
from vantage.errors import UserError
from vantage.geometry.viewpoints import camera_from_object_rotation
from vantage.records.photos import OpenPhoto


class Predictor:
    """A trained network, ready for images.

    Args:
        trained: see ``load_trained``.
        flip: average with the mirror image, as ``vantage evaluate`` does: a little better, and twice the work.
    """

    def __init__(self, trained: Trained, flip: bool = False):
        self.trained, self.flip = trained, flip

    @classmethod
    def load(cls, run: str | Path | None = None, flip: bool = False) -> Predictor:
        """Open a run folder, or the shipped weights without one.

        Raises:
            RunError: the run is missing, broken, or of another version.
        """
        return cls(load_trained(run), flip)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it knows."""
        return self.trained.classes

    @property
    def source(self) -> dict[str, Any]:
        """Where the weights come from, as plain values."""
        run = self.trained.run
        return {"run": str(run.path), "preset": self.trained.config.preset, "classes": list(self.classes)}

    @property
    def image_size(self) -> int:
        """Side of the crops that the network sees, px."""
        return self.trained.config.model.image_size

    @cached_property
    def _forward(self) -> Forward:
        """The compiled network."""
        return make_forward(self.trained.model)

    def crop(self, image: ImageLike, box: Box | None = None) -> np.ndarray:
        """Return what the network sees of an image: uint8 [S, S, 3].

        Args:
            image: a file, pixels, or a PIL image.
            box: x0, y0, x1, y1 px of the object; the whole image without it.

        Raises:
            ImageError: an image that cannot be used, or a box that holds nothing of it.
        """
        return crop_photo(self.open(image, [box]), box, self.image_size)

    def open(self, image: ImageLike, boxes: Sequence[Box | None] = (None,)) -> OpenPhoto:
        """Decode an image as far as crops of ``boxes`` need it.

        Raises:
            ImageError: an image that cannot be used.
        """
        return open_image(image, boxes, self.image_size)

    def predict(
        self, images: Sequence[ImageLike], category: str | None = None, boxes: Sequence[Box | None] | None = None
    ) -> list[Prediction]:
        """Return the viewpoint of the object in each image.

        Args:
            images: files, uint8 RGB arrays or PIL images, of any sizes.
            category: class of all of them; without it the surest class is taken where the network knows several.
            boxes: x0, y0, x1, y1 px of the object, or None for the whole image; one for each image.

        Raises:
            UserError: an unknown class, another number of boxes than of images, an image or a box that cannot be used.
        """
        boxes = [None] * len(images) if boxes is None else boxes
        if len(boxes) != len(images):
            raise UserError(f"{len(boxes)} boxes for {len(images)} images", "one for each; see predict_boxes for more")
        check_category(category, self.classes)
        jobs = (Job(image, (box,), (category,)) for image, box in zip(images, boxes))
        return [found for done in predict_stream(self, jobs) for found in done.predictions()]

    def predict_boxes(self, image: ImageLike, boxes: Sequence[Box], category: str | None = None) -> list[Prediction]:
        """Return the viewpoint of each object in one whole photograph.

        Args:
            image: a file, uint8 RGB pixels, or a PIL image.
            boxes: x0, y0, x1, y1 px of each object.
            category: class of all of them; without it the surest.

        Raises:
            UserError: an unknown class, an image or a box that cannot be used.
        """
        check_category(category, self.classes)
        photo = self.open(image, boxes)
        return self.predict_crops([crop_photo(photo, box, self.image_size) for box in boxes], category)

    def predict_crops(
        self, crops: Sequence[np.ndarray], category: str | Sequence[str | None] | None = None
    ) -> list[Prediction]:
        """Return the viewpoint for each crop uint8 [S, S, 3]; see ``predict``. ``category`` may name one for each."""
        each = [category] * len(crops) if category is None or isinstance(category, str) else list(category)
        for name in set(each):
            check_category(name, self.classes)
        starts = range(0, len(crops), BATCH)
        return [one for at in starts for one in self._batch(np.stack(crops[at : at + BATCH]), each[at : at + BATCH])]

    def _batch(self, crops: np.ndarray, categories: Sequence[str | None]) -> Iterator[Prediction]:
        """Yield the predictions of one batch."""
        known = np.array([-1 if name is None else self.classes.index(name) for name in categories])
        own, chosen = self._distributions(crops, known)
        viewpoints = decode_viewpoints(own, self.trained.config.model.decode)
        rotations = camera_from_object_rotation(*viewpoints.T)
        sure = confidence_within(own, viewpoints)
        for i, number in enumerate(chosen.tolist()):
            given = bool(known[i] >= 0 or len(self.classes) == 1)
            bins = {name: own[name][i] for name in ANGLES}
            yield Prediction(self.classes[number], given, viewpoints[i], rotations[i], bins, float(sure[i]))

    def _distributions(self, crops: np.ndarray, known: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return what is said of each crop's class, and that class [n]; ``known`` has -1 where it is open."""
        told = [self._forward(crops)]
        if self.flip:
            told.append(self._forward(np.ascontiguousarray(crops[:, :, ::-1])))
        chosen = known if (known >= 0).all() else np.where(known >= 0, known, told_class(told))
        own = [distributions(outputs, chosen) for outputs in told]
        return (mirror_average(*own) if self.flip else own[0]), chosen


def told_class(outputs: Sequence[dict[str, np.ndarray]]) -> np.ndarray:
    """Return the class that a network tells: int [n].

    Without a head for classes it is the one whose three distributions have the least entropy together: the loss never
    compares classes then (it is taken within the true class), so this is a guess and no classification.

    Args:
        outputs: the network's for the images, and for their mirror images if these count too.
    """
    if CATEGORY in outputs[0]:
        return np.argmax(sum(softmax(values[CATEGORY]) for values in outputs), axis=-1)
    return np.argmin(sum(_entropy(values) for values in outputs), axis=-1)


def _entropy(outputs: dict[str, np.ndarray]) -> np.ndarray:
    """Return the entropy of each class's distributions, [n, classes], each as a share of the largest there is."""
    angles = (softmax(outputs[name]) for name in ANGLES)
    return sum(-(p * np.log(np.maximum(p, 1e-12))).sum(axis=-1) / np.log(p.shape[-1]) for p in angles)
