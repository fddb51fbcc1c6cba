"""Every bad input of the table has its own clear error, and harms nothing. ``pytest -v`` lists them all."""

from __future__ import annotations

import pytest

from tests.bad_inputs import data, exports, options, places, releases, renders, runs  # noqa: F401  (they fill the table)
from tests.bad_inputs.table import CASES, check


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input(case, place, run_vantage):
    check(case, place, run_vantage)


def test_table_is_long_and_its_names_and_messages_are_distinct():
    assert len(CASES) >= 50
    for facts in ([case.name for case in CASES], [case.says for case in CASES]):
        assert len(set(facts)) == len(facts)
