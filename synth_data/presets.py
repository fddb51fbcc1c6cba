"""Presets of ``vantage render``: what is rendered, as frozen dataclasses to read, copy and change.

Every field is an option of the command line (``--preset ptn --models 10``). In Python::

    from dataclasses import replace
    from synth_data.commands import Render
    from synth_data.presets import Ptn

    Render.of(replace(Ptn(), models=10), out=Path("turntables")).run()
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

import tyro

from vantage.choices import nearest
from vantage.classes import PASCAL3D
from vantage.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What ``vantage render`` renders when nothing else is said: single views of all categories in varied light."""

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = ""
    """Names with commas between; without it all there are."""
    viewpoints: str = "uniform"
    """uniform (over the sphere between two elevations), sphere (the same, evenly spread), grid (in each category all
    its points in turn, 72 unless --grid-azimuths and --grid-elevations say otherwise; some of them lie evenly), prior
    (as each class is photographed), angles (every model at each of --azimuth x --elevation x --tilt x --distance), or a
    CSV file of real annotations to imitate."""
    count: int = 1000
    """Images in all splits together; 0: as many as the angles make."""
    size: Annotated[int | str, tyro.conf.arg(metavar="N|WxH")] = 128
    """Pixels: one number for squares, or width and height such as 160x120."""
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
    """mixed, outdoor, overcast, studio, paper (the point lamps of Render for CNN), key (one lamp that throws clear
    shadows), soft (the same for all), or folder:DIR (environment images: equirectangular EXR, HDR, JPEG or PNG)."""
    materials: str = "own"
    """own, recoloured (other colours), or random (anything on anything)."""
    textures: str = ""
    """Folder of JPEG and PNG files to lay on procedural shapes: those in sub-folders named wood, cloth, leather, metal,
    paint, plastic, rubber, stone or paper on such surfaces, all others on any (docs/presets.md)."""
    ground: float = 0.5
    """Probability of a shadow on the ground."""
    truncation: float = 0.0
    """Probability that the frame cuts the object."""
    occluders: float = 0.0
    """Probability that another object stands before the one that is looked at; 30 % of that stay visible."""
    companions: int = 0
    """Largest number of other objects around it (0 to 8)."""
    smooth: bool = True
    """Take the noise of few samples out, guided by the geometry (a few milliseconds an image)."""
    passes: str = ""
    """Further maps and boxes, with commas between: normal, object_coordinates, instance, part, albedo, shading,
    bbox_amodal, flow (to the next view of a group)."""
    elevation_low: float = -10.0
    """Lowest elevation of uniform and sphere viewpoints, degrees."""
    elevation_high: float = 60.0
    """Highest elevation of uniform and sphere viewpoints, degrees."""
    tilt_std: float = 3.0
    """Standard deviation of the tilt of uniform and sphere viewpoints, degrees."""
    broad: float = 0.2
    """With prior or a CSV file: share of viewpoints from a broad distribution (all azimuths)."""
    grid_azimuths: int = 24
    """Azimuths of the grid."""
    grid_elevations: str = "0,15,30"
    """Elevations of the grid, degrees."""
    azimuth: str = "0"
    """Azimuths of --viewpoints angles, degrees: a number, 0,30,60, or 0:360:15 (24 of them; the end is left out)."""
    elevation: str = "0"
    """Elevations, degrees, written like the azimuths, such as -10,0,20; below 0 the camera looks up."""
    tilt: str = "0"
    """Tilts, degrees, written like the azimuths."""
    distance: str = ""
    """Distance of the camera from the object's centre, in object units (the diagonal of its box is 1); with angles also
    several, written like the azimuths. Without it the object fills as much of the frame as --fill-low and --fill-high
    say."""
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
    aperture: float = 0.0
    """Largest diameter of the lens over the camera's distance; what is nearer or farther than the object's centre is
    blurred (0.05 shows, 0.2 is much). Labels are those of the sharp picture."""
    tones: bool = True
    """Vary white balance, contrast and tone curve as cameras do."""
    group_size: int = 0
    """Consecutive views that belong together and show one model; 0: each on its own (with angles: all angles)."""
    held: str = ""
    """What the views of a group have in common beside the model: direction, camera, light, paint."""
    path: str = ""
    """How a group goes on from its first view: steps (of --step degrees of azimuth, forwards or backwards), factors
    (one of --factors varies and the rest is held), or nothing."""
    step: float = 15.0
    """Degrees of azimuth between views on --path steps."""
    factors: str = "azimuth,elevation,light,shape"
    """What groups on --path factors vary in turn; a name that comes twice has twice the groups."""
    deform: float = 0.0
    """Share of runs (or groups) of views whose model, procedural or CAD, is bent, every time in a new way."""
    deform_copies: int = 0
    """Deformed copies that each CAD model gets beside it: further models of the set, which stay the same throughout."""
    rigs: str = ""
    """Camera rigs for scenes (categories room and street), with commas between: grid, drive, orbit, walk, stereo. Each
    group of views shows one scene through one of the rigs."""
    images: bool = False
    """Write plain PNG files (RGBA), named by their angles."""
    records: bool = True
    """Write records, that is a data set to train from."""
    model_labels: bool = False
    """Beside the records, store of each model voxels (solid and surface, 32 and 64), a point cloud with normals,
    keypoints, hash and licence in models/; a finished set gets them with the same command and this option."""


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


