"""Configurations as JSON values and back."""

import dataclasses
import json

import pytest

from vantage.training.configs import from_plain, to_plain


@dataclasses.dataclass(frozen=True)
class Inner:
    sizes: tuple[int, int] = (1, 2)
    name: str = "x"


@dataclasses.dataclass(frozen=True)
class Outer:
    inner: Inner = dataclasses.field(default_factory=Inner)
    names: tuple[str, ...] = ()
    rate: float = 0.5
    limit: int | None = None
    on: bool = False
    extra: dict[str, float] = dataclasses.field(default_factory=dict)


FULL = Outer(Inner((3, 4), "y"), ("a", "b", "c"), 0.25, 7, True, {"k": 1.5})


def test_round_trip_through_json():
    assert from_plain(Outer, json.loads(json.dumps(to_plain(FULL)))) == FULL


def test_missing_fields_take_their_defaults():
    assert from_plain(Outer, {"rate": 2}) == Outer(rate=2.0)


def test_none_stays_none():
    assert from_plain(Outer, {"limit": None}).limit is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rat": 1.0}, "Outer has no field rat"),
        ({"rate": "fast"}, "Outer.rate is 'fast'; expected float"),
        ({"on": 1}, "Outer.on is 1; expected bool"),
        ({"limit": True}, "Outer.limit is True; expected int"),
        ({"inner": 3}, "Outer.inner is 3; expected a group"),
        ({"inner": {"sizes": [1]}}, "Inner.sizes has 1 items; expected 2"),
        ({"inner": {"sizes": "ab"}}, "Inner.sizes is 'ab'; expected a list"),
        ({"names": ["a", 1]}, "Outer.names is 1; expected str"),
    ],
)
def test_wrong_values_are_named(values, message):
    with pytest.raises(ValueError, match=message):
        from_plain(Outer, values)
