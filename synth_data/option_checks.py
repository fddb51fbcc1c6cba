"""The options of ``vantage render``, checked before any work: ranges, names, groups, files that can be read."""

from __future__ import annotations

import re
from pathlib import Path

from synth_data.combinations import check_combinations
from synth_data.devices import check_device
from synth_data.image_textures import TextureFile, list_textures, load_texture
from synth_data.options import RenderOptions
from synth_data.passes import parse_passes
from synth_data.sampling.angles import directions_of
from synth_data.sampling.factors import FACTORS
from synth_data.sampling.finishes import MATERIALS
from synth_data.sampling.lights import STYLES
from synth_data.sampling.neighbours import MAX_BESIDE
from synth_data.sampling.panoramas import list_panoramas, load_panorama
from synth_data.scenes import check_scenes
from synth_data.spec import HELD, PATHS
from vantage.choices import nearest, unknown_words
from vantage.errors import UserError
from vantage.records.writer import file_sha256

MAX_SIZE = 4096
FOLDER = "folder:"
"""What --lights begins with where it names a folder."""

RANGES = (
    ("samples", 1, 10**5), ("seed", 0, 2**31 - 1), ("workers", 1, 1024), ("models", 1, 10**6),
    ("shard_size", 1, 10**6), ("grid_azimuths", 1, 3600), ("tilt_std", 0, 90), ("elevation_low", -90, 90),
    ("elevation_high", -90, 90), ("fov_low", 1, 150), ("fov_high", 1, 150), ("fill_low", 0.05, 2),
    ("fill_high", 0.05, 2), ("shift", 0, 1), ("aperture", 0, 0.5), ("group_size", 0, 10**4), ("step", -360, 360),
    ("deform_copies", 0, 1000), ("companions", 0, MAX_BESIDE),
    *((name, 0, 1) for name in ("val_fraction", "recolour", "ground", "truncation", "broad", "procedural_fraction",
                                "occluders", "deform")),
)  # fmt: skip
"""Option, least and greatest value."""


def check_options(options: RenderOptions) -> None:
    """Raise a UserError for the first option that is out of its range."""
    angles = options.viewpoints == "angles"
    if not options.images and not options.records:
        raise UserError("neither images nor records are asked for", "--images, --records, or both")
    if options.cluster is not None and not options.records:
        raise UserError("--cluster renders records, and only pictures are asked for", do="add --records")
    if options.images and not angles:
        found = f"--images name their files by given angles, and --viewpoints is {options.viewpoints}"
        raise UserError(found, "--viewpoints angles", "say --azimuth, or use vantage export --to folder")
    if options.deform and options.rigs:
        raise UserError("--deform bends single models, and --rigs see scenes", "one of the two")
    if options.model_labels and (options.rigs or not options.records):
        raise UserError("--model-labels are joined to records of single models", "--records, and no --rigs")
    _in_range(options, "count", 0 if angles else 1, 10**9)
    parse_size(options.size)
    _check_ranges(options)
    parse_passes(options.passes)
    _check_spans(options)
    _check_looks(options)
    check_device(options.device)
    _check_groups(options)
    _check_count(options)
    check_scenes(options)
    check_combinations(options)
    environments_of(options)
    for file in textures_of(options):
        load_texture(file.path)


def _check_ranges(options: RenderOptions) -> None:
    """Raise for a number out of its range."""
    for name, low, high in RANGES:
        _in_range(options, name, low, high)
    if options.val_fraction > 0.9:
        raise UserError(f"--val-fraction is {options.val_fraction:g}", "at most 0.9")


def _check_spans(options: RenderOptions) -> None:
    """Raise for a least value above the greatest."""
    for name in ("elevation", "fov", "fill"):
        low = getattr(options, f"{name}_low")
        if low > getattr(options, f"{name}_high"):
            raise UserError(f"--{name}-low {low:g} is above --{name}-high")


