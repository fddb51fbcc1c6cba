"""Which axis of a CAD file points up and which one its model looks along."""

from __future__ import annotations

import re
from pathlib import Path

from vantage.errors import UserError

AXES = ("+x", "-x", "+y", "-y", "+z", "-z")

Y_UP, Z_UP = ("+y", "+z"), ("+z", "-y")
_X_UP = ("+x", "+z")

DEFAULT_AXES = {
    **dict.fromkeys((".glb", ".gltf", ".obj", ".dae", ".fbx", ".usd", ".usda", ".usdc", ".usdz"), Y_UP),
    **dict.fromkeys((".ply", ".stl", ".off"), Z_UP),
}
"""Format -> (up, front) of its files where neither the file nor the user says anything.

FBX and USD files say which way is up; they are turned to +y up and a front along +z, like glTF, before ``--up`` and
``--front`` are looked at.
"""

_COLLADA = {b"X": _X_UP, b"Y": Y_UP, b"Z": Z_UP}


def parse_axis(text: str, option: str) -> str:
    """Return ``+y`` for ``y`` or ``+Y``; the sign may also stand behind (``y-``).

    Raises:
        UserError: naming ``option``.
    """
    axis = text.strip().lower()
    axis = axis[1:] + axis[:1] if axis[1:] in ("+", "-") else axis
    axis = axis if axis[:1] in ("+", "-") else f"+{axis}"
    axis = axis[::-1] if axis[-1:] in ("+", "-") else axis
    if axis not in AXES:
        raise UserError(f"{option} is {text!r}", f"one of {', '.join(AXES)}", f"write {option} -y")
    return axis


def axes_of(path: Path) -> tuple[str, str]:
    """Return (up, front) of a file from its format, or from what a COLLADA file says of itself."""
    suffix = path.suffix.lower()
    if suffix != ".dae":
        return DEFAULT_AXES[suffix]
    with open(path, "rb") as file:
        told = re.search(rb"<up_axis>\s*([XYZ])_UP", file.read(1 << 16))
    return _COLLADA[told[1]] if told else Y_UP
