"""What ``vantage render`` is asked for: the fields of a preset, where to, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synth_data.presets import Preset


@dataclass(frozen=True)
class RenderOptions(Preset):
    """All options of one call; the presets have those that decide what the data are."""

    out: Path
    """Folder to write; new, empty, or one that the same command began. With --preset NAME it may be left out: it is
    renders/NAME then."""
    preset: str = "default"
    """default, angles, render4cnn, 3dinn, dcign, rotator, ptn, chairs, voxels64, scenes, posenet, or a JSON file of
    fields; every other option changes it."""
    cad: Path | None = None
    """Folder of GLB, glTF, OBJ, PLY, STL, OFF, DAE, FBX or USD files, one sub-folder for each category; ShapeNetCore;
    ModelNet; or one file, whose category is its folder's name or the one of --categories."""
    workers: int = 2
    """Processes, each with one thread."""
    device: str = "cpu"
    """What Cycles renders on: cpu (the same bytes on every machine of a kind), gpu (a graphics card, and other bytes),
    or auto (a card where Blender finds one)."""
    cluster: str | None = None
    """Address of a Ray cluster whose nodes render instead, such as 10.0.0.5:6379 (docs/scale.md)."""
    up: str | None = None
    """Axis that points up in the CAD files; without it, what file, collection or format says (docs/conventions.md)."""
    front: str | None = None
    """Axis along which CAD models look, such as -y; without it, as for --up."""
    strict: bool = False
    """Stop before rendering when a CAD file cannot be imported, instead of leaving it out."""
    shard_size: int | None = None
    """Images in a file; without it about 32 files in all."""
    json: Path | None = None
    """File for the summary as JSON."""
