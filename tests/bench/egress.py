"""What the egress door adds to a request: `python tests/bench/egress.py [REQUESTS]`.

The same request over one kept connection to an origin on the loopback, plain http: straight, through mitmproxy with the
addons that a proxy cannot do without, and through the door with a gate that says yes. Each is a process of its own, and
the rounds of the three take turns, so that the ratios are of one moment. The gate answers at once: what the policies
and the log cost comes on top.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from callwarden.egress.testing import open_door

ORIGIN = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "1024")
        self.end_headers()
        self.wfile.write(b"x" * 1024)
    def log_message(self, *given): pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
PLAIN = """
import asyncio, sys
from mitmproxy import master, options
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig
async def main():
    opened = master.Master(options.Options())
    opened.addons.add(core.Core(), proxyserver.Proxyserver(), next_layer.NextLayer(), tlsconfig.TlsConfig())
    opened.options.update(mode=[f"regular@127.0.0.1:{sys.argv[1]}"], confdir=sys.argv[2])
    await opened.run()
asyncio.run(main())
"""
ROUNDS = 5


def main(arguments: list[str]) -> None:
    count = int(arguments[0]) if arguments else 300
    with (
        tempfile.TemporaryDirectory() as folder,
        _process(ORIGIN) as origin,
        _process(PLAIN, folder) as plain,
        open_door(lambda call: "allow") as door,
    ):
        ways = {"straight": origin, "plain mitmproxy": plain, "the door": door.port}
        waits: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, port in ways.items():
                waits[name] += _waits(port, origin, count)
    base = _median(waits["straight"])
    for name, found in waits.items():
        median, late = _median(found), sorted(found)[len(found) * 99 // 100]
        print(f"{name:16} median {median * 1e3:6.2f} ms   p99 {late * 1e3:6.2f} ms   {median / base:5.1f} x")
    print(f"the door to plain mitmproxy: {_median(waits['the door']) / _median(waits['plain mitmproxy']):.2f} x")


def _waits(port: int, origin: int, count: int) -> list[float]:
    """The wait for each of `count` answers, after one that opens the connections."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = [_wait(connection, f"http://127.0.0.1:{origin}/" if port != origin else "/") for _ in range(count + 1)]
    connection.close()
    return found[1:]


def _wait(connection: http.client.HTTPConnection, target: str) -> float:
    began = time.perf_counter()
    connection.request("GET", target)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return time.perf_counter() - began


def _median(found: list[float]) -> float:
    return sorted(found)[len(found) // 2]


@contextmanager
def _process(program: str, *given: str) -> Iterator[int]:
    """A server in a process of its own, on the port that is given."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    running = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program, str(port), *given])
    try:
        _await(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def _await(port: int, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1:])
