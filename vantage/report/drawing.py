"""Draw viewpoints, boxes and keypoints on images, and lay images out as a sheet. NumPy and Pillow only.

Every function takes uint8 images ``[h, w]``, ``[h, w, 3]`` or straight-alpha ``[h, w, 4]`` and returns a new uint8 RGB
image. Drawing happens on an overlay at four times the size, so lines are smooth. ``zoom`` enlarges the image first,
while points stay in the pixels of the image that was given: draw everything on one ``Canvas`` where marks are
to be combined on a small image.

    canvas = Canvas(record.image, zoom=3)
    canvas.box(record.bbox); canvas.keypoints(...); canvas.axes(rotation)
    tile = canvas.array()
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SUPERSAMPLE = 4
"""Overlay pixels per image pixel and side."""

AXIS_COLOURS = {"x": (235, 64, 52), "y": (38, 178, 78), "z": (52, 112, 255)}
"""Object axes: x red, y green, z blue."""

FRONT_COLOUR = (255, 196, 0)
"""The object's front (-y): the wide yellow arrow."""

HALO = (16, 18, 24, 215)
BOX_COLOUR = (0, 190, 255)

VISIBILITY = (
    ("visible", (46, 204, 113)),
    ("hidden by itself", (255, 159, 28)),
    ("hidden by another object", (226, 88, 196)),
    ("outside the frame", (170, 178, 190)),
)
"""Name and colour of the four keypoint states, in the order of their codes."""

PAPER, INK, FAINT = (246, 247, 249), (28, 32, 40), (222, 225, 231)


@lru_cache(maxsize=32)
def font(size: float) -> ImageFont.FreeTypeFont:
    """Return Pillow's own typeface at ``size`` px, so that no font has to be installed."""
    return ImageFont.load_default(size=size)


def as_rgb(image: np.ndarray, background: Sequence[int] = (200, 204, 211)) -> np.ndarray:
    """Return uint8 RGB ``[h, w, 3]`` of a grey, RGB or RGBA image, the last composited on ``background``.

    Floating-point images are taken to be in [0, 1].
    """
    image = np.asarray(image)
    if image.dtype.kind == "f":
        image = np.round(np.clip(image, 0.0, 1.0) * 255.0).astype(np.uint8)
    if image.ndim == 2:
        image = image[..., None]
    if image.shape[-1] == 1:
        image = np.repeat(image, 3, axis=-1)
    if image.shape[-1] == 4:
        alpha = image[..., 3:].astype(np.float32) / 255.0
        mixed = image[..., :3] * alpha + np.asarray(background, np.float32) * (1.0 - alpha)
        image = np.round(mixed).astype(np.uint8)
    return np.ascontiguousarray(image[..., :3], dtype=np.uint8)