@dataclass(frozen=True, kw_only=True)
class Render4Cnn(Preset):
    """Training views for viewpoint classification (Su et al., ICCV 2015; ``specs/papers.md`` 1.5).

    The paper's: viewpoints of each class's kernel density with 20 % broad samples, 0 to 6 point lamps, many shapes,
    deformed copies of CAD models. Backgrounds, truncation and colours come when a batch is read
    (`vantage.records.augment`). The paper renders 200,000 views of each of 12 classes: ``--count 2400000``.
    Its distances belong to the annotations and do not ship: the object fills 0.6 to 0.95 of the frame.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = ",".join(PASCAL3D)
    viewpoints: str = "prior"
    count: int = 2400
    lights: str = "paper"
    truncation: float = 0.1
    occluders: float = 0.1
    ground: float = 0.0
    deform_copies: int = 3


@dataclass(frozen=True, kw_only=True)
class Interpreter3d(Preset):
    """Furniture with the skeletons of 3D-INN (Wu et al., ECCV 2016; ``specs/papers.md`` 2.1).

    Keypoints of chair, swivel chair, table, bed and sofa are the paper's. Its pictures look down by 0 to 27 degrees
    (tables to 54, beds to 45) from all sides, level, with focal lengths of 120 to 450 px on a canvas of 320; the
    shortest, beyond 70 degrees, are left out.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "bed,chair,sofa,swivelchair,table"
    count: int = 1000
    elevation_low: float = 0.0
    elevation_high: float = 45.0
    tilt_std: float = 0.0
    fov_low: float = 39.0
    fov_high: float = 70.0
    fill_low: float = 0.4


@dataclass(frozen=True, kw_only=True)
class DcIgn(Preset):
    """Factor batches of 20 views: azimuth, elevation, light or shape varies and all else is held.

    For DC-IGN (Kulkarni et al., NeurIPS 2015; ``specs/papers.md`` 4.3 and 4.4): batches of 20, four types. Batches of
    shapes are ten times as many as each of the others in the paper: ``--factors azimuth,elevation,light,shape,shape``
    and so on. The record's ``factors`` say what varies: ``varies_azimuth`` and its like, ``light_turn_deg``.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "chair"
    count: int = 800
    size: int = 150
    models: int | None = 100
    lights: str = "key"
    ground: float = 0.0
    elevation_low: float = -5.0
    elevation_high: float = 50.0
    tilt_std: float = 0.0
    distance: str = "2"
    fov_low: float = 30.0
    fov_high: float = 30.0
    tones: bool = False
    group_size: int = 20
    held: str = "direction,camera,light,paint"
    path: str = "factors"


@dataclass(frozen=True, kw_only=True)
class Rotator(Preset):
    """Action sequences for the recurrent rotator: a first view and 16 steps of azimuth, one way or the other.

    Yang et al., NeurIPS 2015; ``specs/papers.md`` 5.2 and 5.3: steps between neighbours of 31 azimuths, sequences of up
    to 16 actions from random first views, two elevations, 64 px. The record's ``action`` is 1, -1, or 0 at the start.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "chair"
    count: int = 680
    size: int = 64
    models: int | None = 40
    viewpoints: str = "grid"
    grid_azimuths: int = 31
    grid_elevations: str = "20,30"
    lights: str = "soft"
    ground: float = 0.0
    distance: str = "2"
    fov_low: float = 30.0
    fov_high: float = 30.0
    tones: bool = False
    group_size: int = 17
    held: str = "direction,camera,light,paint"
    path: str = "steps"
    step: float = 360 / 31


