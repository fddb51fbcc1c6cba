"""Viewpoints spread evenly, and the densities that ship: what they are like, and that they fit the annotations."""

import csv

import numpy as np
import pytest
from scipy.stats import qmc

from synth_data.sampling.fitted import AZIMUTH_BINS, CLASSES, Density, FittedPrior, class_of, load_density
from synth_data.sampling.priors.fit import fit, read_rows
from synth_data.sampling.viewpoints import SpherePrior, UniformPrior


def draws(prior, count, category="car"):
    views = [prior.draw(category, index, np.random.default_rng([7, index])) for index in range(count)]
    return np.array([(view.azimuth, view.elevation, view.tilt) for view in views])


def test_sphere_views_are_more_even_than_random_ones():
    unit = []
    for prior in (SpherePrior(-10, 60), UniformPrior(-10, 60, 0)):
        angles = draws(prior, 256)
        assert angles[:, 1].min() >= -10 and angles[:, 1].max() <= 60 and (angles[:, 2] == 0).all()
        low, high = np.sin(np.radians([-10, 60]))
        unit.append(np.stack([angles[:, 0] / 360, (np.sin(np.radians(angles[:, 1])) - low) / (high - low)], 1))
    even, uneven = (qmc.discrepancy(points.clip(0, 1)) for points in unit)
    assert even < uneven / 5


def test_neighbours_on_the_sphere_are_apart():
    angles = np.radians(draws(SpherePrior(), 400))
    points = np.stack([np.cos(angles[:, 1]) * np.cos(angles[:, 0]), np.cos(angles[:, 1]) * np.sin(angles[:, 0]),
                       np.sin(angles[:, 1])], 1)  # fmt: skip
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1) + 9 * np.eye(400)
    assert distances.min() > 0.25 * np.sqrt(4 * np.pi / 400)
    assert distances.min(axis=1).max() < 2 * np.sqrt(4 * np.pi / 400)


@pytest.mark.parametrize("name", CLASSES)
def test_shipped_densities_are_densities(name):
    density = load_density(name)
    assert density.cells.sum() == pytest.approx(1) and density.cells.min() >= 0 and density.views > 500
    assert (np.diff(density.tilts) >= 0).all() and np.abs(density.tilts).max() <= 180
    angles = np.array([density.draw(np.random.default_rng([1, number])) for number in range(300)])
    assert angles[:, 0].min() >= 0 and angles[:, 0].max() < 360 and np.abs(angles[:, 1]).max() <= 90
    assert len(np.unique(angles[:, 0])) == 300


def test_draws_follow_the_density():
    density = load_density("sofa")
    angles = np.array([density.draw(np.random.default_rng([2, number])) for number in range(4000)])
    found, _ = np.histogram(angles[:, 0], AZIMUTH_BINS, (0, 360))
    assert np.abs(found / 4000 - density.cells.sum(axis=1)).max() < 0.015
    assert np.median(angles[:, 2]) == pytest.approx(np.median(density.tilts), abs=0.5)


def test_a_density_survives_its_file(rng):
    density = fit(np.stack([rng.normal(30, 20, 200), rng.normal(10, 5, 200), rng.normal(0, 3, 200)], 1))
    again = Density.from_json(density.as_json())
    np.testing.assert_allclose(again.cells, density.cells, atol=2e-6)
    np.testing.assert_allclose(again.tilts, density.tilts, atol=0.006)


def test_azimuths_wrap_around_in_a_fit(rng):
    cells = fit(np.stack([rng.normal(0, 10, 400) % 360, np.zeros(400), np.zeros(400)], 1)).cells.sum(axis=1)
    assert cells[0] == pytest.approx(cells[-1], rel=0.3) and cells[AZIMUTH_BINS // 2] < cells[0]


def test_sofas_are_seen_from_in_front_and_a_fifth_from_anywhere():
    narrow, mixed = draws(FittedPrior(0.0), 1500, "sofa"), draws(FittedPrior(0.2), 1500, "sofa")
    behind = [(np.abs(angles[:, 0] - 180) < 60).mean() for angles in (narrow, mixed)]
    assert behind[0] < 0.05 and behind[1] == pytest.approx(behind[0] + 0.2 / 3, abs=0.03)


@pytest.mark.parametrize(
    ("category", "name"), [("car", "car"), ("desk", "diningtable"), ("lamp", "bottle"), ("spaceship", "car")]
)
def test_every_category_has_a_class(category, name):
    assert class_of(category) == name
    assert draws(FittedPrior(), 3, category).shape == (3, 3)


def test_densities_fit_the_annotations(vantage_data):
    path = vantage_data / "viewpoint_priors" / "pascal3d.csv"
    with open(path, newline="") as file:
        assert {row["class"] for row in csv.DictReader(file)} == set(CLASSES)
    for name in CLASSES:
        shipped, rows = load_density(name), read_rows(path, name, ("train", "pascal"))
        assert shipped.views == len(rows)
        np.testing.assert_allclose(shipped.cells, fit(rows).cells, atol=2e-6)
        held_out = read_rows(path, name, ("val",))
        found, _ = np.histogram((held_out[:, 0] + 15) % 360, 12, (0, 360))
        ours = np.roll(shipped.cells.sum(axis=1), 2).reshape(12, -1).sum(axis=1)
        assert np.abs(found / len(held_out) - ours).sum() / 2 < 0.2, name
        heights = (np.arange(36) + 0.5) * 5 - 90
        assert shipped.cells.sum(axis=0) @ heights == pytest.approx(held_out[:, 1].mean(), abs=3), name
