"""COLMAP's text files: cameras.txt, images.txt, points3D.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vantage.console import atomic_write
from vantage.errors import DataError
from vantage.records.scenes.colmap_model import ColmapCamera, ColmapImage, ColmapModel, kind_of

CAMERAS, IMAGES, POINTS = "cameras.txt", "images.txt", "points3D.txt"


def read_text(folder: Path) -> ColmapModel:
    """Return the model in a folder of text files.

    Raises:
        DataError: a line that is not as COLMAP writes it, with its number; a camera model that is not read.
    """
    cameras = dict(_parsed(folder / CAMERAS, _lines(folder / CAMERAS), _camera))
    images = tuple(_parsed(folder / IMAGES, _pairs(folder / IMAGES), _image))
    points = list(_parsed(folder / POINTS, _lines(folder / POINTS), _point))
    table = np.array(points, np.float64).reshape(-1, 8)
    ids = np.array([point[0] for point in points], np.int64)
    return ColmapModel(cameras, images, ids, table[:, 1:4], table[:, 4:7].astype(np.uint8), table[:, 7])


def write_text(folder: Path, model: ColmapModel) -> None:
    """Write a model as text into ``folder``; numbers read back exactly."""
    with atomic_write(folder / CAMERAS, "w") as file:
        file.write("# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]\n")
        for camera in model.cameras.values():
            size = f"{camera.width} {camera.height}"
            file.write(f"{camera.camera_id} {camera.model} {size} {_numbers(camera.params)}\n")
    with atomic_write(folder / IMAGES, "w") as file:
        file.write("# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n# POINTS2D[] as (X, Y, POINT3D_ID)\n")
        for image in model.images:
            pose = _numbers([*image.quaternion, *image.translation])
            file.write(f"{image.image_id} {pose} {image.camera_id} {image.name}\n")
            points = zip(image.points_2d, image.point_ids)
            file.write(" ".join(f"{_numbers(point)} {number}" for point, number in points) + "\n")
    with atomic_write(folder / POINTS, "w") as file:
        file.write("# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)\n")
        for row, track in enumerate(model.tracks()):
            color = " ".join(map(str, model.colors[row]))
            shown = " ".join(f"{image} {number}" for image, number in track)
            numbers = f"{_numbers(model.points[row])} {color} {float(model.errors[row])!r}"
            file.write(f"{model.point_ids[row]} {numbers} {shown}".rstrip() + "\n")


def _numbers(values) -> str:
    return " ".join(repr(float(value)) for value in values)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield number and text of the lines that are neither empty nor comments."""
    for number, line in _all_lines(path):
        if line.strip() and not line.startswith("#"):
            yield number, [line]


def _pairs(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the two lines of each image; the second may be empty."""
    head = None
    for number, line in _all_lines(path):
        if head is not None:
            yield head[0], [head[1], line]
            head = None
        elif line.strip() and not line.startswith("#"):
            head = (number, line)
    if head is not None:
        yield head[0], [head[1], ""]


def _all_lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with open(path, encoding="utf-8") as file:
            yield from enumerate(file, 1)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text ({error})", "a text file as COLMAP writes it") from error


def _parsed(path: Path, lines: Iterator[tuple[int, list[str]]], parse) -> Iterator:
    """Yield ``parse`` of the lines; what it cannot read raises with the line's number."""
    for number, texts in lines:
        try:
            yield parse(*texts)
        except (ValueError, IndexError, OverflowError) as error:
            found = f"{path}, line {number}: {texts[0].strip()[:60]!r} ({error})"
            raise DataError(found, "a line as COLMAP writes it") from error


def _camera(line: str) -> tuple[int, ColmapCamera]:
    number, model, width, height, *params = line.split()
    kind_of(model, f"camera {number}")
    return int(number), ColmapCamera(int(number), model, int(width), int(height), tuple(map(float, params)))


def _image(line: str, points: str) -> ColmapImage:
    words = line.split(maxsplit=9)
    pose = np.array(words[1:8], np.float64)
    table = np.array(points.split(), np.float64).reshape(-1, 3)
    if not np.isfinite(table).all():
        raise ValueError("a 2D point is not finite")
    name = words[9].rstrip("\r\n")
    # ids are below 2^53: as float64 they are exact
    return ColmapImage(
        int(words[0]), pose[:4], pose[4:], int(words[8]), name, table[:, :2], table[:, 2].astype(np.int64)
    )


def _point(line: str) -> tuple:
    words = line.split()
    color = [int(word) for word in words[4:7]]
    if len(words) < 8 or not all(0 <= value <= 255 for value in color):
        raise ValueError("POINT3D_ID, X, Y, Z, R, G, B, ERROR")
    return int(words[0]), *map(float, words[1:4]), *color, float(words[7])
