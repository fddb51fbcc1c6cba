"""The materials of a bicycle."""

from __future__ import annotations

from dataclasses import dataclass

from synth_data.shapes.mesh import Material


@dataclass(frozen=True)
class Colors:
    """The materials of one bicycle, by what they are for."""

    paint: Material
    second: Material
    metal: Material
    soft: Material
