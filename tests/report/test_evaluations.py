"""Stored evaluations survive the round trip; broken ones are named."""

import numpy as np
import pytest

from vantage.errors import RunError
from vantage.report.evaluations import (
    evaluation_name,
    load_evaluations,
    load_precisions,
    picture_groups,
    store_evaluation,
    store_precision,
)

SUMMARY = {"overall": {"count": 20, "acc_pi_6": 0.5}, "per_class": {"car": {"count": 20}}, "data": "cars:x"}


def store(folder, name="val", count=20):
    errors = np.arange(count, dtype=float)
    asked = []

    def picture(index):
        asked.append(index)
        return np.full((4, 5, 3), index, np.uint8)

    views = np.arange(3.0 * count).reshape(count, 3)
    names = [f"<{i}>.jpg" for i in range(count)]
    store_evaluation(folder, name, SUMMARY, views, views + 1, ["car"] * count, names, errors, picture)
    return asked


def test_round_trip(tmp_path):
    asked = store(tmp_path)
    (evaluation,) = load_evaluations(tmp_path)
    assert evaluation.name == "val"
    assert evaluation.summary == SUMMARY
    np.testing.assert_array_equal(evaluation.true, evaluation.predicted + 1)
    assert evaluation.names[3] == "<3>.jpg"
    assert evaluation.tile_of.tolist() == asked == sorted(set(asked))
    assert [int(tile[0, 0, 0]) for tile in evaluation.tiles] == asked
    assert len(asked) < 20


def test_what_is_known_beyond_the_angles_is_kept_too(tmp_path):
    views, picture = np.zeros((2, 3)), np.zeros((4, 4, 3), np.uint8)
    further = {"confidence": np.array([0.5, 1.0]), "folds": np.array([0, 2]), "sizes": np.array([30.0, 40.0])}
    store_evaluation(
        tmp_path, "a", SUMMARY, views, views, ["car"] * 2, ["x", "y"], np.zeros(2), lambda i: picture, **further
    )
    (evaluation,) = load_evaluations(tmp_path)
    for name, value in further.items():
        np.testing.assert_array_equal(getattr(evaluation, name), value)
    assert evaluation.symmetry.tolist() == [0, 2]


def test_older_evaluations_know_no_symmetry(tmp_path):
    store(tmp_path, count=3)
    (evaluation,) = load_evaluations(tmp_path)
    assert evaluation.symmetry.tolist() == [1, 1, 1]
    assert len(evaluation.confidence) == len(evaluation.sizes) == 0


def test_precisions_of_detections(tmp_path):
    result = {"per_class": {"car": {"ap": 0.5}}, "mean": {"ap": 0.5}, "mean_with_bottle": {"ap": float("nan")}}
    path = store_precision(tmp_path, "pascal3d:x val", result)
    assert load_precisions(tmp_path)[0]["mean_with_bottle"] == {"ap": None}
    path.write_text('{"mean": {}}')
    with pytest.raises(RunError, match="no figures per class"):
        load_precisions(tmp_path)


def test_groups():
    groups = picture_groups(np.array([5.0, 1.0, 9.0, 3.0, 7.0]), 2)
    assert groups["best"].tolist() == [1, 3]
    assert groups["worst"].tolist() == [2, 4]
    assert groups["median"].tolist() == [3, 0]


def test_no_views_at_all(tmp_path):
    store(tmp_path, count=0)
    (evaluation,) = load_evaluations(tmp_path)
    assert len(evaluation.predicted) == len(evaluation.tiles) == 0


def test_summary_alone_is_enough(tmp_path):
    (tmp_path / "evaluation.json").write_text('{"overall": {"count": 1}}')
    (evaluation,) = load_evaluations(tmp_path)
    assert evaluation.name == "evaluation"
    assert len(evaluation.predicted) == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"overall": 3}'])
def test_broken_summaries_are_named(tmp_path, text):
    (tmp_path / "evaluation-x.json").write_text(text)
    with pytest.raises(RunError, match=r"evaluation-x\.json"):
        load_evaluations(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"text"])
def test_broken_predictions_are_named(tmp_path, content):
    store(tmp_path)
    (tmp_path / "evaluation-val.npz").write_bytes(content)
    with pytest.raises(RunError, match=r"evaluation-val\.npz"):
        load_evaluations(tmp_path)


def test_names_become_file_names():
    assert evaluation_name("cars:/data/my cars val").startswith("cars-data-my-cars-val-")
    assert evaluation_name("../..").startswith("data-") and evaluation_name("val") == "val"
    assert "/" not in evaluation_name("/" * 300 + "a/b")
    texts = ["csv:日本.csv", "csv:中国.csv", "cars:a/b", "cars:a-b", "x" * 90, "y" + "x" * 89]
    assert len({evaluation_name(text) for text in texts}) == len(texts)