def _check_looks(options: RenderOptions) -> None:
    """Raise for light or materials that there are not."""
    if options.lights not in STYLES and not options.lights.startswith(FOLDER):
        raise UserError(
            f"--lights is {options.lights!r}{nearest(options.lights, STYLES)}",
            f"one of {', '.join(STYLES)}, folder:DIR",
        )
    if options.materials not in MATERIALS:
        raise UserError(
            f"--materials is {options.materials!r}{nearest(options.materials, MATERIALS)}",
            f"one of {', '.join(MATERIALS)}",
        )


def parse_size(size: int | str) -> tuple[int, int]:
    """Return width and height of ``128`` or ``160x120``, px.

    Raises:
        UserError: neither, or out of range.
    """
    words = re.fullmatch(r"\s*(\d+)(?:\s*[xX\u00d7]\s*(\d+))?\s*", str(size), re.ASCII)
    numbers = [int(word) for word in words.groups() if word] if words else []
    if not numbers or not all(8 <= number <= MAX_SIZE for number in numbers):
        raise UserError(f"--size is {size}", f"8 to {MAX_SIZE} pixels, or width x height such as 160x120")
    return numbers[0], numbers[-1]


def _check_groups(options: RenderOptions) -> None:
    """Raise for options of groups that do not fit together."""
    for option, known in (("held", HELD), ("factors", FACTORS)):
        if unknown := unknown_words(names_in(getattr(options, option)), known):
            raise UserError(f"--{option} names {unknown}", f"some of {', '.join(known)}")
    if options.path not in PATHS:
        raise UserError(
            f"--path is {options.path!r}{nearest(options.path, PATHS)}", f"one of {', '.join(filter(None, PATHS))}"
        )
    if options.path and options.viewpoints == "angles":
        raise UserError(f"--path {options.path} beside --viewpoints angles", "--viewpoints uniform or grid beside it")
    if options.path and (options.group_size < 2 or "direction" not in names_in(options.held)):
        raise UserError(f"--path {options.path} without groups", "--group-size 2 or more, and --held direction,...")
    if options.path == "factors" and not names_in(options.factors):
        raise UserError("--path factors without --factors", f"some of {', '.join(FACTORS)}")


def group_size(options: RenderOptions) -> int:
    """Return the views of a group, 0 for none."""
    if options.viewpoints != "angles":
        return options.group_size
    return len(directions_of(options.azimuth, options.elevation, options.tilt, options.distance))


def _check_count(options: RenderOptions) -> None:
    """Raise for a count that is not made of whole groups."""
    group, count = group_size(options), options.count
    if not group or count % group == 0:
        return
    if options.viewpoints == "angles":
        raise UserError(f"--count {count} beside {group} angles", f"--count {group} for each model, or none")
    found = f"--count {count} is no multiple of the {group} views of a group"
    nearest = dict.fromkeys((count // group * group or group, -(-count // group) * group))
    raise UserError(found, " or ".join(map(str, nearest)))


def environments_of(options: RenderOptions) -> tuple[tuple[str, str], ...]:
    """Return path and sha256 of the environment images that are asked for, each of which can be read."""
    if not options.lights.startswith(FOLDER):
        return ()
    paths = list_panoramas(Path(options.lights.removeprefix(FOLDER)).absolute())
    for path in paths:
        load_panorama(path)
    return tuple((path, file_sha256(path)) for path in paths)


def textures_of(options: RenderOptions) -> tuple[TextureFile, ...]:
    """Return the images to lay on shapes, without their checksums."""
    return list_textures(Path(options.textures).absolute()) if options.textures else ()


def _in_range(options: RenderOptions, name: str, low: float, high: float) -> None:
    value = getattr(options, name)
    if value is not None and not low <= value <= high:
        flag = "--" + name.replace("_", "-")
        found, least, most = (f"{each}" if isinstance(each, int) else f"{each:g}" for each in (value, low, high))
        raise UserError(f"{flag} is {found}", f"{least} to {most}")


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
