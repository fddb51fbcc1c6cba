"""Average viewpoint precision: by hand, against the released script's loops, and against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.voc_script import find_interval, scene, script_precision
from vantage.errors import UserError
from vantage.metrics.avp import VIEWS, Found, Rule, class_precision, view_bins, viewpoint_precision

LEFT, RIGHT = [0.0, 0, 10, 10], [20.0, 0, 30, 10]
NAN = math.nan


def found(boxes, azimuths, scores=(), difficult=(), category="car", elevation=0.0):
    views = [[azimuth, elevation, 0.0] for azimuth in azimuths]
    count = len(boxes)
    return Found(["a.jpg"] * count, [category] * count, np.array(boxes), np.array(views), scores, difficult)


def test_one_object_by_hand():
    objects = found([LEFT], [0.0])
    right = class_precision(found([LEFT], [0.0], [1.0]), objects)
    assert right == {"objects": 1, "detections": 1, "ap": 1, "avp_4": 1, "avp_8": 1, "avp_16": 1, "avp_24": 1, "arp": 1}
    near = class_precision(found([LEFT], [20.0], [1.0]), objects)
    assert [near[f"avp_{views}"] for views in VIEWS] == [1, 1, 0, 0], "20 is within 45 and 22.5, beyond 11.25 and 7.5"
    assert (near["ap"], near["arp"]) == (1, 1)
    assert class_precision(found([LEFT], [31.0], [1.0]), objects)["arp"] == 0


def test_two_objects_by_hand():
    """The surer one shows the wrong side: precision of the view is 0, then 1/2, at recall 1/2 and 1; area 1/2."""
    objects = found([LEFT, RIGHT], [90.0, 90.0])
    row = class_precision(found([LEFT, RIGHT], [270.0, 90.0], [0.9, 0.8]), objects)
    assert (row["ap"], row["avp_4"]) == (1.0, 0.5)
    row = class_precision(found([LEFT, RIGHT], [90.0, 270.0], [0.9, 0.8]), objects)
    assert row["avp_4"] == pytest.approx(0.5 * 1 + 0.5 * 0.5)
    assert class_precision(found([LEFT], [90.0], [0.9]), objects)["avp_4"] == 0.5, "half of the objects are missed"


def test_difficult_objects_are_removed_or_left_out():
    objects = found([LEFT, RIGHT], [0.0, 0.0], difficult=[True, False])
    detected = found([LEFT, RIGHT], [0.0, 0.0], [0.9, 0.8])
    removed = class_precision(detected, objects)
    assert (removed["objects"], removed["detections"]) == (1, 2)
    assert removed["ap"] == removed["avp_4"] == 0.5, "the detection of the difficult one is a false positive"
    left = class_precision(detected, objects, Rule("left out"))
    assert (left["objects"], left["detections"], left["ap"], left["avp_24"]) == (1, 1, 1.0, 1.0)


def test_eleven_points():
    objects = found([LEFT, RIGHT], [0.0, 0.0])
    detected = found([LEFT], [0.0], [0.9])
    assert class_precision(detected, objects)["ap"] == 0.5
    assert class_precision(detected, objects, Rule(method="11-point"))["ap"] == pytest.approx(6 / 11)


def test_coarse_labels_and_none():
    """Coarse: the azimuth counts, in arp too. No label: the object can be found, and no view of it is right."""
    detected = found([LEFT, RIGHT], [40.0, 0.0], [0.9, 0.8], elevation=50.0)
    coarse = found([LEFT, RIGHT], [45.0, NAN], elevation=NAN)
    row = class_precision(detected, coarse)
    assert row["ap"] == 1.0
    assert row["avp_8"] == row["arp"] == 0.5 * 1 + 0.5 * 0.5
    assert row["avp_4"] == 0.0, "45 belongs to the bin of 90, 40 to the one of 0"


def test_detections_without_a_viewpoint_have_a_precision_alone():
    row = class_precision(found([LEFT], [NAN], [0.9]), found([LEFT], [0.0]))
    assert (row["ap"], row["avp_4"], row["arp"]) == (1.0, 0.0, 0.0)


def test_means_leave_the_bottle_out():
    car, bottle = (found([LEFT], [0.0], category=name) for name in ("car", "bottle"))
    objects = join(car, bottle, found([RIGHT], [0.0], difficult=[True], category="bus"))
    result = viewpoint_precision(join(found([LEFT], [0.0], [0.5])), objects)
    assert list(result["per_class"]) == ["bottle", "bus", "car"]
    assert result["mean"]["avp_4"] == 1.0
    assert result["mean"]["ap"] == 0.5, "published means of the detector alone have all classes"
    assert result["mean_with_bottle"]["avp_4"] == 0.5
    assert math.isnan(result["per_class"]["bus"]["ap"]), "nothing there to be found"


def join(*parts):
    arrays = [np.concatenate([getattr(part, name) for part in parts]) for name in ("boxes", "viewpoints")]
    names = ([item for part in parts for item in getattr(part, name)] for name in ("images", "categories"))
    scores = np.concatenate([part.scores for part in parts])
    difficult = np.concatenate([part.difficult if len(part.difficult) else [False] * len(part) for part in parts])
    return Found(*names, *arrays, scores, difficult)


@pytest.mark.parametrize("views", VIEWS)
def test_bins_are_the_scripts(views):
    """At every edge and around it; labels in steps of 45 degrees lie on the edges of four views."""
    edges = (np.arange(views) + 0.5) * 360 / views
    angles = np.concatenate([np.arange(0, 360, 0.5), np.arange(0, 360, 45), edges, edges - 1e-3, edges + 1e-3])
    assert view_bins(angles, views).tolist() == [find_interval(angle, views) - 1 for angle in angles]
    assert view_bins([NAN, -1.0, 721.0], views).tolist() == [-1, 0, 0]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), views=st.sampled_from(VIEWS))
def test_against_the_script(seed, views):
    detected, objects = scene(np.random.default_rng(seed))
    if not len(detected) or objects.difficult.all():
        return
    row = class_precision(detected, objects)
    ap, avp = script_precision(detected, objects, views)
    assert (row["ap"], row[f"avp_{views}"]) == (pytest.approx(ap), pytest.approx(avp))
    assert 0 <= row[f"avp_{views}"] <= row["ap"] + 1e-12 <= 1 + 1e-9


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_what_changes_nothing(seed):
    """The order of detections, a greater score for all, a turn by whole bins; right views make AVP the AP."""
    rng = np.random.default_rng(seed)
    detected, objects = scene(rng)
    if not len(detected) or objects.difficult.all():
        return
    order = rng.permutation(len(detected))
    mixed = Found(
        [detected.images[i] for i in order],
        detected.categories,
        detected.boxes[order],
        detected.viewpoints[order] + [360, 0, 0],
        np.exp(detected.scores[order]),
    )
    assert class_precision(mixed, objects) == pytest.approx(class_precision(detected, objects))
    same = Found(*(getattr(objects, name) for name in ("images", "categories", "boxes")), np.zeros((len(objects), 3)))
    front = Found(
        *(getattr(detected, n) for n in ("images", "categories", "boxes")), 0 * detected.viewpoints, detected.scores
    )
    row = class_precision(front, same)
    assert row["ap"] == row["avp_4"] == row["avp_24"] == row["arp"]


@pytest.mark.parametrize("seed", range(10))
def test_against_scikit_learn(seed):
    """Precision of the view, and recall of the object, from ``precision_recall_curve``; the area by its envelope."""
    metrics = pytest.importorskip("sklearn.metrics")
    detected, objects = scene(np.random.default_rng(seed), images=20, apart=True)
    plain = Found(objects.images, objects.categories, objects.boxes, objects.viewpoints)
    from vantage.metrics.detection import claim_objects

    claims = claim_objects((detected.images, detected.boxes, detected.scores), (plain.images, plain.boxes))
    hit = claims >= 0
    right = hit & (view_bins(detected.viewpoints[:, 0], 8) == view_bins(plain.viewpoints[claims, 0], 8))
    precision, _, _ = metrics.precision_recall_curve(right, detected.scores)
    _, recall, _ = metrics.precision_recall_curve(hit, detected.scores)
    count = min(len(precision), len(recall))  # both are cut where all positives are in; the surest are last
    precision, recall = precision[-count:-1], recall[-count:-1] * hit.sum() / len(plain)
    envelope = np.maximum.accumulate(precision)
    area = float(np.sum(-np.diff(np.append(recall, 0.0)) * envelope[: len(recall)]))
    assert class_precision(detected, plain)["avp_8"] == pytest.approx(area)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Rule("ignored"), "difficult objects are to be 'ignored'"),
        (lambda: viewpoint_precision(found([], []), found([], [])), "no object to be found"),
        (lambda: class_precision(found([LEFT], [0.0]), found([LEFT], [0.0])), "scores of 1 detections"),
        (
            lambda: class_precision(Found(["a"], ["car"], [LEFT], [[0.0, 1.0]], [1.0]), found([LEFT], [0.0])),
            "viewpoints of 1",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused(call, said):
    with pytest.raises(UserError, match=said):
        call()
