"""Which pictures of a glTF file's base colours cannot be used, and why: trimesh leaves them out without a word."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from synth_data.cad.gltf_json import Json, entry_of, listed, object_of
from synth_data.cad.gltf_scenes import gltf_scene, uri_bytes, view_bytes
from synth_data.cad.textures import Beside, open_picture

_KTX = (b"\xabKTX 20\xbb", b"\xabKTX 11\xbb")
_GLOSSY = "KHR_materials_pbrSpecularGlossiness"
_WEBP = "EXT_texture_webp"


def picture_notes(path: Path, beside: Beside) -> tuple[str, ...]:
    """Return a note for each base-colour picture that cannot be read; one that is missing is noted by ``beside``.

    Args:
        path: of a glTF or GLB file.
        beside: finds the files that it names.
    """
    scene = gltf_scene(path)
    if not isinstance(scene, dict):
        return ()
    notes = []
    looked_at = cache(lambda number: _unusable(path, scene, entry_of(scene, "textures", number), beside))
    for material in listed(scene, "materials"):
        for number in _textures(material):
            image, why = looked_at(number if isinstance(number, int) else None)
            if why:
                name = _name(image, str(material.get("name") or "unnamed"))
                notes.append(f"{name} {why}; its colour is plain")
    return tuple(dict.fromkeys(notes))


def _textures(material: Json) -> Iterator[Any]:
    """Yield the numbers of the textures that a material's base colour comes from."""
    extensions = object_of(material, "extensions")
    for owner, name in (
        (object_of(material, "pbrMetallicRoughness"), "baseColorTexture"),
        (object_of(extensions, _GLOSSY), "diffuseTexture"),
    ):
        if name in owner:
            yield object_of(owner, name).get("index")


def _unusable(path: Path, scene: Json, texture: Json, beside: Beside) -> tuple[Json, str]:
    """Return the image of a texture, and why it cannot be used, "" where it can."""
    extensions = object_of(texture, "extensions")
    number = object_of(extensions, _WEBP).get("source", texture.get("source"))
    told = number is not None
    if not told:  # only in a format that an extension adds
        number = next((object_of(extensions, name).get("source") for name in extensions), None)
    image = entry_of(scene, "images", number)
    if not image:
        return image, "names no picture"
    content = _content(path, scene, image, beside)
    if content is None:
        return image, ""
    if content.startswith(_KTX) or image.get("mimeType") == "image/ktx2":
        return image, "is KTX2, which is not read (PNG, JPEG and WebP are)"
    if not told:
        return image, f"needs {next(iter(extensions))}, which is not read"
    return image, "" if open_picture(content) else "is damaged, or in a format that is not read"


def _content(path: Path, scene: Json, image: Json, beside: Beside) -> bytes | None:
    """Return the bytes of an image, b"" where there are none, None where its file is missing (and noted)."""
    missing = []

    def read(name: str) -> bytes:
        place = beside.find(name)
        if place is None:
            missing.append(name)
            return b""
        return place.read_bytes()

    if "uri" in image:
        content = uri_bytes(str(image["uri"]), read)
    else:
        content = view_bytes(path, scene, image.get("bufferView"), read)
    return None if missing else content


def _name(image: Json, material: str) -> str:
    """Return what a picture is called: its file, or the material that it is on."""
    uri = str(image.get("uri") or "data:")
    if uri.startswith("data:"):
        return f"the texture of {material[:80]}"
    return f"texture {PurePosixPath(unquote(uri)).name[:80]} of {material[:80]}"
