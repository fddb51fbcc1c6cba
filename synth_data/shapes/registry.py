"""The categories there are, and `sample_shape`: a normalised model from a category and a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synth_data.shapes.aeroplane import build_aeroplane, sample_aeroplane_params
from synth_data.shapes.bed import build_bed, sample_bed_params
from synth_data.shapes.bicycle import build_bicycle, sample_bicycle_params
from synth_data.shapes.boat import build_boat, sample_boat_params
from synth_data.shapes.bookcase import build_bookcase, sample_bookcase_params
from synth_data.shapes.bottle import build_bottle, sample_bottle_params
from synth_data.shapes.bus import build_bus, sample_bus_params
from synth_data.shapes.car import build_car, sample_car_params
from synth_data.shapes.chair import build_chair, sample_chair_params
from synth_data.shapes.desk import build_desk, sample_desk_params
from synth_data.shapes.diningtable import build_diningtable, sample_diningtable_params
from synth_data.shapes.lamp import build_lamp, sample_lamp_params
from synth_data.shapes.mesh import Shape, normalised
from synth_data.shapes.motorbike import build_motorbike, sample_motorbike_params
from synth_data.shapes.rifle import build_rifle, sample_rifle_params
from synth_data.shapes.sofa import build_sofa, sample_sofa_params
from synth_data.shapes.swivelchair import build_swivelchair, sample_swivelchair_params
from synth_data.shapes.table import build_table, sample_table_params
from synth_data.shapes.train import build_train, sample_train_params
from synth_data.shapes.tvmonitor import build_tvmonitor, sample_tvmonitor_params
from vantage.errors import UserError


@dataclass(frozen=True)
class Category:
    """A kind of model: ``sample(rng) -> params`` and ``build(params) -> Shape`` in metres."""

    sample: Callable
    build: Callable


CATEGORIES: dict[str, Category] = {
    "car": Category(sample_car_params, build_car),
    "chair": Category(sample_chair_params, build_chair),
    "table": Category(sample_table_params, build_table),
    "sofa": Category(sample_sofa_params, build_sofa),
    "bus": Category(sample_bus_params, build_bus),
    "motorbike": Category(sample_motorbike_params, build_motorbike),
    "bicycle": Category(sample_bicycle_params, build_bicycle),
    "aeroplane": Category(sample_aeroplane_params, build_aeroplane),
    "bed": Category(sample_bed_params, build_bed),
    "swivelchair": Category(sample_swivelchair_params, build_swivelchair),
    "desk": Category(sample_desk_params, build_desk),
    "bookcase": Category(sample_bookcase_params, build_bookcase),
    "diningtable": Category(sample_diningtable_params, build_diningtable),
    "bottle": Category(sample_bottle_params, build_bottle),
    "boat": Category(sample_boat_params, build_boat),
    "train": Category(sample_train_params, build_train),
    "tvmonitor": Category(sample_tvmonitor_params, build_tvmonitor),
    "lamp": Category(sample_lamp_params, build_lamp),
    "rifle": Category(sample_rifle_params, build_rifle),
}


def sample_shape(category: str, seed: int) -> Shape:
    """Return the model of ``category`` that belongs to ``seed``, normalised, with ``shape.normalisation`` set.

    The same pair gives equal arrays every time. Different categories draw from different streams.

    Raises:
        UserError: unknown category, or a negative seed.
    """
    if category not in CATEGORIES:
        raise UserError(f"unknown category {category!r}", f"one of {', '.join(CATEGORIES)}")
    if seed < 0:
        raise UserError(f"seed {seed}", "a seed of at least 0")
    kind = CATEGORIES[category]
    rng = np.random.default_rng([seed, list(CATEGORIES).index(category)])
    return normalised(kind.build(kind.sample(rng)))[0]