class Canvas:
    """An image with a smooth overlay.

    Args:
        image: see the module; [h, w, ...].
        zoom: the result has ``round(zoom * h)`` rows; marks keep their weight on the result, whatever the zoom.
    """

    def __init__(self, image: np.ndarray, zoom: float = 1.0):
        self.zoom = float(zoom)
        picture = Image.fromarray(as_rgb(image))
        size = (max(1, round(picture.width * self.zoom)), max(1, round(picture.height * self.zoom)))
        self._picture = picture if size == picture.size else picture.resize(size, Image.Resampling.BICUBIC)
        self._layer = Image.new("RGBA", (size[0] * SUPERSAMPLE, size[1] * SUPERSAMPLE), (0, 0, 0, 0))
        self._pen = ImageDraw.Draw(self._layer)
        self._taken: list[tuple[float, float, float, float]] = []
        self.width, self.height = size
        self.weight = float(np.clip(np.sqrt(size[0] * size[1]) / 140.0, 1.0, 4.0))

    def array(self) -> np.ndarray:
        """Return the picture with everything drawn so far, uint8 ``[h, w, 3]``."""
        block = (self.height, SUPERSAMPLE, self.width, SUPERSAMPLE)
        drawn = np.asarray(self._layer.getchannel("A")).reshape(block).any(axis=(1, 3))  # mostly a small part
        layer = np.asarray(self._layer).reshape(*block, 4).transpose(0, 2, 1, 3, 4)[drawn].astype(np.float32)
        alpha = layer[..., 3:] / 255.0
        ink, cover = (layer[..., :3] * alpha).mean(axis=(1, 2)), alpha.mean(axis=(1, 2))
        picture = np.array(self._picture)
        picture[drawn] = np.round(picture[drawn] * (1.0 - cover) + ink).astype(np.uint8)
        return picture

    def axes(self, rotation_camera_from_object: np.ndarray, centre=None, length=None, labels: bool = True) -> None:
        """Draw the object's axes in weak perspective, and its front (-y) as a wide arrow.

        Args:
            rotation_camera_from_object: [3, 3], camera axes x right, y down, z forward.
            centre: where they start, (x, y) px; the image's centre without it.
            length: of an axis that lies in the image plane, px; without it such that it fits.
            labels: write x, y, z and front at the tips.
        """
        rotation = np.asarray(rotation_camera_from_object, np.float64)
        start = np.array([self.width, self.height]) / (2.0 * self.zoom) if centre is None else np.asarray(centre, float)
        length = axis_length(self.width, self.height) / self.zoom if length is None else float(length)
        arrows = [(name, rotation[:, i], AXIS_COLOURS[name], 1.0) for i, name in enumerate("xyz")]
        arrows.append(("front", -rotation[:, 1], FRONT_COLOUR, 2.1))
        for name, direction, colour, width in sorted(arrows, key=lambda arrow: -arrow[1][2]):  # the farthest first
            reach = length * (1.25 if name == "front" else 1.0)
            self.arrow(start, start + reach * direction[:2], colour, width)
        self._disc(start, 1.6 * self.weight, (255, 255, 255))
        for name, direction, colour, _ in arrows if labels else ():
            shown = float(np.hypot(*direction[:2]))
            if shown > 0.2:
                reach = length * shown * (1.25 if name == "front" else 1.0) + max(9.0, 7.0 * self.weight) / self.zoom
                self._centred_text(start + reach / shown * direction[:2], name, colour)

    def arrow(self, start, end, colour: Sequence[int], width: float = 1.0) -> None:
        """Draw an arrow with a dark rim; ``width`` is relative to the canvas's line weight."""
        tail, tip = self._at(start), self._at(end)
        span = tip - tail
        reach = float(np.hypot(*span))
        thick = 1.7 * self.weight * width * SUPERSAMPLE
        head = min(3.6 * thick if width < 1.5 else 2.4 * thick, 0.75 * reach)
        if reach < 0.5 * thick:
            self._disc(start, 0.9 * thick / SUPERSAMPLE, colour)
            return
        outline = _arrow_outline(tail, span / reach, reach, thick, head)
        rim = 1.0 * self.weight * SUPERSAMPLE
        closed = [tuple(point) for point in np.vstack([outline, outline[:2]])]
        self._pen.line(closed, fill=HALO, width=round(2 * rim), joint="curve")
        self._pen.polygon(closed, fill=(*colour, 255))

    def box(self, bbox, colour: Sequence[int] = BOX_COLOUR) -> None:
        """Draw the box (x0, y0, x1, y1), px, edges."""
        low, high = self._at(bbox[:2]), self._at(bbox[2:])
        for fill, width in ((HALO, 2.6), ((*colour, 255), 1.2)):
            stroke = round(width * self.weight * SUPERSAMPLE)
            reach = stroke // 2
            self._pen.rectangle([*(low - reach), *(np.maximum(high, low) + reach)], outline=fill, width=stroke)

    def silhouette(self, points, faces, colour: Sequence[int], opacity: float = 0.45) -> None:
        """Tint what triangles cover; a triangle with a corner that is NaN is left out. Draw it before other marks.

        Args:
            points: [n, 2] px.
            faces: int [m, 3].
            colour: of the tint.
            opacity: in [0, 1].
        """
        corners = self._at(points)[np.asarray(faces, int)].reshape(-1, 6)
        for corner in corners[np.isfinite(corners).all(axis=1)].tolist():
            self._pen.polygon(corner, fill=(*colour, round(255 * opacity)))

    def keypoints(self, points, visibility=None, names: Sequence[str] | None = None) -> None:
        """Mark keypoints, one colour and form per state.

        Args:
            points: [k, 2] px.
            visibility: [k] codes of ``VISIBILITY``; all visible without it. A filled disc is visible, a ring hidden,
                a grey disc at the border outside the frame.
            names: [k], written where there is room; no text without it.
        """
        points = np.asarray(points, np.float64).reshape(-1, 2)
        states = np.zeros(len(points), int) if visibility is None else np.asarray(visibility, int)
        limit = np.array([self.width, self.height]) / self.zoom
        margin = 3.0 * self.weight / self.zoom
        places = np.clip(points, margin, limit - margin)
        radius = 2.3 * self.weight
        self._taken += [(*(p * self.zoom - radius), *(p * self.zoom + radius)) for p in places]
        for place, state in sorted(zip(places.tolist(), states.tolist()), key=lambda item: -item[1]):
            self._keypoint(place, state, radius)
        for place, state, name in zip(places, states, names if names is not None else ()):
            if state != 3:
                self._label_beside(place * self.zoom, str(name), VISIBILITY[state][1], radius)

    def text(self, position, text: str, colour: Sequence[int] = (255, 255, 255), size: float | None = None) -> None:
        """Write ``text`` with a dark rim; ``position`` (x, y) px is its upper left corner."""
        size = 8.0 * self.weight if size is None else size
        self._write(self._at(position), text, colour, size, "la")

    def _at(self, point) -> np.ndarray:
        """Return overlay pixels of image pixels."""
        return np.asarray(point, np.float64) * (self.zoom * SUPERSAMPLE)

    def _disc(self, place, radius: float, colour: Sequence[int]) -> None:
        """Draw a filled disc with a dark rim; ``radius`` in result px."""
        centre, rim = self._at(place), 0.9 * self.weight
        for reach, fill in ((radius + rim, HALO), (radius, (*colour, 255))):
            reach *= SUPERSAMPLE
            self._pen.ellipse([*(centre - reach), *(centre + reach)], fill=fill)

    def _keypoint(self, place, state: int, radius: float) -> None:
        """Draw one mark: a disc, or a ring where the point is hidden."""
        colour = VISIBILITY[state][1]
        if state not in (1, 2):
            self._disc(place, radius if state == 0 else 0.7 * radius, colour)
            return
        centre = self._at(place)
        for reach, fill, stroke in ((radius + 0.8 * self.weight, HALO, 2.8), (radius, (*colour, 255), 1.2)):
            reach *= SUPERSAMPLE
            box = [*(centre - reach), *(centre + reach)]
            self._pen.ellipse(box, outline=fill, width=round(stroke * self.weight * SUPERSAMPLE))

    def _label_beside(self, place: np.ndarray, name: str, colour: Sequence[int], radius: float) -> None:
        """Write a keypoint's name where it covers nothing; leave it out where there is no such place."""
        size = max(10.0, 4.2 * self.weight)
        x0, y0, x1, y1 = font(size).getbbox(name)
        width, height, gap = x1 - x0 + 2, y1 - y0 + 2, radius + 2.0
        x, y = place
        lefts = (x + gap, x - gap - width, x - width / 2)
        tops = (y - height / 2, y - gap - height, y + gap)
        for column, row in ((0, 0), (1, 0), (2, 1), (2, 2), (0, 1), (0, 2), (1, 1), (1, 2)):
            left, top = lefts[column], tops[row]
            area = (left, top, left + width, top + height)
            inside = left >= 0 and top >= 0 and area[2] <= self.width and area[3] <= self.height
            if inside and not any(_overlap(area, other) for other in self._taken):
                self._taken.append(area)
                corner = np.array([left + 1 - x0, top + 1 - y0]) * SUPERSAMPLE
                self._write(corner, name, colour, size, "la")
                return

    def _centred_text(self, place, text: str, colour: Sequence[int]) -> None:
        """Write ``text`` around ``place``, kept inside the picture."""
        size = max(11.0, 7.5 * self.weight)
        x0, y0, x1, y1 = font(size).getbbox(text)
        half = np.array([x1 - x0, y1 - y0]) / 2.0 + 2.0
        middle = np.clip(np.asarray(place) * self.zoom, half, np.maximum([self.width, self.height] - half, half))
        self._write(middle * SUPERSAMPLE, text, colour, size, "mm")

    def _write(self, corner: np.ndarray, text: str, colour: Sequence[int], size: float, anchor: str) -> None:
        """Write with a dark rim at overlay pixels."""
        stroke = round(max(1.2, 0.16 * size) * SUPERSAMPLE)
        common = {"font": font(size * SUPERSAMPLE), "anchor": anchor}
        self._pen.text(tuple(corner), text, fill=HALO, stroke_width=stroke, stroke_fill=HALO, **common)
        pale = tuple(round(0.55 * value + 0.45 * 255) for value in colour)
        self._pen.text(tuple(corner), text, fill=(*pale, 255), **common)


