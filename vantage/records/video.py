"""Frames of a video file, one after another (PyAV, which brings FFmpeg with it; extra ``video``)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from vantage.errors import ImageError, UserError

SUFFIXES = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".3gp", ".ogv", ".mts")
"""Which files are videos; an animated GIF is a photograph whose first frame counts."""

INSTALL = "pip install 'vantage[video]'"


@dataclass(frozen=True)
class Frame:
    """One frame of a video.

    Args:
        number: from 0, in the order shown.
        seconds: when it is shown; None where the file does not say.
        image: uint8 RGB [h, w, 3], upright.
    """

    number: int
    seconds: float | None
    image: np.ndarray


def is_video(path: str | os.PathLike) -> bool:
    """Tell by its name whether a file is a video."""
    return Path(path).suffix.lower() in SUFFIXES


class Video:
    """A video file.

    Args:
        path: the file.

    Raises:
        ImageError: no video, damaged at its start, or without pictures.
        UserError: PyAV is not installed.
    """

    def __init__(self, path: str | os.PathLike):
        self.path, self._av = Path(path), load_av()
        self.damaged = 0
        """Pieces that could not be decoded so far."""
        self.ended_early = ""
        """Once all frames were read: what is missing, or nothing."""
        self.count = 0
        """Once all frames were read: how many there are."""
        with self._open() as container:
            stream = container.streams.video[0]
            rate = stream.average_rate or stream.guessed_rate
            length = float(stream.duration * stream.time_base) if stream.duration else (container.duration or 0) / 1e6
            self.announced = stream.frames or round(length * float(rate or 0))
            """Frames that the file says it has, 0 where it says nothing."""

    def frames(self, every: int = 1, start: int = 0) -> Iterator[Frame]:
        """Yield each ``every``-th frame, counted from the first, not before number ``start``; damage is passed over."""
        number = 0
        with self._open() as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for picture in self._pictures(container, stream):
                if number % every == 0 and number >= start:
                    yield Frame(number, picture.time, _upright(picture))
                number += 1
        # counts in headers are estimates: one or two frames less are no damage
        self.count = number
        if self.damaged or not number or number < self.announced - max(2, 0.02 * self.announced):
            told = f" of {self.announced}" if self.announced else ""
            self.ended_early = f"it is damaged or cut short: {number}{told} frames could be decoded"

    def _open(self) -> Any:
        if not self.path.is_file():
            raise ImageError(f"{self.path} is no file", "a video")
        try:
            container = self._av.open(str(self.path))
        except (self._av.error.FFmpegError, OSError) as error:
            found = f"{self.path} cannot be opened as a video ({error.strerror})"
            raise ImageError(found, "a whole video file", "copy or convert it again") from error
        if not container.streams.video:
            container.close()
            raise ImageError(f"{self.path} has no pictures", "a video")
        return container

    def _pictures(self, container: Any, stream: Any) -> Iterator[Any]:
        """Yield decoded pictures as long as there are any."""
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                found = packet.decode()
            except self._av.error.EOFError:
                return
            except self._av.error.FFmpegError:
                self.damaged += 1
                if self.damaged > 1000:  # a file of noise
                    return
                continue
            yield from found


def load_av() -> ModuleType:
    """Return PyAV.

    Raises:
        UserError: it is not installed.
    """
    try:
        import av
    except ModuleNotFoundError as error:
        raise UserError("videos need the Python package 'av', which is not installed", do=INSTALL) from error
    return av


def _upright(picture: Any) -> np.ndarray:
    """Return a picture's pixels, turned as its display matrix (phones write it) says."""
    pixels = picture.to_ndarray(format="rgb24")
    quarters = round(getattr(picture, "rotation", 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels
