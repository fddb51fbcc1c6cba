"""Which detection claims which object, and the area under precision over recall: by hand, and against pycocotools."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.voc_script import overlap, scene, voc_ap
from vantage.errors import UserError
from vantage.metrics.detection import (
    LEFT_OUT,
    NOTHING,
    average_precision,
    box_iou,
    claim_objects,
    precision_recall,
)

LEFT, RIGHT = [0.0, 0, 10, 10], [20.0, 0, 30, 10]


def claims(boxes, scores, objects, difficult=None, images=None):
    images = images or ["a"] * len(boxes)
    return claim_objects((images, boxes, scores), (["a"] * len(objects), objects), difficult).tolist()


def test_iou_by_hand():
    assert box_iou([LEFT], [LEFT, RIGHT, [5, 0, 15, 10], [0, 0, 10, 5], [2, 2, 2, 8]]).tolist() == [
        [1.0, 0.0, pytest.approx(1 / 3), 0.5, 0.0]
    ]
    assert box_iou([[1, 1, 1, 1]], [[1, 1, 1, 1]]).tolist() == [[0.0]], "no area, no overlap"
    assert box_iou(np.zeros((0, 4)), [LEFT]).shape == (0, 1)


@pytest.mark.parametrize("seed", range(3))
def test_iou_against_pycocotools(seed):
    mask = pytest.importorskip("pycocotools.mask")
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 50, (2, 20, 2))
    sizes = rng.uniform(1, 40, (2, 20, 2))
    boxes = np.concatenate([low, low + sizes], axis=-1)
    theirs = mask.iou(*np.concatenate([low, sizes], axis=-1), [0] * 20)
    np.testing.assert_allclose(box_iou(*boxes), theirs, atol=1e-12)
    assert box_iou(*boxes)[3, 4] == pytest.approx(overlap(boxes[0, 3], boxes[1, 4]))


def test_the_surer_detection_claims_and_the_second_finds_nothing():
    assert claims([LEFT, LEFT, RIGHT], [0.1, 0.9, 0.5], [LEFT, RIGHT]) == [NOTHING, 0, 1]
    assert claims([LEFT, LEFT], [0.5, 0.5], [LEFT]) == [0, NOTHING], "of equal scores the earlier one"


def test_the_best_object_counts_even_where_it_is_taken():
    """VOC's rule; COCO would give the second detection the object that is still free."""
    near = [0.0, 0, 10, 9]
    assert claims([LEFT, [0.0, 0, 10, 9.9]], [0.9, 0.8], [LEFT, near]) == [0, NOTHING]


def test_half_an_overlap_is_enough_and_less_is_not():
    assert claims([[0.0, 0, 10, 5]], [1.0], [LEFT]) == [0]
    assert claims([[0.0, 0, 10, 4.99]], [1.0], [LEFT]) == [NOTHING]


def test_other_photographs_and_difficult_objects():
    assert claims([LEFT], [1.0], [LEFT], images=["b"]) == [NOTHING]
    assert claims([LEFT, LEFT, RIGHT], [1, 2, 3], [LEFT, RIGHT], [True, False]) == [LEFT_OUT, LEFT_OUT, 1]


def test_nothing_at_all():
    assert claims([], [], [LEFT]) == []
    assert claims([LEFT], [1.0], []) == [NOTHING]


def test_precision_and_recall_by_hand():
    recall, precision = precision_recall([0.9, 0.7, 0.8], [True, True, False], 4)
    assert recall.tolist() == [0.25, 0.25, 0.5]
    np.testing.assert_allclose(precision, [1, 1 / 2, 2 / 3])
    _, views = precision_recall([0.9, 0.7, 0.8], [True, True, False], 4, [False, True, True])
    np.testing.assert_allclose(views, [0, 0, 1 / 3], err_msg="what finds nothing cannot be right")


def test_average_precision_by_hand():
    """Recall 1/4 at precision 1, 1/2 at 2/3, the other half is never found."""
    recall, precision = np.array([0.25, 0.25, 0.5]), np.array([1, 1 / 2, 2 / 3])
    assert average_precision(recall, precision) == pytest.approx(0.25 + 0.25 * 2 / 3)
    eleven = (3 * 1.0 + 3 * 2 / 3) / 11  # recall 0, .1, .2 and .3, .4, .5
    assert average_precision(recall, precision, "11-point") == pytest.approx(eleven)
    assert average_precision(np.array([1.0]), np.array([1.0])) == average_precision([1.0], [1.0], "11-point") == 1.0
    assert average_precision([], []) == average_precision([], [], "11-point") == 0.0


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), positives=st.integers(1, 30))
def test_area_is_the_kits(seed, positives):
    rng = np.random.default_rng(seed)
    found = rng.random(40) < 0.5
    found[np.cumsum(found) > positives] = False
    curve = precision_recall(rng.random(40), found, positives)
    area = average_precision(*curve)
    assert area == pytest.approx(voc_ap(*curve))
    assert 0 <= area <= found.sum() / positives + 1e-12, "no more than the recall reached"


@pytest.mark.parametrize("seed", range(12))
def test_average_precision_against_pycocotools(seed, capsys):
    """Its mean over the recalls 1/n, 2/n .. is the area; objects lie apart, where both rules of matching agree."""
    detected, objects = scene(np.random.default_rng(seed), apart=True)
    found = claim_objects((detected.images, detected.boxes, detected.scores), (objects.images, objects.boxes)) >= 0
    own = average_precision(*precision_recall(detected.scores, found, len(objects)))
    assert own == pytest.approx(coco_precision(detected, objects), abs=1e-9)


def coco_precision(detected, objects):
    """Return pycocotools' average precision at an overlap of 0.5, at as many recalls as there are objects."""
    coco, evaluation = (pytest.importorskip(f"pycocotools.{name}") for name in ("coco", "cocoeval"))
    names = sorted({*detected.images, *objects.images})

    def rows(found, scores=()):
        for i in range(len(found)):
            x0, y0, x1, y1 = map(float, found.boxes[i])
            entry = {"id": i + 1, "image_id": names.index(found.images[i]), "category_id": 1, "iscrowd": 0}
            score = {"score": float(scores[i])} if len(scores) else {}
            yield {**entry, **score, "bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)}

    true = coco.COCO()
    images = [{"id": i} for i in range(len(names))]
    true.dataset = {"images": images, "categories": [{"id": 1}], "annotations": list(rows(objects))}
    true.createIndex()
    run = evaluation.COCOeval(true, true.loadRes(list(rows(detected, detected.scores))), "bbox")
    run.params.iouThrs, run.params.recThrs = np.array([0.5]), np.arange(1, len(objects) + 1) / len(objects)
    run.params.areaRng, run.params.areaRngLbl, run.params.maxDets = [[0, 1e10]], ["all"], [1000]
    run.evaluate()
    run.accumulate()
    return float(run.eval["precision"].mean())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: claims([LEFT], [np.nan], [LEFT]), "scores of 1 detections"),
        (lambda: claims([LEFT], [], [LEFT]), "scores of 1 detections"),
        (lambda: claims([[0.0, np.inf, 1, 1]], [1], [LEFT]), "boxes of 1 detections"),
        (lambda: claim_objects((["a"], [LEFT], [1.0]), (["a", "b"], [LEFT])), "boxes of 2 objects"),
        (lambda: average_precision([0.5], [0.5], "101-point"), "unknown method '101-point'"),
        (lambda: average_precision([0.5], [0.5, 1.0]), "recall has shape"),
    ],
)
def test_what_cannot_be_scored_is_refused(call, said):
    with pytest.raises(UserError, match=said):
        call()
