"""Viewpoints, framing, light, paint: ranges, distributions, and that equal generators draw equal things."""

import numpy as np
import pytest

from synth_data.sampling.cameras import Framing, frame_object, sample_framing
from synth_data.sampling.environments import SoftBox, environment_image, sample_outdoor
from synth_data.sampling.lights import (
    MAX_AREAS,
    MAX_POINTS,
    STYLES,
    Light,
    lamp_irradiance,
    light_rows,
    reference_irradiance,
    sample_lighting,
)
from synth_data.sampling.sphere import HEIGHT, WIDTH, mean_radiance
from synth_data.sampling.surfaces import body_surface, sample_paint
from synth_data.sampling.viewpoints import Direction, GridPrior, UniformPrior, read_density, require_classes
from tests.synth_data.objects import ball, marked_model
from vantage.errors import UserError
from vantage.geometry.viewpoints import viewpoint_from_camera

CSV = """class,split,azimuth_deg,elevation_deg,tilt_deg
car,train,90,10,2
car,train,100,12,-2
car,val,270,80,0
sofa,train,0,20,0
"""


@pytest.fixture
def annotations(tmp_path):
    path = tmp_path / "views.csv"
    path.write_text(CSV)
    return path


def draws(prior, count=400, category="car"):
    views = [prior.draw(category, index, np.random.default_rng([5, index])) for index in range(count)]
    return np.array([(view.azimuth, view.elevation, view.tilt) for view in views])


def test_uniform_views_are_uniform_on_the_sphere():
    angles = draws(UniformPrior(-10, 60, 3), 2000)
    assert angles[:, 0].min() >= 0 and angles[:, 0].max() < 360
    assert angles[:, 1].min() >= -10 and angles[:, 1].max() <= 60
    share = (np.sin(np.radians(angles[:, 1])) < np.sin(np.radians(-10)) + 0.5).mean()
    assert share == pytest.approx(0.5 / (np.sin(np.radians(60)) - np.sin(np.radians(-10))), abs=0.04)
    assert angles[:, 2].std() == pytest.approx(3, rel=0.1)


def test_the_grid_has_each_azimuth_with_each_elevation():
    grid = GridPrior(4, (0.0, 30.0))
    angles = draws(grid, 16)
    assert sorted(map(tuple, angles[:8, :2])) == [(a, e) for a in (0, 90, 180, 270) for e in (0, 30)]
    np.testing.assert_array_equal(angles[:8], angles[8:])


@pytest.mark.parametrize(("azimuths", "elevations"), [(24, 3), (12, 1), (31, 2), (36, 4), (1, 5), (2, 1), (7, 7)])
def test_some_points_of_a_grid_lie_as_evenly_as_all(azimuths, elevations):
    grid = GridPrior(azimuths, tuple(np.linspace(0, 60, elevations)))
    order = [grid.nth(number) for number in range(2 * len(grid))]
    assert sorted(order[: len(grid)]) == list(range(len(grid)))
    assert order[len(grid) :] == order[: len(grid)]
    for count in range(1, len(grid) + 1):
        row, azimuth = np.divmod(order[:count], azimuths)
        each = np.bincount(row, minlength=elevations)
        assert each.max() - each.min() <= 1
        for places in (np.sort(azimuth[row == number]) for number in range(elevations)):
            gaps = np.diff([*places, places[0] + azimuths]) if len(places) else np.zeros(1)
            assert gaps.max() * len(places) <= 2.2 * azimuths


def test_density_follows_the_training_rows(annotations):
    angles = draws(read_density(annotations, broad=0.0), 500)
    assert 85 < np.median(angles[:, 0]) < 105
    assert 9 < np.median(angles[:, 1]) < 13
    kernel = 1.06 * 5 * 2**-0.2
    assert angles[:, 0].std() == pytest.approx(np.hypot(5, kernel), rel=0.15)


def test_a_share_of_the_density_is_broad(annotations):
    angles = draws(read_density(annotations, broad=1.0), 800)
    assert np.histogram(angles[:, 0], 6, (0, 360))[0].min() > 80
    assert angles[:, 1].mean() == pytest.approx((10 + 12 + 20) / 3, abs=2.5)
    assert angles[:, 1].std() == pytest.approx(20, rel=0.12)
    assert np.abs(angles[:, 2]).max() <= 45


