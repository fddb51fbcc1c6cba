"""Options within the texts that name data."""

import pytest

from vantage.benchmarks.options import choice, choices, split_options
from vantage.errors import DataError

KNOWN = ("subset", "categories")


@pytest.mark.parametrize(
    ("text", "path", "options"),
    [
        ("/data/set", "/data/set", {}),
        ("/data/set,subset=easy", "/data/set", {"subset": "easy"}),
        ("a,b/set,categories=car+bus,subset=all", "a,b/set", {"categories": "car+bus", "subset": "all"}),
        ("/data/set=1", "/data/set=1", {}),
    ],
)
def test_path_and_options(text, path, options):
    assert split_options(text, KNOWN) == (path, options)


def test_what_exists_is_a_path(tmp_path):
    folder = tmp_path / "set,subset=easy"
    folder.mkdir()
    assert split_options(str(folder), KNOWN) == (str(folder), {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,colour=red", "unknown option 'colour' in 'x,colour=red'; expected one of subset, categories"),
        ("x,category=car", r"unknown option 'category' in 'x,category=car' \(did you mean categories\?\)"),
        ("x,subset=a,subset=b", "is given twice"),
        ("x,subset=", "has no value"),
        ("", "names no path"),
        (",subset=easy", "names no path"),
    ],
)
def test_mistakes(text, words):
    with pytest.raises(DataError, match=words):
        split_options(text, KNOWN)


def test_choices():
    assert choice({}, "subset", ("all", "easy"), "all") == "all"
    assert choices({"categories": "bus+car+bus"}, "categories", ("boat", "bus", "car"), "category") == ("bus", "car")
    assert choices({}, "categories", ("boat", "bus"), "category") == ("boat", "bus")
    with pytest.raises(DataError, match="subset=hard is unknown; expected one of all, easy"):
        choice({"subset": "hard"}, "subset", ("all", "easy"), "all")
    with pytest.raises(DataError, match="unknown category 'plane'; expected one or more of boat, bus"):
        choices({"categories": "bus+plane"}, "categories", ("boat", "bus"), "category")
