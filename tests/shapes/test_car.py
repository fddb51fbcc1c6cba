"""Cars: a closed body, wheels on the ground, face forwards, symmetric, with keypoints on the surface."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.car import CarParams, build_car, sample_car_params
from synth_data.shapes.car.body import MIDDLE, body_grid
from synth_data.shapes.car.build import KEYPOINTS
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.params import BOUNDS, CHOICES, PROPORTIONS, STYLES, sample_proportions
from synth_data.shapes.car.patches import shaped
from synth_data.shapes.car.stations import stations
from tests.shapes.surfaces import corners, distance, folded, height_at, mesh_of, part, winding
from vantage.errors import UserError

OPEN_SEED = 3


@pytest.fixture(scope="module", params=list(STYLES))
def cars(request):
    return [build_car(sample_car_params(np.random.default_rng(seed), request.param)) for seed in range(6)]


@pytest.fixture(scope="module")
def open_car():
    params = sample_car_params(np.random.default_rng(OPEN_SEED), "coupe")
    return build_car(replace(params, details=replace(params.details, roof="open")))


def test_body_is_one_closed_surface(cars):
    for car in cars:
        mesh = mesh_of(part(car, "body"))
        assert mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 3
        assert mesh.body_count == 1


def test_outer_size_is_what_was_asked_for(cars):
    for car in cars:
        p = car.params.proportions
        body = part(car, "body").vertices
        assert np.ptp(body[:, 1]) == pytest.approx(p.length, abs=0.06)
        assert np.ptp(body[:, 0]) == pytest.approx(p.width, abs=0.14)
        assert body[:, 2].max() == pytest.approx(p.height, abs=0.06)


def test_wheels_stand_on_the_ground_under_the_body(cars):
    for car in cars:
        p = car.params.proportions
        for side in ("left", "right"):
            front, back = (part(car, f"{side}_{end}_wheel").vertices for end in ("front", "back"))
            assert front[:, 2].min() == pytest.approx(0, abs=0.01)
            assert np.ptp(front[:, 2]) == pytest.approx(p.wheel_diameter, rel=0.02)
            assert back[:, 1].mean() - front[:, 1].mean() == pytest.approx(p.wheelbase, abs=0.01)
            assert np.abs(front[:, 0]).max() < np.abs(part(car, "body").vertices[:, 0]).max() + 0.03


def test_wheels_do_not_cut_the_body(cars):
    for car in cars[:2]:
        body = mesh_of(part(car, "body")).triangles
        for name in ("left_front_wheel", "right_back_wheel"):
            np.testing.assert_allclose(winding(body, part(car, name).vertices[::61]), 0, atol=1e-6)


def test_front_is_at_negative_y(cars):
    for car in cars:
        points = car.keypoints
        for side in ("left", "right"):
            assert points[f"{side}_front_light"][1] < points[f"{side}_front_wheel"][1] < 0
            assert points[f"{side}_back_light"][1] > points[f"{side}_back_wheel"][1] > 0
        assert part(car, "front").vertices[:, 1].max() < 0 < part(car, "rear").vertices[:, 1].min()


def test_lamps_tell_front_from_rear(cars):
    for car in cars:
        red = {m.name for m in part(car, "rear").materials if m.base_color[0] > 10 * m.base_color[1]}
        assert "tail light" in red
        assert not any(m.name == "tail light" for m in part(car, "front").materials)


def test_keypoints_have_names_and_sides(cars):
    for car in cars:
        assert tuple(car.keypoints) == KEYPOINTS
        for name in KEYPOINTS:
            if "left" in name:
                np.testing.assert_allclose(
                    car.keypoints[name] * (-1, 1, 1), car.keypoints[name.replace("left", "right")], atol=1e-9
                )


def test_keypoints_lie_on_the_surface(cars, open_car):
    for car in [cars[0], open_car]:
        points = np.array(list(car.keypoints.values()))
        gap = distance(corners(car), points)
        assert gap.max() < 0.03, dict(zip(car.keypoints, gap.round(3)))


def test_body_and_wheels_are_mirror_images(cars, open_car):
    for car in [*cars, open_car]:
        body = part(car, "body").vertices
        order = np.lexsort(np.round(body, 6).T)
        mirrored = body * (-1, 1, 1)
        np.testing.assert_allclose(body[order], mirrored[np.lexsort(np.round(mirrored, 6).T)], atol=2e-6)
        left, right = part(car, "left_back_wheel"), part(car, "right_back_wheel")
        np.testing.assert_array_equal(left.vertices * (-1, 1, 1), right.vertices)


def test_steering_wheel_follows_the_side_of_the_road():
    params = sample_car_params(np.random.default_rng(1), "sedan")
    means = []
    for right in (False, True):
        car = build_car(replace(params, details=replace(params.details, right_hand_drive=right)))
        cabin = part(car, "cabin")
        means.append(cabin.vertices[:, 0].mean())
    assert means[0] > 0 > means[1]


def test_size_and_materials(cars, open_car):
    for car in [*cars, open_car]:
        assert car.triangle_count() < 33_000
        body = part(car, "body")
        names = {body.materials[i].name for i in np.unique(body.face_materials)}
        assert {"paint", "glass", "underbody"} <= names


def test_open_car_has_no_roof(open_car):
    p = open_car.params.proportions
    body = part(open_car, "body")
    assert mesh_of(body).is_watertight and mesh_of(body).is_winding_consistent
    back = body.vertices[body.vertices[:, 1] > 0.2]
    assert back[:, 2].max() < p.belt_height + p.belt_rise + p.boot_rise + 0.1


def test_pickup_has_a_bed():
    car = build_car(sample_car_params(np.random.default_rng(0), "pickup"))
    p = car.params.proportions
    body = mesh_of(part(car, "body")).triangles
    assert height_at(body, 0.0, p.length / 2 - 0.5 * p.boot_length) < p.belt_height - 0.3


@pytest.mark.parametrize(("name", "choices"), list(CHOICES.items()))
def test_every_choice_builds(name, choices):
    params = sample_car_params(np.random.default_rng(2), "suv")
    for choice in choices:
        car = build_car(replace(params, details=replace(params.details, **{name: choice})))
        assert all(np.isfinite(p.vertices).all() for p in car.parts)


def test_proportions_out_of_bounds_name_the_field():
    proportions = sample_proportions(np.random.default_rng(0), "sedan")
    with pytest.raises(UserError, match=r"CarProportions\.length is 9; expected a number from 3\.4 to 5\.9"):
        replace(proportions, length=9)
    with pytest.raises(UserError, match="windscreen_rake"):
        replace(proportions, windscreen_rake=float("nan"))


def test_unknown_choices_are_refused():
    params = sample_car_params(np.random.default_rng(0))
    with pytest.raises(UserError, match="CarDetails.grille is 'gold'"):
        replace(params.details, grille="gold")
    with pytest.raises(UserError, match="CarParams.style is 'tank'"):
        CarParams("tank", params.proportions, params.details, params.finish)
    with pytest.raises(UserError, match="unknown car style 'tank'"):
        sample_car_params(np.random.default_rng(0), "tank")


def test_every_drawn_range_is_accepted():
    for style, ranges in PROPORTIONS.items():
        assert not {name for name in ranges if name not in BOUNDS}, style
        for seed in range(40):
            sample_proportions(np.random.default_rng(seed), style)


def test_colours_of_the_road_dominate():
    drawn = [sample_car_params(np.random.default_rng(seed)).finish.paint for seed in range(300)]
    grey = np.mean([max(c) - min(c) < 0.08 for c in drawn])
    assert 0.55 < grey < 0.92


def test_lines_of_many_cars_are_in_order():
    for seed in range(150):
        params = sample_car_params(np.random.default_rng(seed))
        layout = Layout(params.style, params.proportions, params.details)
        marks = [layout.marks[name] for name in ("cowl", "header", "pillar", "roof_end", "sill")]
        assert np.diff([0, *marks, params.proportions.length]).min() > 0.01, (seed, marks)
        u = np.linspace(0, params.proportions.width + params.proportions.length, 500)
        assert (layout.top(u) - layout.bottom(u)).min() > 0.05, seed
        assert np.diff(stations(layout).belt).min() > 1e-4, seed


def test_arches_are_cut_around_the_wheels():
    params = sample_car_params(np.random.default_rng(4), "suv")
    layout = Layout("suv", params.proportions, params.details)
    for axle in layout.axles:
        angle = np.radians(np.linspace(0, 180, 19))
        edge = layout.bottom(layout.half + axle + layout.arch_radius * np.cos(angle))
        np.testing.assert_allclose(edge, layout.wheel_radius + layout.arch_radius * np.sin(angle), atol=1e-6)
        assert layout.bottom(layout.half + axle + layout.arch_radius + 0.05) < params.proportions.clearance + 0.05


def test_lift_moves_the_wall_outwards():
    params = sample_car_params(np.random.default_rng(4), "sedan")
    layout = Layout("sedan", params.proportions, params.details)
    u = np.linspace(0, params.proportions.width + params.proportions.length, 60)
    z = 0.5 * (layout.bottom(u) + layout.top(u))
    moved = layout.wall(u, z, 0.02) - layout.wall(u, z)
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 0.02, rtol=0.1)
    assert moved[0, 1] < 0 < moved[-1, 1] and moved[30, 0] > 0


@pytest.mark.parametrize("width", [0.05, 0.12, 0.4])
@pytest.mark.parametrize("kind", ["oval", "block", "slim", "shield", "hexagon"])
def test_lamps_do_not_fold_at_their_ends(kind, width):
    params = sample_car_params(np.random.default_rng(4), "sedan")
    layout = Layout("sedan", params.proportions, params.details)
    u = 1.2 * layout.half
    mesh = shaped(layout, kind, u, u + width, 0.55, 0.70)
    assert len(folded(*mesh)) == 0


@pytest.mark.parametrize("slant", [0.0, 0.1])
def test_the_tail_does_not_come_through_tall_lamps(slant):
    params = sample_car_params(np.random.default_rng(4), "suv")
    layout = Layout("suv", replace(params.proportions, tail_slant=slant), params.details)
    u, (low, high) = layout.rear_u(0.4 * layout.half), layout.p.clearance + np.array([0.5, 0.99]) * 0.8
    points = shaped(layout, "block", u, u + 0.15, low, high)[0].reshape(-1, 6, 3)[1:-1, 2:-2]
    between = 0.5 * (points[1:] + points[:-1])
    assert (between[..., 1] > layout.wall(u + 0.07, between[..., 2])[..., 1]).all()


@pytest.mark.parametrize("slant", [0.0, 0.05, 0.1])
def test_the_gate_of_a_pickup_stands_before_its_tail(slant):
    params = sample_car_params(np.random.default_rng(1), "pickup")
    grid = body_grid(Layout("pickup", replace(params.proportions, tail_slant=slant), params.details))
    y, at = grid.vertices[grid.top][..., 1], grid.stations.at
    middle = slice(MIDDLE - 8, MIDDLE + 9)
    for name in ("bed_end", "gate"):
        np.testing.assert_array_less(y[at[name], middle] + 0.05, y[-1, middle])
    assert (np.diff(y[at["bed"] :, middle], axis=0) > 0).all()


@pytest.mark.parametrize("lens", CHOICES["tail_lens"])
@pytest.mark.parametrize("lamps", CHOICES["tail_lights"])
def test_tails_show_red_and_brakes_shine(lens, lamps):
    params = sample_car_params(np.random.default_rng(4), "sedan")
    details = replace(params.details, tail_lens=lens, tail_lights=lamps, brakes_on=True)
    rear = part(build_car(replace(params, details=details)), "rear")
    used = [rear.materials[number] for number in np.unique(rear.face_materials)]
    assert any(m.emission > 0 and m.base_color[0] > 10 * m.base_color[1] for m in used)
    dark = part(build_car(replace(params, details=replace(details, brakes_on=False))), "rear")
    assert not any(dark.materials[number].emission for number in np.unique(dark.face_materials))
