"""environment.json."""

import json

from vantage.training.environment import describe_environment, git_revision


def test_environment_is_plain_and_names_what_matters():
    found = json.loads(json.dumps(describe_environment()))
    assert {"python", "backend", "devices", "cores", "versions", "git_revision", "command"} <= set(found)
    assert found["versions"]["keras"]
    assert found["devices"]


def test_no_revision_outside_a_checkout(tmp_path):
    assert git_revision(tmp_path) is None