def test_a_file_without_classes_serves_all(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("file,azimuth_deg,elevation_deg\na,10,20\nb,20,30\n")
    prior = read_density(path)
    require_classes(prior, ["car", "spoon"], "plain.csv")
    assert np.isfinite(draws(prior, 5, "spoon")).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("azimuth_deg,tilt_deg\n1,2\n", "lacks the column elevation_deg; it has azimuth_deg, tilt_deg"),
        ("a,b\n1,2\n", "lacks the columns azimuth_deg and elevation_deg"),
        ("azimuth_deg,elevation_deg\n1,2\n3,x\n", "line 3: elevation_deg is 'x'"),
        ("azimuth_deg,elevation_deg\n1,nan\n", "line 2"),
        ("azimuth_deg,elevation_deg\n", "has no rows"),
        ("", "lacks the columns"),
    ],
)
def test_bad_files_are_told(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        read_density(path)
    assert words in str(error.value)


def test_a_missing_class_is_told_with_those_there_are(annotations):
    prior = read_density(annotations)
    require_classes(prior, ["car", "couch"], "views.csv")
    with pytest.raises(UserError, match=r"no viewpoints of spoon; expected its classes are car, sofa"):
        require_classes(prior, ["car", "spoon"], "views.csv")
    with pytest.raises(UserError, match="there is no viewpoint file"):
        read_density("nowhere.csv")


@pytest.mark.parametrize("seed", range(12))
def test_the_object_fills_the_frame_as_asked(seed):
    rng = np.random.default_rng(seed)
    view = UniformPrior(-40, 80, 30).draw("car", 0, rng)
    framing = sample_framing(rng)
    model = marked_model()
    viewpoint, camera = frame_object(view, framing, model.hull, 200)
    pixels, z = camera.project(model.vertices)
    assert z.min() > 0
    assert np.ptp(pixels, axis=0).max() / 200 == pytest.approx(framing.fill, abs=2e-3)
    assert pixels.min() > 0 and pixels.max() < 200
    again = viewpoint_from_camera(camera.camera_from_world)
    assert float(again.distance) == pytest.approx(float(viewpoint.distance))
    assert float(again.azimuth) == pytest.approx(view.azimuth, abs=1e-6)


def test_truncated_views_leave_the_frame():
    framings = [sample_framing(np.random.default_rng(seed), truncation=1.0) for seed in range(60)]
    model, outside = marked_model(), 0
    for framing in framings:
        _, camera = frame_object(Direction(30, 20), framing, model.hull, 100)
        pixels, _ = camera.project(model.vertices)
        outside += pixels.min() < 0 or pixels.max() > 100
    assert outside > 40


def test_a_distance_of_the_prior_is_kept_but_never_inside_the_object():
    model = marked_model()
    viewpoint, _ = frame_object(Direction(0, 0, 0, 4.5), Framing(30, 0.8), model.hull, 64)
    assert float(viewpoint.distance) == 4.5
    _, camera = frame_object(Direction(0, 0, 0, 0.1), Framing(30, 0.8), model.hull, 64)
    assert camera.project(model.vertices)[1].min() > 0.04


@pytest.mark.parametrize("style", STYLES)
def test_light_is_drawn_from_the_generator_alone(style):
    first, second = (sample_lighting(np.random.default_rng(3), style) for _ in range(2))
    assert first == second
    assert (first != sample_lighting(np.random.default_rng(4), style)) == (style != "soft")
    assert style in ("mixed", first.style)


def test_lamps_fit_the_pool_and_light_the_scene():
    for seed in range(60):
        lighting = sample_lighting(np.random.default_rng(seed))
        kinds = [light.kind for light in lighting.lights]
        assert kinds.count("point") <= MAX_POINTS and kinds.count("area") <= MAX_AREAS and kinds.count("sun") <= 1
        assert all(light.energy >= 0 for light in lighting.lights)
        image = environment_image(lighting.environment)
        assert reference_irradiance(lighting, image) > 0.05
        rows = light_rows(lighting, image)
        assert rows.shape == (len(kinds) + 1, 8) and np.isfinite(rows).all()


def test_irradiance_of_lamps():
    assert lamp_irradiance(Light("sun", (0, 0, 1), 3.0)) == 3.0
    assert lamp_irradiance(Light("point", (0, 0, 2), 8.0)) == pytest.approx(8 / (16 * np.pi))
    assert lamp_irradiance(Light("area", (0, 3, 0), 9.0)) == pytest.approx(1 / np.pi)


def test_the_sky_is_above_and_boxes_are_where_they_are_said(rng):
    environment = sample_outdoor(rng, overcast=False)
    image = environment_image(environment)
    assert image.shape == (HEIGHT, WIDTH, 3) and image.min() >= 0
    assert image[-1].mean() > image[0].mean()
    plain = environment_image(type(environment)((1, 1, 1), (1, 1, 1), (1, 1, 1)))
    np.testing.assert_allclose(mean_radiance(plain)[1], 1.0, atol=0.1)
    lit = environment_image(type(environment)((0, 0, 0), (0, 0, 0), (0, 0, 0), boxes=(SoftBox(90, 30, 20, 20, 5.0),)))
    row, column = np.unravel_index(lit[..., 0].argmax(), lit.shape[:2])
    assert lit.max() == pytest.approx(5.0)
    assert abs((column + 0.5) / WIDTH * 360 - 90) < 15 and abs((row + 0.5) / HEIGHT * 180 - 90 - 30) < 15


def test_paint_goes_on_the_body_alone():
    model = marked_model()
    from dataclasses import replace

    names = ("tyre rubber", "glass", "Body", "lamp", "chrome", "window", "wheel")
    surfaces = tuple(replace(s, name=name, emission=0.0, base_color=(0.5, 0.5, 0.5))
                     for s, name in zip(model.surfaces, names))  # fmt: skip
    assert body_surface(replace(model, surfaces=surfaces)) == 2
    none = tuple(replace(surface, name="glass") for surface in surfaces)
    assert body_surface(replace(model, surfaces=none)) is None
    assert body_surface(replace(model, surfaces=tuple(replace(s, texture=0) for s in surfaces))) is None


def test_paints_are_possible_colours():
    for seed in range(80):
        paint = sample_paint(np.random.default_rng(seed))
        assert all(0 <= value <= 0.9 for value in paint.color)
        assert 0 <= paint.metallic <= 1 and 0.1 < paint.roughness < 0.9
        assert paint == sample_paint(np.random.default_rng(seed))


def test_a_ball_in_the_middle_fills_the_frame_evenly():
    vertices, _ = ball((0, 0, 0), 0.5, 24)
    _, camera = frame_object(Direction(10, 20, 30), Framing(40, 0.7), vertices, 100)
    pixels, _ = camera.project(vertices)
    np.testing.assert_allclose(pixels.min(axis=0) + pixels.max(axis=0), 100, atol=1e-6)


def test_distances_follow_the_density_and_stay_in_its_range(tmp_path):
    path = tmp_path / "views.csv"
    lines = [f"{10 * n},10,{distance}" for n, distance in enumerate((2.0, 3.0, 4.0, 0.1, 40.0))]
    path.write_text("\n".join(["azimuth_deg,elevation_deg,distance", *lines]) + "\n")
    prior = read_density(path, broad=0.0)
    found = np.array([prior.draw("car", 0, np.random.default_rng(n)).distance for n in range(300)])
    assert found.min() >= 1 and found.max() <= 29 and len(np.unique(found)) == 300
    path.write_text("azimuth_deg,elevation_deg,distance\n0,0,0.5\n0,0,0.5\n")
    assert read_density(path).draw("car", 0, np.random.default_rng(0)).distance == 0.5


def test_azimuths_around_the_front_are_drawn_around_the_front(tmp_path):
    rng = np.random.default_rng(0)
    lines = [f"{azimuth % 360:.3f},10" for azimuth in rng.normal(0, 8, 300)]
    path = tmp_path / "front.csv"
    path.write_text("\n".join(["azimuth_deg,elevation_deg", *lines]))
    prior = read_density(path, broad=0.0)
    drawn = np.array([prior.draw("car", index, rng).azimuth for index in range(500)])
    around = (drawn + 180) % 360 - 180
    assert abs(np.mean(around)) < 2 and 7 < np.std(around) < 11
