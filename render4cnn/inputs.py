"""What ``vantage predict`` was given, as jobs: photographs, folders and videos, with the boxes of a file."""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from render4cnn.streaming import Job
from vantage.errors import ImageError
from vantage.image_files import ImageFile
from vantage.records.detections import Box, Detection
from vantage.records.video import Video, is_video

TOGETHER = 64
"""Boxes of one photograph in one job; a photograph with more of them is decoded again for each so many."""


@dataclass(frozen=True)
class Picture:
    """What a job shows, for people and for results.

    Args:
        file: the photograph or video.
        frame: number of the video's frame; None for a photograph.
        seconds: when the frame is shown, where the video says it.
        scores: of the detections; None for a box that no detector made.
        first: number of the job's first box among those of the photograph.
        several: the photograph has more boxes than one.
    """

    file: ImageFile
    frame: int | None = None
    seconds: float | None = None
    scores: Sequence[float | None] = (None,)
    first: int = 0
    several: bool = False


@dataclass(frozen=True)
class Inputs:
    """Photographs and videos in order, and where their objects are.

    Args:
        files: photographs and videos.
        category: the class of all objects; without it each detection's own, else None: the network chooses.
        box: of the object in every photograph; None for the whole.
        boxes: detections by place in ``files``; None where no file of boxes was given.
        every: of a video, each so many-th frame.
    """

    files: Sequence[ImageFile]
    category: str | None = None
    box: Box | None = None
    boxes: Mapping[int, Sequence[Detection]] | None = None
    every: int = 1
    problems: list[tuple[ImageFile, str]] = field(default_factory=list)
    """Videos that cannot be opened or ended early, found while the jobs were taken, and why."""

    @property
    def photographs(self) -> list[ImageFile]:
        """The files that are no videos."""
        return [file for file in self.files if not is_video(file.path)]

    def jobs(self, start: tuple[str, int | None] | None = None) -> Iterator[Job]:
        """Yield the jobs in order, from the file and frame ``start`` where it is given."""
        for place, file in enumerate(self.files):
            if start is not None and str(file.path) != start[0]:
                continue
            found = None if self.boxes is None else self.boxes.get(place, ())
            if is_video(file.path):
                yield from self._video(file, found, start[1] if start else 0)
            else:
                yield from self._photograph(Picture(file), file.path, found)
            start = None

    def total(self) -> int:
        """Return how many photographs and frames there are, as far as the videos tell.

        Raises:
            UserError: a video is among them and PyAV is not installed.
        """
        photographs = [place for place, file in enumerate(self.files) if not is_video(file.path)]
        with_boxes = [place for place in photographs if self.boxes is None or self.boxes.get(place)]
        return len(with_boxes) + sum(self._frames(file.path) for file in self.files if is_video(file.path))

    def _frames(self, path: Path) -> int:
        try:
            return -(-Video(path).announced // self.every)
        except ImageError:  # told when its turn comes
            return 0

    def _video(self, file: ImageFile, found: Sequence[Detection] | None, start: int | None) -> Iterator[Job]:
        """Yield the jobs of a video's frames; boxes without a frame are in all of them."""
        always = None if found is None else [one for one in found if one.frame is None]
        by_frame: dict[int | None, list[Detection]] = defaultdict(list)
        for one in found or ():
            by_frame[one.frame].append(one)
        try:
            video = Video(file.path)
            for frame in video.frames(self.every, start or 0):
                here = None if always is None else [*always, *by_frame.get(frame.number, ())]
                yield from self._photograph(Picture(file, frame.number, frame.seconds), frame.image, here)
        except ImageError as error:
            self.problems.append((file, str(error)))
            return
        if video.ended_early:
            self.problems.append((file, video.ended_early))
        if beyond := [number for number in by_frame if number is not None and number >= video.count]:
            count = _boxes(sum(len(by_frame[number]) for number in beyond))
            told = f"it has {video.count} frames, from 0, and none of number {min(beyond)}; {count} left out"
            self.problems.append((file, told))

    def _photograph(self, picture: Picture, image: object, found: Sequence[Detection] | None) -> Iterator[Job]:
        """Yield the jobs of one photograph."""
        if found is None:
            yield Job(image, (self.box,), (self.category,), picture)
            return
        for first in range(0, len(found), TOGETHER):
            some = found[first : first + TOGETHER]
            scores = tuple(one.score for one in some)
            tag = Picture(picture.file, picture.frame, picture.seconds, scores, first, len(found) > 1)
            categories = tuple(self.category or one.category or None for one in some)
            yield Job(image, tuple(one.bbox for one in some), categories, tag)


def match_boxes(
    detections: Iterable[Detection], files: Sequence[ImageFile], folders: Sequence[Path]
) -> tuple[dict[int, list[Detection]], list[tuple[str, str]]]:
    """Find the file of every detection.

    A name counts from one of ``folders``; else it is the end of the path of one file, and of one only.

    Args:
        detections: with the names that their file writes; ``\\`` counts as ``/``, and composed letters as such.
        files: that may be meant.
        folders: that names may count from, in order of preference.

    Returns:
        Place in ``files`` -> its detections; and names that fit no file or several, with the reason.
    """
    finder = _Finder(files, folders)
    found: dict[int, list[Detection]] = defaultdict(list)
    known: dict[str, int | str] = {}
    counts: dict[str, int] = defaultdict(int)
    for detection in detections:
        if detection.image not in known:
            known[detection.image] = finder.place(detection.image)
        place = known[detection.image]
        if isinstance(place, int):
            found[place].append(detection)
        else:
            counts[detection.image] += 1
    told = [(name, f"{known[name]}; its {_boxes(count)} left out") for name, count in counts.items()]
    return dict(found), told


def _boxes(count: int) -> str:
    return "box is" if count == 1 else f"{count} boxes are"


class _Finder:
    """Looks names up among files."""

    def __init__(self, files: Sequence[ImageFile], folders: Sequence[Path]):
        self.paths = [_plain(os.path.abspath(file.path)) for file in files]  # noqa: PTH100  (resolve follows links)
        self.exact = {path: place for place, path in reversed(list(enumerate(self.paths)))}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for place, path in enumerate(self.paths):
            self.by_name[PurePosixPath(path).name].append(place)
        self.folders = [os.path.abspath(folder) for folder in folders]  # noqa: PTH100

    def place(self, name: str) -> int | str:
        """Return the place of the file that ``name`` means, or why there is none."""
        wanted = _plain(name)
        for folder in self.folders:
            path = _plain(os.path.normpath(f"{folder}/{wanted}") if not wanted.startswith("/") else wanted)
            if path in self.exact:
                return self.exact[path]
        ends = [place for place in self.by_name[PurePosixPath(wanted).name] if _ends(self.paths[place], wanted)]
        if len(ends) == 1:
            return ends[0]
        if ends:
            return f"named in the boxes file, fits {len(ends)} images, such as {self.paths[ends[0]]}"
        return "named in the boxes file, is not among the images"


def _ends(path: str, name: str) -> bool:
    """Whether a path ends with all parts of ``name``."""
    parts = PurePosixPath(name).parts
    return PurePosixPath(path).parts[-len(parts) :] == parts


def _plain(name: str) -> str:
    """Return a name with slashes and composed letters."""
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/"))
