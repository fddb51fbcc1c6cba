"""The materials of a motorbike."""

from __future__ import annotations

from dataclasses import dataclass

from synth_data.shapes.materials import BLACK_METAL, CHROME, STEEL
from synth_data.shapes.mesh import Material
from synth_data.shapes.motorbike.params import MotorbikeParams
from synth_data.shapes.vehicles import lacquer


@dataclass(frozen=True)
class Colors:
    """The materials of one motorbike, by what they are for."""

    paint: Material
    second: Material
    bright: Material
    engine: Material
    seat: Material


def colors_of(p: MotorbikeParams) -> Colors:
    """Return the materials of ``p``."""
    leather = (0.12, 0.05, 0.02) if p.brown_seat else (0.014, 0.014, 0.014)
    seat = Material("seat", leather, roughness=0.5, pattern="leather", pattern_color=(0.02, 0.018, 0.016),
                    pattern_scale=0.02)  # fmt: skip
    bright = CHROME if p.chrome else BLACK_METAL
    engine = STEEL if p.chrome or p.style == "naked" else Material("engine", (0.1, 0.1, 0.105), 0.7, 0.45)
    return Colors(lacquer("paint", p.paint, p.metallic), lacquer("second paint", p.second), bright, engine, seat)