@dataclass(frozen=True, kw_only=True)
class Ptn(Preset):
    """Turntables for perspective transformer nets: 24 views of each model, 15 degrees apart, from 30 degrees above.

    Yan et al., NeurIPS 2016; ``specs/papers.md`` 6.2 and 6.4: 64 px, fixed lens and distance. The released code counts
    azimuths 15 v from v = 1, its TensorFlow port from 0, as here. Its projector sees [-1, 1]^3 from f + 1/2 (the port:
    f + sqrt(3)/2) with f = sqrt(3)/2; here the camera stands at 2 box diagonals and 30 degrees hold the whole sphere.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "chair"
    viewpoints: str = "angles"
    azimuth: str = "0:360:15"
    elevation: str = "30"
    distance: str = "2"
    count: int = 0
    size: int = 64
    models: int | None = 40
    lights: str = "soft"
    ground: float = 0.0
    fov_low: float = 30.0
    fov_high: float = 30.0
    tones: bool = False
    model_labels: bool = True


@dataclass(frozen=True, kw_only=True)
class Chairs(Ptn):
    """Rendered Chairs: 31 azimuths x 2 elevations, 62 views of each model (``specs/papers.md`` 5.3).

    The specification gives the numbers of azimuths and elevations; 20 and 30 degrees are those of Aubry et al., CVPR
    2014, from memory.
    """

    azimuth: str = "0:360/31"
    elevation: str = "20,30"
    size: int = 128
    models: int | None = 20
    model_labels: bool = False


@dataclass(frozen=True, kw_only=True)
class Voxels64(Preset):
    """Pictures from which 3D-VAE-GAN infers a volume (Wu et al., NeurIPS 2016; ``specs/papers.md`` 7.1 to 7.3).

    256 px, seven categories, viewpoints spread evenly; volumes of 64^3 belong to the model, see ``--model-labels``.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "aeroplane,boat,car,chair,rifle,sofa,table"
    viewpoints: str = "sphere"
    count: int = 560
    size: int = 256
    elevation_high: float = 70.0
    tilt_std: float = 0.0
    model_labels: bool = True


