"""Signals become requests to stop."""

import os
import signal
import threading

import pytest

from vantage.termination import Terminated
from vantage.training.interrupts import stop_requests


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_signal_is_a_request_and_handlers_are_put_back(number, capfd):
    before = signal.getsignal(number)
    with stop_requests() as stop:
        assert not stop
        os.kill(os.getpid(), number)
        assert stop
        assert stop.signal == number
    assert "stopping after this step, all will be saved" in capfd.readouterr().err
    assert signal.getsignal(number) == before


def test_second_signal_stops_at_once():
    with pytest.raises(KeyboardInterrupt), stop_requests():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_a_second_sigterm_keeps_its_name():
    with pytest.raises(Terminated), stop_requests():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)


def test_other_threads_are_never_asked():
    found = []

    def work():
        with stop_requests() as stop:
            found.append(bool(stop))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
