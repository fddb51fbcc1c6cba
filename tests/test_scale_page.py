"""The table of docs/scale.md is what the script works out from what was measured."""

import importlib.util
import json

import pytest


@pytest.fixture(scope="module")
def script(root):
    spec = importlib.util.spec_from_file_location("make_scale", root / "docs" / "make_scale.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(script):
    page = script.PAGE.read_text(encoding="utf-8")
    measured = json.loads(script.MEASURED.read_text(encoding="utf-8"))
    assert script.filled(page, script.table(measured)) == page
    assert script.filled("a\n" + script.BEGIN + "old\n" + script.END + "z\n", "new\n").splitlines()[2] == "new"


def test_hours_follow_from_cores_and_seconds(script):
    found = script.rows(0.1, 25_000)
    machines, cores, rate, hours, flow = found[1]
    assert (machines, cores, rate) == (1, 16, pytest.approx(160))
    assert hours == pytest.approx(2_400_000 / 160 / 3600) and flow == pytest.approx(4.0)
    assert [row[3] for row in found] == sorted((row[3] for row in found), reverse=True)


def test_a_summary_of_vantage_render_serves(script):
    text = script.table({"seconds_per_image": 0.2, "folder": "x"})
    assert "From 200.0 ms an image and worker" in text and "| 1 | 2 | 10 |" in text
