"""Layouts of CAD collections, told from the path of each file: ShapeNetCore, ModelNet, or one folder per category.

| layout | file | up, front |
|---|---|---|
| ShapeNetCore v1 | ``SYNSET/MODEL/model.obj`` | +y, +x |
| ShapeNetCore v2 | ``SYNSET/MODEL/models/model_normalized.obj`` | +y, -z |
| ModelNet | ``CLASS/train/NAME.off``, ``CLASS/test/NAME.off`` | +z; no common front, -y is taken |
| plain | ``CATEGORY/...``, or files directly in the folder, which take its name | the format's |

PASCAL3D+'s ``CAD`` folder is a plain one of OFF files, in the frame that Vantage takes for its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYNSETS = {
    "02691156": "aeroplane", "02747177": "trash_bin", "02773838": "bag", "02801938": "basket",
    "02808440": "bathtub", "02818832": "bed", "02828884": "bench", "02843684": "birdhouse",
    "02871439": "bookcase", "02876657": "bottle", "02880940": "bowl", "02924116": "bus",
    "02933112": "cabinet", "02942699": "camera", "02946921": "can", "02954340": "cap",
    "02958343": "car", "02992529": "cellphone", "03001627": "chair", "03046257": "clock",
    "03085013": "keyboard", "03207941": "dishwasher", "03211117": "tvmonitor", "03261776": "earphone",
    "03325088": "faucet", "03337140": "file_cabinet", "03467517": "guitar", "03513137": "helmet",
    "03593526": "jar", "03624134": "knife", "03636649": "lamp", "03642806": "laptop",
    "03691459": "loudspeaker", "03710193": "mailbox", "03759954": "microphone", "03761084": "microwave",
    "03790512": "motorbike", "03797390": "mug", "03928116": "piano", "03938244": "pillow",
    "03948459": "pistol", "03991062": "flowerpot", "04004475": "printer", "04074963": "remote",
    "04090263": "rifle", "04099429": "rocket", "04225987": "skateboard", "04256520": "sofa",
    "04330267": "stove", "04379243": "table", "04401088": "telephone", "04460130": "tower",
    "04468005": "train", "04530566": "boat", "04554684": "washer",
}  # fmt: skip
"""The 55 synsets of ShapeNetCore -> category; PASCAL3D+'s and our own names where they have the class."""

SYNSETS_OF_V1 = {"02834778": "bicycle", "02858304": "boat"}
"""Two more that ShapeNetCore v1 has."""

SHAPENET_LICENCE = "ShapeNet terms of use (research, not commercial)"

_SYNSET = re.compile(r"\d{8}")
_SPLITS = ("train", "test")
_MODEL_FOLDERS = ("models", "model", "meshes", "mesh", "source", "scene", "obj")


@dataclass(frozen=True)
class Place:
    """What the place of a file tells.

    Attributes:
        category: class name.
        axes: (up, front), or None for those of the format.
        group: models of one group are the same; None where nothing is told.
        licence: of the collection, or "".
    """

    category: str
    axes: tuple[str, str] | None = None
    group: str | None = None
    licence: str = ""


def place_of(name: str, folder: Path) -> Place:
    """Return what the path ``name`` (forward slashes) below ``folder`` tells of a file."""
    parts = (*folder.absolute().parts[-3:], *name.split("/"))
    return _shapenet(parts) or _modelnet(parts) or Place(_plain(name, folder))


def texture_root(path: Path) -> Path:
    """Return the folder that the textures of a lone file may lie in: its own, or the one above ``models`` and such."""
    parent = path.absolute().parent
    return parent.parent if parent.name.lower() in _MODEL_FOLDERS else parent


def _shapenet(parts: Sequence[str]) -> Place | None:
    """Return the place in ShapeNetCore v1 or v2, or None; the same model may stand under two synsets."""
    first = len(parts) >= 3 and parts[-1] == "model.obj"
    second = len(parts) >= 4 and tuple(parts[-2:]) == ("models", "model_normalized.obj")
    synset = parts[-3] if first else parts[-4] if second else ""
    if not _SYNSET.fullmatch(synset):
        return None
    category = {**SYNSETS, **SYNSETS_OF_V1}.get(synset, synset)
    axes = ("+y", "+x") if first else ("+y", "-z")
    return Place(category, axes, f"shapenet:{parts[-2 if first else -3]}", SHAPENET_LICENCE)


def _modelnet(parts: Sequence[str]) -> Place | None:
    if len(parts) < 3 or parts[-2] not in _SPLITS or not parts[-1].lower().endswith(".off"):
        return None
    return Place(parts[-3], ("+z", "-y"))


def _plain(name: str, folder: Path) -> str:
    first, slash, _ = name.partition("/")
    return first if slash else folder.resolve().name
