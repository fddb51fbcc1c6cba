"""Image textures of the user's, laid on procedural shapes: which files there are, which surface gets which, and how.

A folder holds JPEG and PNG files. Those in a sub-folder that is called like a kind of material (`KINDS`) or of covering
in a scene (`COVERINGS`) go to such surfaces alone; all others go to any surface that has no folder of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from synth_data.models import Model, Surface
from synth_data.normals import face_normals
from vantage.errors import DataError, UserError

FORMATS = (".jpg", ".jpeg", ".png")

KINDS = {
    "leather": r"leather",
    "cloth": r"cloth|linen|pillow|soft top|shade|sail|fabric|wicker|curtain|interior|seat",
    "metal": r"metal|steel|chrome|brass|foil|rim|brake|mast|engine$|skid plate",
    "wood": r"wood|beech|ebony|mahogany|maple|oak|pine|walnut|^painted$|^deck$|crate",
    "rubber": r"rubber|tyre",
    "plastic": r"plastic|polymer|grille",
    "paper": r"paper|cover",
    "stone": r"stone|china|glaze|coal",
    "paint": r"paint|blade|cowl|crane|duct|hatch|lid|roof|unit|lifeboat|smokebox|underbody|underframe|seam",
}
"""Kinds of material, and what the names of their surfaces have in them; the first that fits is meant."""

COVERINGS = {
    "planks": "wood", "tiles": "stone", "bricks": "stone", "plaster": "", "wallpaper": "paper", "carpet": "cloth",
    "fabric": "cloth", "asphalt": "stone", "grass": "", "foliage": "", "bark": "wood", "paving": "stone",
    "concrete": "stone", "roof": "", "poster": "paper",
}  # fmt: skip
"""What rooms and streets are covered with (`synth_data.scenes.textures`), and of which kind it is."""

MAX_SIDE = 512
"""Larger images are made smaller (px)."""

MAX_FILES = 20_000
MAX_PIXELS = 2**26
PERIOD = (0.15, 0.5)
"""Smallest and largest size of an image on a shape, object units."""

_NEVER = re.compile(r"glass|lens|lamp|light|bulb|screen|picture|sign|indicator|reflector|licence plate|plate text|ink$"
                    r"|liquid|outlook", re.IGNORECASE)  # fmt: skip
_NO_COLOR = re.compile(
    r"[-_ .](normal(gl|dx)?|nor_(gl|dx)|nrm|rough(ness)?|disp(lacement)?|height|bump|ao|arm|mask|ambient_?occlusion|"
    r"metal(ness|lic)|opacity|specular|gloss(iness)?)([-_]\d+k)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TextureFile:
    """An image: the folder that says what it is for ("" for any surface), its path, and the sha256 of the file."""

    kind: str
    path: str
    sha256: str = ""


def list_textures(folder: str | Path) -> tuple[TextureFile, ...]:
    """Return the images of a folder and of the folders in it, by path; maps of normals, roughness and the like not.

    Raises:
        UserError: no such folder, or no image in it, or far too many.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"there is no folder of textures {folder}", "--textures DIR, of JPEG and PNG files")
    paths = sorted(path for path in folder.rglob("*") if _is_image(path.relative_to(folder)) and path.is_file())
    if not paths:
        raise UserError(f"{folder} holds no texture", f"files in {', '.join(FORMATS)}")
    if len(paths) > MAX_FILES:
        raise UserError(f"{folder} holds {len(paths)} textures", f"at most {MAX_FILES}")
    return tuple(TextureFile(_kind_of_file(path.relative_to(folder)), str(path)) for path in paths)


def _is_image(path: Path) -> bool:
    """Return whether a file is an image of colours, by its name."""
    hidden = any(word.startswith(".") for word in path.parts)
    return not hidden and path.suffix.lower() in FORMATS and not _NO_COLOR.search(path.stem)


def _kind_of_file(path: Path) -> str:
    """Return the name of the first folder on the way to a file that says what it is for, "" for none."""
    return next((word for word in map(str.lower, path.parts[:-1]) if word in KINDS or word in COVERINGS), "")


@lru_cache(maxsize=128)
def load_texture(path: str) -> np.ndarray:
    """Return an image as models hold it: uint8 RGBA [h, w, 4], display values, its sides at most `MAX_SIDE`.

    Raises:
        DataError: it cannot be read, or is very large.
    """
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DataError(f"{path} has {image.width} x {image.height} pixels", f"at most {MAX_PIXELS}")
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            picture = _eight_bits(image).convert("RGB")
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{path} cannot be read as a texture ({error})", "a JPEG or PNG file", "remove it") from error
    if max(picture.size) > MAX_SIDE:
        share = MAX_SIDE / max(picture.size)
        picture = picture.resize([max(1, round(side * share)) for side in picture.size], Image.Resampling.BOX)
    pixels = np.asarray(picture.convert("RGBA"))
    pixels.flags.writeable = False
    return pixels


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 8 bits; Pillow would cut the values of 16-bit grey."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))