@dataclass(frozen=True, kw_only=True)
class Scenes(Preset):
    """Furnished rooms and streets seen by camera rigs, for view synthesis (``specs/papers.md`` 3).

    Every 12 consecutive views are one scene, from the cameras of a forward-facing grid, a drive, an orbit, a random
    walk or stereo pairs; ``scene_id`` and ``view_id`` of the records say which, and the exposure is the same for all.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "room,street"
    count: int = 480
    size: int = 256
    samples: int = 16
    recolour: float = 0.0
    ground: float = 0.0
    fov_low: float = 50.0
    fov_high: float = 80.0
    tones: bool = False
    group_size: int = 12
    held: str = "camera,light"
    rigs: str = "grid,drive,orbit,walk,stereo"


@dataclass(frozen=True, kw_only=True)
class PoseNet(Scenes):
    """One room along many walks, for camera relocalisation (Kendall et al., ICCV 2015; ``specs/papers.md`` 9.2).

    A network learns one place: all views show one room (another ``--seed``, another room), every 20 of them one walk.
    Hold out whole walks, by ``scene_id``, for testing. The paper trains on crops of 224 px of 455 x 256 (``--size
    455x256``); these are square. Poses are ``camera_from_world``, in units of the scene's diagonal; ``normalisation``
    has the metres.
    """

    categories: Annotated[str, tyro.conf.arg(aliases=["--category"])] = "room"
    count: int = 400
    models: int | None = 1
    val_fraction: float = 0.0
    group_size: int = 20
    rigs: str = "walk"


PRESETS: dict[str, type[Preset]] = {
    "default": Preset,
    "angles": Angles,
    "render4cnn": Render4Cnn,
    "3dinn": Interpreter3d,
    "dcign": DcIgn,
    "rotator": Rotator,
    "ptn": Ptn,
    "chairs": Chairs,
    "voxels64": Voxels64,
    "scenes": Scenes,
    "posenet": PoseNet,
}
"""Names for --preset."""

ANGLES = ("azimuth", "elevation", "tilt", "distance")
"""Options that say angles; one of them without --preset means the preset ``angles``."""


def find_preset(name: str) -> Preset:
    """Return the preset of a name in `PRESETS`, or of a JSON file: ``{"preset": "ptn", "models": 10}``.

    Raises:
        UserError: neither, or a file with an unknown field or a value of another type.
    """
    base, values = _read(name)
    return _changed(PRESETS[base](), values, name)


def preset_behind(name: str) -> Preset:
    """Return the preset of a name, or the one that a JSON file changes, as it is without the file's changes.

    Raises:
        UserError: see `find_preset`.
    """
    return PRESETS[_read(name)[0]]()


def name_of(preset: Preset) -> str:
    """Return the name of the preset that an instance is of, be it changed."""
    names = {kind: name for name, kind in PRESETS.items()}
    return next(names[kind] for kind in type(preset).__mro__ if kind in names)


def _read(name: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a preset in `PRESETS` and the fields that a JSON file changes."""
    if name in PRESETS:
        return name, {}
    if not name.endswith(".json"):
        raise UserError(f"--preset is {name!r}{nearest(name, PRESETS)}", f"one of {', '.join(PRESETS)}, or a JSON file")
    try:
        with open(name, encoding="utf-8") as file:
            values = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"--preset {name} cannot be read ({error})", "a JSON file") from error
    if not isinstance(values, dict):
        raise UserError(f"--preset {name} holds no fields", '{"preset": "ptn", "models": 10}')
    base = values.pop("preset", "default")
    if base not in PRESETS:
        raise UserError(f"{name}: preset is {base!r}{nearest(str(base), PRESETS)}", f"one of {', '.join(PRESETS)}")
    return base, values


def _changed(preset: Preset, values: dict[str, Any], path: str) -> Preset:
    """Return ``preset`` with the fields of a file, each of which must be of its type."""
    types = {field.name: str(field.type) for field in fields(Preset)}
    for name, value in values.items():
        if name not in types:
            found = f"{path}: there is no field {name!r}{nearest(name, types)}"
            raise UserError(found, f"fields of a preset, such as {', '.join(types)}")
        wanted = types[name].removeprefix("Annotated[").partition(",")[0].split(" | ")
        if type(value).__name__ not in (*wanted, *(["int"] if "float" in wanted else [])) and value is not None:
            raise UserError(f"{path}: {name} is {value!r}", f"of type {' or '.join(wanted)}")
        if value is None and "None" not in wanted:
            raise UserError(f"{path}: {name} is null", f"of type {' or '.join(wanted)}")
    return replace(preset, **values)


def preset_asked_for(args: Sequence[str]) -> str:
    """Return the name of the preset that a command line wants."""
    for number, word in enumerate(args):
        option, equals, value = word.partition("=")
        if option == "--preset":
            return value if equals else next(iter(args[number + 1 :]), "")
    options = {word.partition("=")[0] for word in args}
    return "angles" if any(f"--{name}" in options for name in ANGLES) else "default"
