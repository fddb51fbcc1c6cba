"""A prediction as a picture: photograph with the axes, a render at the same viewpoint beside it, a caption."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from vantage.report.drawing import INK, PAPER, Canvas, as_rgb, axis_length, font

HEIGHT = 320
"""Height of a card's panels, px."""

WIDEST = 2.0
"""A panel is at most this many times as wide as high; what is longer is fitted into it."""

SOFT = (92, 99, 110)
RENDER_BACKGROUND = (226, 229, 234)


def panel(image: np.ndarray, height: int = HEIGHT) -> np.ndarray:
    """Return an image at a panel's size: ``height`` high, or lower where it is very wide; uint8 RGB.

    A card needs no more than this of a photograph, so this is what is kept of it.
    """
    picture = Image.fromarray(as_rgb(image))
    scale = min(height / picture.height, height * WIDEST / picture.width)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    resample = Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(picture.resize(size, resample))


def prediction_card(
    photo: np.ndarray,
    rotation_camera_from_object: np.ndarray,
    caption: Sequence[str],
    render: np.ndarray | None = None,
    box: Sequence[float] | None = None,
) -> np.ndarray:
    """Draw a card.

    Args:
        photo: uint8 [h, w, 3], best from ``panel``.
        rotation_camera_from_object: [3, 3], predicted.
        caption: a first line in strong ink, others in soft ink.
        render: uint8 [s, s, 3 or 4], the CAD model at the predicted viewpoint.
        box: of the object in ``photo``, x0, y0, x1, y1 px; the axes start at its centre. Without it the whole photo.

    Returns:
        uint8 [h, w, 3].
    """
    canvas = Canvas(photo)
    if box is None:
        canvas.axes(rotation_camera_from_object)
    else:
        x0, y0, x1, y1 = map(float, box)
        canvas.box(box)
        length = axis_length(x1 - x0, y1 - y0)
        canvas.axes(rotation_camera_from_object, ((x0 + x1) / 2, (y0 + y1) / 2), length)
    panels = [canvas.array()]
    if render is not None:
        panels.append(panel(as_rgb(_trimmed(render), RENDER_BACKGROUND), photo.shape[0]))
    return _beside(panels, caption)


def _trimmed(render: np.ndarray, margin: float = 0.06) -> np.ndarray:
    """Cut the empty rim of an RGBA render off, but for a margin (fraction of the longer side)."""
    rows, columns = np.nonzero(render[..., -1] > 8) if render.shape[-1] == 4 else ((), ())
    if not len(rows):
        return render
    rim = round(margin * max(np.ptp(rows), np.ptp(columns), 1))
    top, left = max(rows.min() - rim, 0), max(columns.min() - rim, 0)
    return render[top : rows.max() + rim + 1, left : columns.max() + rim + 1]


def _beside(panels: Sequence[np.ndarray], caption: Sequence[str], gap: int = 10, size: float = 16.0) -> np.ndarray:
    """Lay panels out side by side on paper, the caption below."""
    height = max(image.shape[0] for image in panels)
    width = sum(image.shape[1] + gap for image in panels) + gap
    text_width = max((font(size).getlength(line) for line in caption), default=0.0)
    width = max(width, round(text_width) + 2 * gap)
    card = Image.new("RGB", (width, height + 2 * gap + round(1.4 * size * len(caption)) + gap // 2), PAPER)
    left = gap
    for image in panels:
        card.paste(Image.fromarray(image), (left, gap + (height - image.shape[0]) // 2))
        left += image.shape[1] + gap
    pen = ImageDraw.Draw(card)
    for number, line in enumerate(caption):
        pen.text((gap, height + 1.6 * gap + 1.4 * size * number), line, fill=SOFT if number else INK, font=font(size))
    return np.asarray(card)
