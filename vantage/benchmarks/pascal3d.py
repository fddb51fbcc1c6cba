"""PASCAL3D+ as released (version 1.1): ``pascal3d:DIR``.

::

    Annotations/car_pascal/2008_000028.mat      Images/car_pascal/2008_000028.jpg
    Annotations/car_imagenet/n02814533_10.mat   Images/car_imagenet/n02814533_10.JPEG
    Image_sets/car_imagenet_train.txt, ..._val.txt
    PASCAL/VOCdevkit/VOC2012/ImageSets/Main/car_train.txt, car_val.txt     (and JPEGImages)
    CAD/car.mat, CAD/car/01.off ...             (read by `vantage.benchmarks.release_cad` alone)

Xiang, Mottaghi and Savarese, "Beyond PASCAL: a benchmark for 3D object detection in the wild", WACV 2014.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vantage.benchmarks.objects import ObjectViews
from vantage.benchmarks.options import SUBSETS, choice, choices, split_options
from vantage.benchmarks.releases import UNPACK, Shelf, check_release, check_split, labels_of, read_sets
from vantage.classes import PASCAL3D as CLASSES

SOURCES = ("pascal", "imagenet")
SPLITS = {"train": ("train",), "val": ("val",), "trainval": ("train", "val"), "all": ("train", "val")}
OPTIONS = ("subset", "source", "categories")
SIGNS = ("Annotations", "Images", "Image_sets", "PASCAL")
VOC = Path("PASCAL", "VOCdevkit", "VOC2012")
CHOOSE = f"{UNPACK}, or choose what is there with categories=car+bus and source=pascal"
SUFFIX = {"pascal": ".jpg", "imagenet": ".JPEG"}


def open_pascal3d(text: str, split: str = "train") -> ObjectViews:
    """Open the objects of one split (``train``, ``val``, ``trainval`` or ``all``) of ``DIR,option=value``.

    Options are ``subset`` (`vantage.benchmarks.options.SUBSETS`), ``source=pascal`` or ``imagenet`` (both without it)
    and ``categories=car+bus``. Objects without a fine viewpoint are among the views (``viewpoint_kind``).

    Raises:
        DataError: a wrong path, a release that is not whole (listing what it lacks), files that cannot be read, an
            unknown split or option.
    """
    path, options = split_options(text, OPTIONS)
    subset = choice(options, "subset", SUBSETS, "all")
    sources = choices(options, "source", SOURCES, "source")
    categories = choices(options, "categories", CLASSES, "category")
    check_split(split, SPLITS, "PASCAL3D+")
    root = Path(path)
    check_release(root, "PASCAL3D+", SIGNS, _needed(root, sources, categories, split), CHOOSE)
    labels = []
    for category in categories:
        for source in sources:
            named = read_sets(_set_files(root, category, source, split))
            there = {file.stem for file in (root / "Annotations" / f"{category}_{source}").iterdir()}
            stems = [stem for stem, flag in named.items() if flag > 0 or (flag == 0 and stem in there)]
            labels += labels_of(root, _shelf(root, category, source), stems, loose_fine=False)
    return ObjectViews(root, [label for label in labels if label.belongs_to(subset)], upright=False)


def _shelf(root: Path, category: str, source: str) -> Shelf:
    name = f"{category}_{source}"
    images = (root / "Images" / name, *([root / VOC / "JPEGImages"] if source == "pascal" else ()))
    return Shelf(root / "Annotations" / name, images, SUFFIX[source], category, f"{name}/")


def _set_files(root: Path, category: str, source: str, split: str) -> list[Path]:
    """Return the lists of the photographs of a split."""
    if source == "pascal":
        return [root / VOC / "ImageSets" / "Main" / f"{category}_{part}.txt" for part in SPLITS[split]]
    return [root / "Image_sets" / f"{category}_imagenet_{part}.txt" for part in SPLITS[split]]


def _needed(root: Path, sources: tuple[str, ...], categories: tuple[str, ...], split: str) -> Iterator[Path]:
    """Yield what has to be there, the largest parts first."""
    shelves = [(_shelf(root, category, source), category, source) for source in sources for category in categories]
    yield from (root / name for name in ("Annotations", "Images") if not (root / name).is_dir())
    if "imagenet" in sources and not (root / "Image_sets").is_dir():
        yield root / "Image_sets"
    if "pascal" in sources and not (root / VOC / "ImageSets").is_dir():
        yield root / VOC / "ImageSets"
    for shelf, category, source in shelves:
        if shelf.annotations.parent.is_dir():
            yield shelf.annotations
        if (root / "Images").is_dir() and not any(folder.is_dir() for folder in shelf.images):
            yield shelf.images[0]
        yield from (path for path in _set_files(root, category, source, split) if path.parent.is_dir())
