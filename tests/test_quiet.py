"""What libraries say while they are loaded stays with them, unless they fail."""

import os
import sys

import pytest

from vantage.quiet import load_quietly


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return a function that writes a module which talks on import, and returns its name."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("VANTAGE_DEBUG", raising=False)

    def make(name, code=""):
        text = f"import os\nos.write(2, b'native noise ')\n{code}\n"
        (tmp_path / f"{name}.py").write_text(text)
        return name

    yield make
    for name in ("talker", "failing", "open_talker"):
        sys.modules.pop(name, None)


def test_a_talking_module_is_loaded_in_silence(module, capfd):
    load_quietly(module("talker"))
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"
    assert "talker" in sys.modules


def test_a_failing_module_is_heard_and_its_error_raised(module, capfd):
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_quietly(module("failing", "import no_such_module"))
    assert "native noise" in capfd.readouterr().err


def test_debugging_lets_it_talk(module, capfd, monkeypatch):
    monkeypatch.setenv("VANTAGE_DEBUG", "1")
    load_quietly(module("open_talker"))
    assert "native noise" in capfd.readouterr().err
