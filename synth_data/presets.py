"""Presets of ``vantage render``: what is rendered, as frozen dataclasses to read, copy and change.

Every field is an option of the command line (``--preset ptn --models 10``). In Python::

    from dataclasses import replace
    from synth_data.commands import Render
    from synth_data.presets import Ptn

    Render.of(replace(Ptn(), models=10), out=Path("turntables")).run()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What ``vantage render`` renders when nothing else is said: single views of all categories in varied light."""

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = ""
    """Names with commas between; without it all there are."""
    viewpoints: str = "uniform"
    """uniform (over the sphere between two elevations), grid, angles (every model at each of --azimuth x --elevation x
    --tilt x --distance), or a CSV file of real annotations to imitate."""
    count: int = 1000
    """Images in all splits together; 0: as many as the angles make."""
    size: int = 128
    """Width and height in pixels."""
    samples: int = 4
    """Paths that Cycles traces for a pixel."""
    seed: int = 0
    """Another seed gives other models, views and lights."""
    models: int | None = None
    """Procedural models of each category; without it one for every eight images (4 to 2000)."""
    procedural_fraction: float | None = None
    """Share of procedural models beside --cad, in categories that have both (0 with --cad, else 1)."""
    val_fraction: float = 0.1
    """Share of models, and of images, in the split val."""
    recolour: float = 0.8
    """Probability of new paint on the body of CAD vehicles."""
    lights: str = "mixed"
    """mixed, outdoor, overcast, studio, paper (the point lamps of Render for CNN), or soft (the same for all)."""
    ground: float = 0.5
    """Probability of a shadow on the ground."""
    truncation: float = 0.0
    """Probability that the frame cuts the object."""
    smooth: bool = True
    """Take the noise of few samples out, guided by the geometry (a few milliseconds an image)."""
    passes: str = ""
    """Further maps and boxes, with commas between: normal, object_coordinates, instance, part, albedo, shading,
    bbox_amodal, flow (to the next view of a group)."""
    elevation_low: float = -10.0
    """Lowest elevation of uniform viewpoints, degrees."""
    elevation_high: float = 60.0
    """Highest elevation of uniform viewpoints, degrees."""
    tilt_std: float = 3.0
    """Standard deviation of the tilt of uniform viewpoints, degrees."""
    broad: float = 0.2
    """With a CSV file: share of viewpoints from a broad distribution (all azimuths)."""
    grid_azimuths: int = 24
    """Azimuths of the grid."""
    grid_elevations: str = "0,15,30"
    """Elevations of the grid, degrees."""
    azimuth: str = "0"
    """Azimuths of --viewpoints angles, degrees: a number, 0,30,60, or 0:360:15 (24 of them; the end is left out)."""
    elevation: str = "0"
    """Elevations, degrees, written like the azimuths; a minus needs --elevation=-10."""
    tilt: str = "0"
    """Tilts, degrees, written like the azimuths."""
    distance: str = ""
    """Distances of the camera from the object's centre, in object units (the diagonal of its box is 1), written like
    the azimuths; without them the object fills the same part of the frame in all views."""
    fov_low: float = 12.0
    """Smallest field of view, degrees."""
    fov_high: float = 55.0
    """Largest field of view, degrees; those between come log-uniformly."""
    fill_low: float = 0.6
    """Smallest share of the frame that the longer side of the object's box takes."""
    fill_high: float = 0.95
    """Largest such share."""
    shift: float = 1.0
    """How far the object's box moves off the middle of the frame, as a share of the room there is."""
    tones: bool = True
    """Vary white balance, contrast and tone curve as cameras do."""
    images: bool = False
    """Write plain PNG files (RGBA), named by their angles."""
    records: bool = True
    """Write records, that is a data set to train from."""


@dataclass(frozen=True, kw_only=True)
class Angles(Preset):
    """One model at given angles, as plain PNG files: ``vantage render --cad FILE --azimuth 0:360:15 --elevation 20``.

    What users of Render for CNN asked for (``specs/papers.md`` 1.8). Chosen by --azimuth, --elevation, --tilt or
    --distance without --preset. The same light and the same lens for every view, on a transparent ground; the
    procedural model is the one that --seed names.
    """

    viewpoints: str = "angles"
    count: int = 0
    size: int = 256
    models: int | None = 1
    val_fraction: float = 0.0
    recolour: float = 0.0
    lights: str = "soft"
    ground: float = 0.0
    fov_low: float = 30.0
    fov_high: float = 30.0
    fill_low: float = 0.9
    fill_high: float = 0.9
    shift: float = 0.0
    tones: bool = False
    images: bool = True
    records: bool = False


PRESETS: dict[str, type[Preset]] = {"default": Preset, "angles": Angles}
"""Names for --preset."""

ANGLES = ("azimuth", "elevation", "tilt", "distance")
"""Options that say angles; one of them without --preset means the preset ``angles``."""


def preset_asked_for(args: Sequence[str]) -> str:
    """Return the name of the preset that a command line wants."""
    for number, word in enumerate(args):
        option, equals, value = word.partition("=")
        if option == "--preset":
            return value if equals else next(iter(args[number + 1 :]), "")
    options = {word.partition("=")[0] for word in args}
    return "angles" if any(f"--{name}" in options for name in ANGLES) else "default"