def axis_length(width: float, height: float) -> float:
    """Return a good length for the axes of an object that fills ``width`` x ``height`` px."""
    return min(0.36 * float(np.sqrt(width * height)), 0.42 * min(width, height))


def draw_axes(image, rotation_camera_from_object, centre=None, length=None, zoom: float = 1.0) -> np.ndarray:
    """Return ``image`` with the object's axes (x red, y green, z blue) and its front (-y); see ``Canvas.axes``."""
    canvas = Canvas(image, zoom)
    canvas.axes(rotation_camera_from_object, centre, length)
    return canvas.array()


def draw_box(image, bbox, colour: Sequence[int] = BOX_COLOUR, zoom: float = 1.0) -> np.ndarray:
    """Return ``image`` with the box (x0, y0, x1, y1) px."""
    canvas = Canvas(image, zoom)
    canvas.box(bbox, colour)
    return canvas.array()


def draw_keypoints(image, points, visibility=None, names=None, zoom: float = 1.0) -> np.ndarray:
    """Return ``image`` with keypoints coloured by visibility; see ``Canvas.keypoints``."""
    canvas = Canvas(image, zoom)
    canvas.keypoints(points, visibility, names)
    return canvas.array()


def contact_sheet(
    tiles: Sequence[np.ndarray],
    columns: int | None = None,
    captions: Sequence[str] | None = None,
    tile_size: int | None = None,
    title: str | None = None,
    legend: Sequence[tuple[str, Sequence[int]]] = (),
) -> np.ndarray:
    """Lay images out in rows on light paper.

    Args:
        tiles: images of any sizes; each is scaled to fit its cell, keeping its aspect.
        columns: a near-square sheet without it.
        captions: one per tile, under it, cut to the cell's width; line breaks are kept.
        tile_size: side of a cell, px; without it the largest tile, but at least 192.
        title: above everything.
        legend: (name, colour) pairs under the title, such as ``VISIBILITY``.

    Returns:
        uint8 [h, w, 3].

    Raises:
        ValueError: no tiles, or another number of captions.
    """
    if not len(tiles):
        raise ValueError("a contact sheet needs at least one tile")
    if captions is not None and len(captions) != len(tiles):
        raise ValueError(f"{len(tiles)} tiles but {len(captions)} captions")
    side = tile_size or max(192, *(max(np.shape(tile)[:2]) for tile in tiles))
    columns = columns or int(np.ceil(np.sqrt(len(tiles) * 1.2)))
    columns = min(columns, len(tiles))
    size, gap = max(11.0, side / 16.0), max(6, side // 24)
    lines = max((caption.count("\n") + 1 for caption in captions), default=0) if captions is not None else 0
    top = round((2.2 * size if title else 0) + (2.0 * size if legend else 0))
    cell = side + gap + round(lines * size * 1.35)
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (side + gap) + gap, top + rows * cell + gap), PAPER)
    pen = ImageDraw.Draw(sheet)
    _heading(pen, gap, size, title, legend)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        corner = (gap + column * (side + gap), top + gap + row * cell)
        _paste(sheet, pen, tile, corner, side)
        if captions is not None:
            text = "\n".join(_cut(line, size, side) for line in captions[index].split("\n"))
            pen.multiline_text((corner[0] + 1, corner[1] + side + 0.2 * size), text, fill=INK, font=font(size))
    return np.asarray(sheet)


