"""ObjectNet3D as released: ``objectnet3d:DIR``. The structs are those of PASCAL3D+, in one folder for all classes.

::

    Annotations/n02690373_1000.mat    Images/n02690373_1000.JPEG
    Image_sets/train.txt, val.txt, test.txt, classes.txt
    CAD/off/car/01.off ...            (read by `vantage.benchmarks.release_cad` alone)

Xiang et al., "ObjectNet3D: a large scale database for 3D object recognition", ECCV 2016.
"""

from __future__ import annotations

from pathlib import Path

from vantage.benchmarks.objects import ObjectViews
from vantage.benchmarks.options import SUBSETS, choice, choices, split_options
from vantage.benchmarks.releases import Shelf, check_release, check_split, labels_of, read_sets

SPLITS = {
    "train": ("train",),
    "val": ("val",),
    "test": ("test",),
    "trainval": ("train", "val"),
    "all": ("train", "val", "test"),
}
OPTIONS = ("subset", "categories")
SIGNS = ("Annotations", "Images", "Image_sets")


def open_objectnet3d(text: str, split: str = "train") -> ObjectViews:
    """Open the objects of one split (``train``, ``val``, ``test``, ``trainval``, ``all``) of ``DIR,option=value``.

    Options are ``subset`` (`vantage.benchmarks.options.SUBSETS`) and ``categories=car+bus``. Objects without a fine
    viewpoint are among the views (``viewpoint_kind``).

    Raises:
        DataError: a wrong path, a release that is not whole (listing what it lacks), files that cannot be read, an
            unknown split or option.
    """
    path, options = split_options(text, OPTIONS)
    subset = choice(options, "subset", SUBSETS, "all")
    check_split(split, SPLITS, "ObjectNet3D")
    root = Path(path)
    lists = [root / "Image_sets" / f"{part}.txt" for part in SPLITS[split]]
    sets = lists if (root / "Image_sets").is_dir() else [root / "Image_sets"]
    check_release(root, "ObjectNet3D", SIGNS, [root / "Annotations", root / "Images", *sets])
    shelf = Shelf(root / "Annotations", (root / "Images",), ".JPEG")
    labels = labels_of(root, shelf, list(read_sets(lists)), loose_fine=True)
    known = _classes(root) or sorted({label.category for label in labels})
    names = choices(options, "categories", known, "category")
    kept = [label for label in labels if label.category in names and label.belongs_to(subset)]
    return ObjectViews(root, kept, upright=False)


def _classes(root: Path) -> list[str]:
    """Return the classes that the release lists; none where the list is not there."""
    path = root / "Image_sets" / "classes.txt"
    return list(read_sets([path])) if path.is_file() else []