def textured(model: Model, files: Sequence[TextureFile], seed: int) -> Model:
    """Return a procedural model with images on its surfaces, drawn from (seed, model).

    Glass, lamps, screens and the like stay as they are; so do surfaces for which there is no image. A surface that has
    an image already gets another in its place. The others are covered from the sides of a box, at a size that is drawn.

    Args:
        model: any; one without texture coordinates gets some.
        files: what there is; none: the model comes back.
        seed: of the set.
    """
    rng = np.random.default_rng([seed, *model.model_id.encode()])
    draws = rng.random((len(model.surfaces), 2))
    chosen = [_drawn(_choices(surface, files), which) for surface, which in zip(model.surfaces, draws[:, 0])]
    if not any(chosen):
        return model
    images = [load_texture(path) if path else _own(model, surface) for surface, path in zip(model.surfaces, chosen)]
    textures = list({id(image): image for image in images if image is not None}.values())
    numbers = {id(image): number for number, image in enumerate(textures)}
    plain = {"base_color": (1.0, 1.0, 1.0), "pattern": None}
    surfaces = [
        surface if image is None else replace(surface, texture=numbers[id(image)], **(plain if path else {}))
        for surface, image, path in zip(model.surfaces, images, chosen)
    ]
    uv = model.uv
    if uv is None:
        uv = _coordinates(model, PERIOD[0] * (PERIOD[1] / PERIOD[0]) ** draws[:, 1])
    return replace(model, surfaces=tuple(surfaces), textures=tuple(textures), uv=uv)


def _drawn(files: Sequence[TextureFile], share: float) -> str:
    """Return the path of the file at ``share`` of a list, "" where it is empty."""
    return files[int(share * len(files))].path if files else ""


def _own(model: Model, surface: Surface) -> np.ndarray | None:
    """Return the image that a surface has by itself."""
    return model.textures[surface.texture] if surface.texture >= 0 else None


def _choices(surface: Surface, files: Sequence[TextureFile]) -> list[TextureFile]:
    """Return the images that may lie on a surface."""
    if surface.emission > 0 or surface.alpha < 0.95 or _NEVER.search(surface.name):
        return []
    wanted = kinds_of(surface)
    own = next((found for kind in wanted if (found := [file for file in files if file.kind == kind])), None)
    return own or [file for file in files if not file.kind]


def kinds_of(surface: Surface) -> tuple[str, ...]:
    """Return the names of folders whose images suit a surface, best first."""
    name = surface.name.lower()
    if name in COVERINGS:
        return tuple(filter(None, (name, COVERINGS[name])))
    fitting = (kind for kind, words in KINDS.items() if re.search(words, name))
    kind = next(fitting, {"fabric": "cloth", "leather": "leather", "wood": "wood"}.get(surface.pattern or "", ""))
    return (kind,) if kind else ("metal",) if surface.metallic > 0.5 else ()


def box_coordinates(corners: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Return where the corners of triangles lie on images that are projected from the side that each faces.

    Walls of any direction have upright images, floors are seen from above, and neighbours match at their seams.

    Args:
        corners: [F, 3, 3], z up.
        normals: [F, 3] of the triangles.

    Returns:
        [F, 3, 2] across and upwards, in the units of ``corners``.
    """
    axis = np.abs(normals).argmax(axis=1)
    sign = np.where(np.take_along_axis(normals, axis[:, None], 1)[:, 0] < 0, -1.0, 1.0)
    across = np.choose(axis[:, None], [corners[..., 1], -corners[..., 0], corners[..., 0]])
    across = across * np.where(axis == 2, 1.0, sign)[:, None]
    upwards = np.where((axis == 2)[:, None], corners[..., 1] * sign[:, None], corners[..., 2])
    return np.stack([across, upwards], axis=-1)


def _coordinates(model: Model, periods: np.ndarray) -> np.ndarray:
    """Return texture coordinates of all triangles, float32 [F, 3, 2], for images as large as ``periods``."""
    corners = model.vertices[model.triangles]
    uv = box_coordinates(corners, face_normals(model.vertices, model.triangles))
    return (uv / periods[model.surface_of][:, None, None]).astype(np.float32)
