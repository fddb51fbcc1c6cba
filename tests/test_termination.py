"""SIGTERM inside the block raises; outside, all is as it was."""

import os
import signal
import threading

import pytest

from vantage import cli
from vantage.termination import Terminated, kept_words, stop_says, termination_raises


def test_it_raises_what_ctrl_c_raises_and_puts_the_handler_back():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt) as caught, termination_raises():
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    assert caught.type is Terminated
    assert signal.getsignal(signal.SIGTERM) == before


def test_other_threads_change_nothing():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work():
        with termination_raises():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, Terminated])
def test_a_stop_says_what_is_kept(kind):
    with (
        pytest.raises(kind, match="^3 of 9 images are kept, the same command goes on from there$") as caught,
        stop_says(lambda: "told by the block outside"),
        stop_says(lambda: kept_words(3, 9, "images")),
    ):
        raise kind
    assert caught.type is kind


def test_other_errors_pass_as_they_are():
    with pytest.raises(ValueError, match="^ours$"), stop_says(lambda: pytest.fail("nobody stopped it")):
        raise ValueError("ours")


def test_sigterm_ends_every_command_as_ctrl_c_does(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_dispatch", lambda args: os.kill(os.getpid(), signal.SIGTERM))
    assert cli.main(["inspect"]) == 143
    assert capsys.readouterr().err == "vantage: stopped\n"


@pytest.mark.parametrize(
    ("stop", "status", "line"),
    [
        (KeyboardInterrupt(), 130, "vantage: stopped\n"),
        (Terminated(), 143, "vantage: stopped\n"),
        (Terminated("8 of 9 are kept"), 143, "vantage: stopped; 8 of 9 are kept\n"),
    ],
)
def test_the_status_says_how_it_was_stopped(monkeypatch, capsys, stop, status, line):
    def stopped(args):
        raise stop

    monkeypatch.setattr(cli, "_dispatch", stopped)
    assert cli.main(["render"]) == status
    assert capsys.readouterr().err == line