def _heading(pen: ImageDraw.ImageDraw, gap: int, size: float, title: str | None, legend) -> None:
    """Write the title, and under it the legend's dots and names."""
    if title:
        pen.text((gap, gap), title, fill=INK, font=font(1.35 * size))
    x, y = float(gap), gap + (2.2 * size if title else 0)
    for name, colour in legend:
        pen.ellipse([x, y + 0.15 * size, x + 0.8 * size, y + 0.95 * size], fill=tuple(colour), outline=INK)
        pen.text((x + 1.2 * size, y), name, fill=INK, font=font(size))
        x += 1.2 * size + font(size).getlength(name) + 1.6 * size


def _paste(sheet: Image.Image, pen: ImageDraw.ImageDraw, tile: np.ndarray, corner: tuple[int, int], side: int) -> None:
    """Paste one tile, scaled to fit and centred in its cell."""
    picture = Image.fromarray(as_rgb(tile))
    scale = side / max(picture.size)
    size = tuple(max(1, round(length * scale)) for length in picture.size)
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.LANCZOS)
    pen.rectangle([*corner, corner[0] + side - 1, corner[1] + side - 1], fill=FAINT)
    sheet.paste(picture, (corner[0] + (side - size[0]) // 2, corner[1] + (side - size[1]) // 2))


def _cut(text: str, size: float, width: float) -> str:
    """Shorten ``text`` to ``width`` px, with an ellipsis of full stops."""
    if font(size).getlength(text) <= width:
        return text
    while text and font(size).getlength(text + "...") > width:
        text = text[:-1]
    return text + "..."


def _arrow_outline(tail: np.ndarray, along: np.ndarray, reach: float, thick: float, head: float) -> np.ndarray:
    """Return the seven corners of an arrow, overlay px."""
    across = np.array([-along[1], along[0]])
    half, wing, neck = thick / 2.0, max(0.62 * head, 0.9 * thick), reach - head
    profile = [(0, half), (neck, half), (neck, wing), (reach, 0), (neck, -wing), (neck, -half), (0, -half)]
    return np.array([tail + a * along + b * across for a, b in profile])


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    """Whether two boxes (x0, y0, x1, y1) share area."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
