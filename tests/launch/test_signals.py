"""A signal is passed on at once, whichever thread the kernel gives it to."""

from __future__ import annotations

import signal
import socket
import threading
import time

import pytest

from callwarden.launch.signals import passed_on


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_another_thread_gets_is_passed_on_while_the_main_one_waits(number: signal.Signals) -> None:
    waiting, ending = socket.socketpair()

    def struck() -> None:
        time.sleep(0.2)
        signal.pthread_kill(threading.get_ident(), number)
        time.sleep(0.2)

    with waiting, ending:
        waiting.settimeout(5)
        before = signal.getsignal(number)
        with passed_on(lambda said: ending.sendall(bytes([said]))):
            thread = threading.Thread(target=struck)
            thread.start()
            assert waiting.recv(1) == bytes([number])
            thread.join()
        assert signal.getsignal(number) == before
