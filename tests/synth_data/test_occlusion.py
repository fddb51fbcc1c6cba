"""Neighbours hide no more of an object than they may, and are as they were drawn wherever they do not."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from synth_data import occlusion
from synth_data.composition import Placed, merged, placement
from synth_data.occlusion import LEAST_VISIBLE, SMALLER, shows_enough, spared
from synth_data.raster import rasterise, screen_triangles
from synth_data.render import Renderer, own_mask
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.neighbours import Neighbour, with_neighbours
from synth_data.sampling.viewpoints import Direction, UniformPrior
from synth_data.spec import Spec, procedural_models, view_spec, views_together
from tests.synth_data.objects import ball_model

BALL = replace(ball_model(), model_id="ball")


def share(model, camera) -> float:
    """The visible share, counted in a fine picture."""
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    alone, _ = rasterise(screen.of(model.own), camera.width, camera.height)
    _, face = rasterise(screen, camera.width, camera.height)
    return own_mask(model, face).sum() / max((alone > 0).sum(), 1)


def before(offset: float, scale: float):
    """A ball, another one between it and the camera, and the camera."""
    placed = [Placed(BALL, np.eye(4), "main"), Placed(BALL, placement((offset, -1, 0), 0.0, scale), "other")]
    _, camera = frame_object(Direction(0, 0), Framing(20, 0.5), BALL.hull, 256)
    return merged(placed, "both", "ball", main=0), camera


@pytest.mark.parametrize("offset", np.linspace(0, 0.8, 9))
@pytest.mark.parametrize("scale", [0.3, 0.6, 1.0])
def test_what_is_seen_is_counted(offset, scale):
    model, camera = before(float(offset), scale)
    seen = share(model, camera)
    if abs(seen - LEAST_VISIBLE) > 0.02:
        assert shows_enough(model, camera) == (seen > LEAST_VISIBLE)


def test_what_the_frame_cuts_off_does_not_count():
    model, camera = before(0.55, 0.5)
    shifted = np.array(camera.intrinsics)
    shifted[0, 2] += 200
    assert shows_enough(model, camera) and shows_enough(model, replace(camera, intrinsics=shifted))
    shifted[0, 2] += 9000
    assert shows_enough(model, replace(camera, intrinsics=shifted))


def test_the_quick_answer_is_the_exact_one(monkeypatch):
    found = [shows_enough(*before(offset, 0.9)) for offset in np.linspace(0, 0.7, 15)]
    monkeypatch.setattr(occlusion, "_box_pixels", lambda *rest: np.inf)
    assert found == [shows_enough(*before(offset, 0.9)) for offset in np.linspace(0, 0.7, 15)]
    assert True in found and False in found


def test_neighbours_become_smaller_or_go():
    drawn = (Neighbour("m", 1.0, 0.1, 2.0, 0.6), Neighbour("n", 3.0, 0.1, 4.0, 1.0))
    assert spared(drawn, lambda others: True) == drawn
    half = spared(drawn, lambda others: others[0].scale < 0.31)
    assert [other.scale for other in half] == [0.3, 0.5] and half[1] == replace(drawn[1], scale=0.5)
    asked = []
    assert spared(drawn, lambda others: asked.append(others)) == () and len(asked) == len(SMALLER)


class Shelf:
    """Balls among balls."""

    def get(self, ref):
        return BALL

    def scene(self, view):
        others = [(other, BALL) for other in view.neighbours]
        return with_neighbours(BALL, others, "scene") if others else BALL


class Stage:
    size = (96, 96)


@pytest.mark.parametrize("group", [0, 6])
def test_no_view_of_a_set_hides_its_object(group):
    spec = Spec(tuple(procedural_models("chair", 4, 0)), 24, occluders=1.0, companions=3, group_size=group)
    prior = UniformPrior(0, 20)
    views = [view_spec(spec, prior, index) for index in range(24)]
    views = [replace(view, neighbours=tuple(_wide(other) for other in view.neighbours)) for view in views]
    together = {view.index: [other for other in views if other.group == view.group] for view in views}
    renderer = Renderer(Stage(), Shelf(), 0, together=lambda view: together[view.index] if group else [view])
    limited = [renderer._with_limits(view) for view in views]
    cameras = [renderer._framed(view)[1] for view in views]
    shares = [share(Shelf().scene(view), camera) for view, camera in zip(limited, cameras)]
    assert min(shares) > LEAST_VISIBLE - 0.03
    first = [share(Shelf().scene(view), camera) for view, camera in zip(views, cameras)]
    assert min(first) < 0.1, "nothing was hidden, so nothing is shown"
    kept = [one == other for one, other in zip(views, limited)]
    assert 5 < sum(kept) < 24 and all(same or group or seen < LEAST_VISIBLE + 0.03 for same, seen in zip(kept, first))
    assert len({view.neighbours for view in limited if view.group == 1}) == 1
    assert [Renderer(Stage(), Shelf(), 0, together=renderer._together)._with_limits(views[7])] == limited[7:8]


def _wide(other):
    return replace(other, scale=other.scale * 1.6)


def test_views_of_a_group_are_drawn_together():
    spec = Spec(tuple(procedural_models("chair", 4, 0)), 20, group_size=5, occluders=1.0)
    views = [view_spec(spec, UniformPrior(), index) for index in range(20)]
    together = partial(views_together, spec, UniformPrior())
    assert all(together(view) == views[5 * view.group : 5 * view.group + 5] for view in views)
    assert views_together(replace(spec, group_size=0), UniformPrior(), views[3]) == [views[3]]
