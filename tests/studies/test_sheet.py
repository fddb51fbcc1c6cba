"""Renders and photographs side by side, and the speed that a training's metrics tell."""

import json
import sys

import numpy as np
import pytest
from PIL import Image

from benchmarks import bm_training, sim2real_sheet
from render4cnn.data import augment_config
from tests.render4cnn.micro import config
from tests.toy_cars import write_toy_cars
from vantage.errors import UserError
from vantage.training.configs import to_plain
from vantage.training.run_folder import create_run


def test_images_are_laid_out_row_by_row_with_white_where_none_is():
    images = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    laid = sim2real_sheet.tiled(images, 3)
    assert laid.shape == (4, 6, 3)
    assert laid[::2, ::2, 0].tolist() == [[0, 1, 2], [3, 4, 255]]
    side_by_side = sim2real_sheet.sheet(images, images[:2], 3)
    assert side_by_side.shape == (4, 6 + sim2real_sheet.GAP + 6, 3)
    assert (side_by_side[2:, 6:] == 255).all() and side_by_side[0, 6 + sim2real_sheet.GAP + 2, 0] == 1


def test_the_sheet_shows_a_run_and_photographs(tmp_path, monkeypatch):
    photos = f"cars:{write_toy_cars(tmp_path / 'photos', 8, 2)}"
    own = config()
    own = config(augmentation=to_plain(augment_config(own)))
    data = [{"spec": photos, "weight": None, "limit": None, "views": 8}]
    options = {"init": None, "backgrounds": None, "checkpoint_every": 0, "freeze": ""}
    content = {"config": to_plain(own), "classes": ["car"], "data": data, "options": options}
    create_run(tmp_path / "run", "render4cnn", content)
    out = tmp_path / "sheet.png"
    words = [
        "sheet",
        "--run",
        str(tmp_path / "run"),
        "--photos",
        photos,
        "--out",
        str(out),
        "--columns",
        "3",
        "--rows",
        "2",
    ]
    monkeypatch.setattr(sys, "argv", words)
    sim2real_sheet.main()
    with Image.open(out) as picture:
        assert picture.size == (2 * (6 * 32 + sim2real_sheet.GAP), 2 * 2 * 32)
    monkeypatch.setattr(sys, "argv", [*words[:2], str(tmp_path / "none"), *words[3:]])
    with pytest.raises(SystemExit, match="error: run folder .*none does not exist"):
        sim2real_sheet.main()


def test_speed_leaves_the_first_row_out(tmp_path):
    rows = [
        {"step": 10, "images_per_second": 1.0, "steps_per_second": 0.1, "input_wait": 0.9},
        {"step": 20, "images_per_second": 40.0, "steps_per_second": 4.0, "input_wait": 0.02},
        {"step": 30, "images_per_second": 10.0, "steps_per_second": 1.0, "input_wait": 0.04},
    ]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = bm_training.speed(tmp_path)
    assert found["images_per_second"] == pytest.approx(16.0)
    assert found["input_wait"] == pytest.approx((2.5 * 0.02 + 10 * 0.04) / 12.5)


def test_drawn_views_stand_in_where_no_data_are_given(tmp_path):
    drawn = bm_training.open_sources([], 16)
    assert [len(source) for source in drawn] == [256, 256] and not drawn[0][0]["real"] and drawn[1][0]["real"]
    with pytest.raises(UserError, match="nowhere"):
        bm_training.open_sources(["cars:nowhere"], 16)


def test_too_few_steps_to_measure_are_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bm_training", "--steps", "20"])
    with pytest.raises(SystemExit, match="--steps is 20; expected 30 or more"):
        bm_training.main()
