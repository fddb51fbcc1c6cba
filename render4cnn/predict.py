"""Tell the viewpoint of objects in images: ``Predictor`` for code, ``predict_command`` for the command line.

predictor = Predictor.load()                                # the shipped weights, or Predictor.load("RUN")
predictions = predictor.predict(["a.jpg", pixels], "car")   # crops around one car each: files, or uint8 RGB arrays
cars = predictor.predict_boxes("street.jpg", boxes, "car")  # a whole photograph and x0, y0, x1, y1 of its cars, px

Each prediction has ``viewpoint`` (azimuth, elevation, tilt in degrees), ``rotation``, ``confidence`` and
``probabilities``. Nothing here draws: see ``render4cnn.pictures``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from render4cnn.confidence import confidence_within
from render4cnn.config import ANGLES, CATEGORY
from render4cnn.decoding import decode_viewpoints, distributions, mirror_average, signed, softmax
from render4cnn.evaluate import Trained, find_run, load_trained, read_settings
from render4cnn.serving import BATCH, Forward, make_forward
from vantage.choices import nearest
from vantage.errors import ImageError, UserError
from vantage.geometry.viewpoints import camera_from_object_rotation
from vantage.records.crops import box_crop
from vantage.records.photos import OpenPhoto, open_photo

if TYPE_CHECKING:
    from render4cnn.commands import Predict

Box = Sequence[float]
"""x0, y0, x1, y1, pixels of the whole photograph, upright."""

ImageLike = str | Path | np.ndarray | Image.Image
"""An image file, uint8 pixels [h, w, 3] in RGB ([h, w] in grey), or a PIL image."""

DETAIL = 2.0
"""A large JPEG is decoded smaller where every crop still has this many times the pixels that the network sees."""


@dataclass(frozen=True)
class Prediction:
    """The viewpoint of one object.

    Args:
        category: its class.
        category_given: the caller named it; otherwise the network told it, or guessed where it has no head for that.
        viewpoint: [3] azimuth in [0, 360), elevation in [-90, 90], tilt in (-180, 180], degrees.
        rotation: camera_from_object [3, 3], OpenCV camera axes.
        probabilities: angle -> [bins]; bin i is centred at i * 360 / bins degrees.
        confidence: probability that the rotation is within 30 degrees of the one told, by the network's own account.
    """

    category: str
    category_given: bool
    viewpoint: np.ndarray
    rotation: np.ndarray
    probabilities: dict[str, np.ndarray]
    confidence: float

    def as_json(self, probabilities: bool = True) -> dict[str, Any]:
        """Return plain values: angles named, the matrix named by both ends, if wanted every bin with its centre."""
        plain = {
            "category": self.category,
            "category_given": self.category_given,
            "viewpoint": {name: round(angle, 3) + 0.0 for name, angle in zip(ANGLES, self.viewpoint.tolist())},
            "camera_from_object_rotation": [[round(x, 6) + 0.0 for x in row] for row in self.rotation.tolist()],
            "confidence": round(self.confidence, 4),
        }
        bins = {name: _bins_json(name, self.probabilities[name]) for name in ANGLES} if probabilities else {}
        return {**plain, "probabilities": bins} if probabilities else plain

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
        if not isinstance(image, str | Path):
            pixels = as_picture(image)
            return OpenPhoto(pixels, pixels.size)
        sides = [min(box[2] - box[0], box[3] - box[1]) for box in boxes if box is not None]
        whole = any(box is None for box in boxes)
        return open_photo(image, DETAIL * self.image_size, min(sides) if sides and not whole else None)

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
        from render4cnn.streaming import Job, predict_stream

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


def as_picture(image: np.ndarray | Image.Image) -> Image.Image:
    """Return pixels as a PIL image in RGB; an alpha channel is dropped.

    Raises:
        ImageError: neither uint8 [h, w] nor uint8 [h, w, 3 or 4], or empty.
    """
    if isinstance(image, Image.Image):
        return image.convert("RGB")
    image = np.asarray(image)
    usable = image.dtype == np.uint8 and (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4)))
    if not usable or not image.size:
        raise ImageError(f"an image is {image.dtype} {list(image.shape)}", "uint8 pixels [h, w, 3], RGB")
    return Image.fromarray(image[..., :3] if image.ndim == 3 else image).convert("RGB")


def crop_photo(photo: OpenPhoto, box: Box | None, size: int, name: str = "the image") -> np.ndarray:
    """Return a box of a photograph, clamped to it and stretched to a square, as evaluation does: uint8 [S, S, 3].

    Raises:
        ImageError: the box holds nothing of the photograph.
    """
    inside = None if box is None else clamped(box, *photo.size, name)
    return np.asarray(box_crop(photo.box(inside), size, clamp=photo.image.size).cut(photo.image))


def clamped(box: Box, width: int, height: int, name: str = "the image") -> tuple[float, float, float, float]:
    """Return the part of ``box`` that is in an image, which ``name`` tells people.

    Raises:
        ImageError: less than a pixel is, or an edge is no number.
    """
    x0, y0, x1, y1 = max(0.0, box[0]), max(0.0, box[1]), min(float(width), box[2]), min(float(height), box[3])
    if not (x1 - x0 >= 1 and y1 - y0 >= 1 and np.isfinite([float(edge) for edge in box]).all()):
        edges = ",".join(f"{edge:g}" for edge in box)
        found = f"the box {edges} holds nothing of {name} ({width}x{height} pixels)"
        raise ImageError(found, "x0,y0,x1,y1 in pixels, from the upper left corner")
    return x0, y0, x1, y1


def check_category(category: str | None, classes: Sequence[str]) -> None:
    """Refuse a class that a network does not know.

    Raises:
        UserError: naming those it knows.
    """
    if category is not None and category not in classes:
        raise UserError(f"unknown category {category!r}{nearest(category, classes)}", f"one of {', '.join(classes)}")


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


def predict_command(args: Predict) -> int:
    """Run ``vantage predict render4cnn`` and return its exit status."""
    from render4cnn.pictures import cad_renderer
    from render4cnn.predict_files import Request, parse_box, predict_files
    from vantage.records.detections import read_detections

    problems: list[str] = []
    boxes = Path(args.boxes) if args.boxes else None
    category = None if args.category == "auto" else args.category
    request = Request(
        inputs=[Path(path) for path in args.images],
        out=Path(args.out),
        category=category,
        box=parse_box(args.box) if args.box else None,
        render=cad_renderer(Path(args.cad) if args.cad else None) if args.render else None,
        boxes=read_detections(boxes, args.annotations, need_category=False, skipped=problems) if boxes else None,
        boxes_file=boxes,
        problems=problems,
        every=args.every,
        draw={"auto": None, "yes": True, "no": False}[args.draw],
        probabilities=args.probabilities,
        resume=args.resume,
    )
    request.check()
    _, classes = read_settings(find_run(args.run_folder))
    check_category(category, classes)
    request.check(classes)
    return predict_files(request, Predictor(load_trained(args.run_folder), args.flip))
