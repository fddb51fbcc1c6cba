"""Model cards: what a network may be used for follows from all that its weights have learned from."""

import json

import pytest

from render4cnn.config import preset
from render4cnn.model_card import BACKGROUNDS, FREE, GIVEN, GUESSED, NO_TILT, PHOTOGRAPHS, RESEARCH, run_card
from render4cnn.transfer import ancestors
from vantage.training.run_folder import RunFolder, create_run


def settings(*specs, backgrounds=None, before=()):
    """What config.json says of a run."""
    data = [{"spec": spec, "views": 90, "validation": 10, "weight": 0.5, "limit": None} for spec in specs]
    return {"data": data, "options": {"init": None, "backgrounds": backgrounds}, "seed": 3, "ancestors": list(before)}


def card_of(tmp_path, found, classes=("car", "bus")):
    return run_card(RunFolder(tmp_path, found), preset("small"), classes)


@pytest.mark.parametrize(
    ("own", "before", "use"),
    [
        (settings("renders"), (), FREE),
        (settings("renders", backgrounds="natural"), (), BACKGROUNDS),
        (settings("renders"), (settings("renders", backgrounds="natural"),), BACKGROUNDS),
        (settings("renders", "csv:mine.csv"), (), PHOTOGRAPHS),
        (settings("renders"), (settings("renders", "cars:photos"),), RESEARCH),
    ],
)
def test_use_follows_from_everything_that_was_learned_from(tmp_path, own, before, use):
    card = card_of(tmp_path, {**own, "ancestors": list(before)})
    assert use in card and (NO_TILT in card) == (use in (RESEARCH, PHOTOGRAPHS))
    assert ("begun with weights trained on | renders (90 training views, weight 0.5)" in card) == bool(before)


def test_labels_with_tilt_and_pseudo_labels(tmp_path):
    tilted, pseudo = settings("pascal3d:release"), settings("pseudo:labels.json")
    tilted["data"][0]["tilt"] = True
    pseudo["data"][0] |= {"tilt": True, "photographs": "cars:photos"}
    assert NO_TILT not in card_of(tmp_path, tilted)
    assert RESEARCH in card_of(tmp_path, pseudo) and NO_TILT not in card_of(tmp_path, pseudo)


def test_a_class_is_given_or_guessed(tmp_path):
    assert GUESSED in card_of(tmp_path, settings("renders"))
    assert GIVEN in card_of(tmp_path, settings("renders"), ("car",))


def test_results_tell_each_class_and_the_calibration_of_all(tmp_path):
    figures = {"count": 5, "acc_pi_6": 0.9, "med_err_deg": 7.5, "front_back_flips": 0.05}
    found = {"data": "cars", "split": "val", "overall": figures, "per_class": {"bus": figures, "car": figures},
             "calibration": {"expected_calibration_error": 0.0123}}  # fmt: skip
    (tmp_path / "evaluation-cars-val.json").write_text(json.dumps(found))
    card = card_of(tmp_path, settings("renders"))
    assert "| cars, val | bus | 5 | 0.9 | 7.5 | 0.05 |  |" in card
    assert "| cars, val | all | 5 | 0.9 | 7.5 | 0.05 | 0.0123 |" in card


def test_a_run_tells_what_it_and_those_before_it_learned_from(tmp_path):
    first = {"data": [{"spec": "a"}], "options": {"backgrounds": "natural"}}
    run = create_run(tmp_path / "run", "render4cnn", settings("renders", before=(first,)))
    found = ancestors(str(run.path))
    assert [item["data"][0]["spec"] for item in found] == ["renders", "a"]
    assert [item["options"]["backgrounds"] for item in found] == [None, "natural"]
