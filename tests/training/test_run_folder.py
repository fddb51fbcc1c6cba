"""Run folders: made once, opened only by those they are for."""

import json

import pytest

from vantage.errors import RunError
from vantage.training.run_folder import FORMAT_VERSION, config_digest, create_run, open_run


@pytest.fixture
def run(tmp_path):
    return create_run(tmp_path / "run", "toy", {"preset": "tiny", "classes": ["car"]})


def edit(run, **changes):
    """Change config.json as a person with an editor would."""
    path = run.path / "config.json"
    config = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not ...}))


def resign(run):
    """Make the digest fit the content again."""
    path = run.path / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "sha256": config_digest(config)}))


def test_opens_what_was_created(run):
    again = open_run(run.path, "toy")
    assert again.config == run.config
    assert again.config["format_version"] == FORMAT_VERSION


def test_digest_ignores_order_and_layout(run):
    path = run.path / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(config.items()))))
    open_run(run.path, "toy")


def test_an_empty_folder_is_taken(tmp_path):
    create_run(tmp_path, "toy", {})


def test_existing_run_is_not_overwritten(run):
    with pytest.raises(RunError, match="holds a run.*--resume"):
        create_run(run.path, "toy", {})


def test_folder_with_other_things_is_not_used(tmp_path):
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(RunError, match="not empty"):
        create_run(tmp_path, "toy", {})


def test_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "run").touch()
    with pytest.raises(RunError, match="is a file"):
        create_run(tmp_path / "run", "toy", {})
    with pytest.raises(RunError, match="is a file"):
        open_run(tmp_path / "run", "toy")


def test_missing_folder(tmp_path):
    with pytest.raises(RunError, match="does not exist"):
        open_run(tmp_path / "nothing", "toy")


def test_folder_without_config(tmp_path):
    with pytest.raises(RunError, match="no config.json"):
        open_run(tmp_path, "toy")


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_broken_config(run, text):
    (run.path / "config.json").write_text(text)
    with pytest.raises(RunError, match="config.json"):
        open_run(run.path, "toy")


def test_edited_config(run):
    edit(run, preset="small")
    with pytest.raises(RunError, match="was edited"):
        open_run(run.path, "toy")


def test_config_without_digest(run):
    edit(run, sha256=...)
    with pytest.raises(RunError, match="was edited"):
        open_run(run.path, "toy")


def test_newer_version_says_update(run):
    edit(run, format_version=FORMAT_VERSION + 1)
    with pytest.raises(RunError, match=f"format version {FORMAT_VERSION + 1}.*update Vantage"):
        open_run(run.path, "toy")


def test_older_version_says_train_again(run):
    edit(run, format_version=0)
    resign(run)
    with pytest.raises(RunError, match="train again"):
        open_run(run.path, "toy")


def test_no_version(run):
    edit(run, format_version=...)
    with pytest.raises(RunError, match="format_version"):
        open_run(run.path, "toy")


def test_run_of_another_package(run):
    with pytest.raises(RunError, match="a run of toy; expected a run of other"):
        open_run(run.path, "other")
