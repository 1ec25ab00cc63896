"""The opa engine on a real server: the same answers as in process, and a refusal for everything that is not one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from callwarden.engine import bundle, drift, open_engine
from callwarden.engine.bundle import Bundle
from callwarden.engine.embedded import Embedded
from callwarden.engine.opa import OpaServer
from callwarden.engine.pack import pack
from callwarden.engine.testing import document, lay
from callwarden.errors import EngineError, EngineMissing, EngineTimeout, UsageError

pytest.importorskip("opa_client", reason="the opa engine: not run; pip install 'callwarden[opa]'")

Serve = Callable[[Path], str]
FAILING = 'package callwarden.rules.bad\n\nfindings contains 1 if {\n\tinput.kind == "bad"\n\tto_number("x") == 1\n}\n'


def test_both_engines_give_the_same_answers(tmp_path: Path, serve: Serve) -> None:
    root = lay(tmp_path / "policies", {"callwarden/rules/bad/bad.rego": FAILING})
    loaded = bundle.load(root)
    embedded, server = Embedded(loaded), open_engine("opa", loaded, url=serve(root))
    assert (server.name, server.policy_digest, server.revision) == ("opa", loaded.digest, "small-1")
    odd = document("ls", kind="odd")
    for asked in (document("ls"), document("ls", "rm"), document(), odd, b"{}", b"[]", b"null", b"1.0"):
        ours, theirs = embedded.evaluate(asked, deadline=20), server.evaluate(asked, deadline=20)
        assert orjson.loads(ours) == orjson.loads(theirs)
    for engine in (embedded, server):
        with pytest.raises(EngineError, match="to_number"):
            engine.evaluate(document("ls", kind="bad"), deadline=20)
        with pytest.raises(EngineError, match="not JSON"):
            engine.evaluate(b"{", deadline=20)
    server.close()
    with pytest.raises(EngineError, match="closed"):
        server.evaluate(document("ls"), deadline=5)


def test_a_packed_bundle_is_the_one_that_is_loaded_here(tmp_path: Path, serve: Serve) -> None:
    user = lay(tmp_path / "user", over={"data.yaml": "allowed: [vi]\n"})
    loaded = bundle.load(lay(tmp_path / "policies"), user=user)
    packed = tmp_path / "bundle.tar.gz"
    packed.write_bytes(pack(loaded))
    server = open_engine("opa", loaded, url=serve(packed))
    assert orjson.loads(server.evaluate(document("ls"), deadline=20))["effect"] == "allow"
    server.close()


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"callwarden/bundle/data.yaml": "revision: small-2\n"}, "revision 'small-2', the one loaded here 'small-1'"),
        ({"callwarden/org/data.yaml": "allowed: [ls, cat, rm]\n"}, "data.callwarden.org is not what it is here"),
        ({"callwarden/org/more/data.yaml": "a: 1\n"}, "data.callwarden.org is not what it is here"),
        (
            {"callwarden/rules/more/more.rego": "package callwarden.rules.more\n"},
            "more.rego, which is not in",
        ),
        ({"callwarden/rules/shell/shell.rego": "package callwarden.rules.shell\n"}, "shell.rego as it is here"),
    ],
)
def test_a_server_that_runs_another_bundle_is_refused(
    tmp_path: Path, serve: Serve, change: dict[str, str | None], difference: str
) -> None:
    ours = bundle.load(lay(tmp_path / "ours"))
    url = serve(lay(tmp_path / "theirs", change))
    with pytest.raises(EngineError, match=difference):
        open_engine("opa", ours, url=url)


def test_a_bundle_without_a_revision_can_be_compared_with_none(tmp_path: Path) -> None:
    ours = bundle.load(lay(tmp_path, {"callwarden/bundle/data.yaml": None}))
    with pytest.raises(EngineError, match="revision None"):
        drift.check(ours, "http://localhost", lambda path: None)


def test_a_server_that_is_not_there_is_an_engine_that_cant_be_had(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        with pytest.raises(EngineMissing, match="can't be reached"):
            open_engine("opa", bundle.load(lay(tmp_path)), url=f"http://127.0.0.1:{taken.getsockname()[1]}")


class Fake:
    """A server that answers the start-up comparison truly, and evaluations with what the test says."""

    def __init__(self, loaded: Bundle) -> None:
        self.loaded = loaded
        self.asked = 0
        self.connections: set[Any] = set()
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda request: reply(request, {"result": {}})

    def get(self, path: str) -> Any:
        if path == "/v1/policies":
            modules = self.loaded.modules.items()
            return [{"id": name, "raw": text, "ast": {"package": {"path": _path(name)}}} for name, text in modules]
        found: Any = self.loaded.data
        for step in path.removeprefix("/v1/data/").split("/"):
            found = found[step]
        return found


def _path(name: str) -> list[dict[str, str]]:
    return [{"value": "data"}, *({"value": step} for step in name.split("/")[:-1])]


def reply(request: BaseHTTPRequestHandler, body: Any, status: int = 200, **headers: str) -> None:
    text = orjson.dumps(body)
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(text)))
    request.end_headers()
    request.wfile.write(text)


@contextmanager
def faked(fake: Fake) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply(self, {"result": fake.get(self.path)})

        def do_POST(self) -> None:
            fake.asked += 1
            fake.connections.add(self.client_address)
            self.rfile.read(int(self.headers["Content-Length"]))
            fake.answer(self)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(bundle.load(lay(tmp_path)))


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def test_connections_are_used_again(fake: Fake) -> None:
    with faked(fake) as url:
        engine = OpaServer(url, fake.loaded)
        for _ in range(20):
            engine.evaluate(document("ls"), deadline=10)
        engine.close()
    assert (fake.asked, len(fake.connections)) == (20, 1)


def test_more_threads_than_a_pool_usually_holds_are_served_without_a_warning(fake: Fake) -> None:
    with faked(fake) as url, ThreadPoolExecutor(16) as pool:
        engine = OpaServer(url, fake.loaded)
        answers = list(pool.map(lambda _: engine.evaluate(document("ls"), deadline=20), range(64)))
        engine.close()
    assert answers == [b"{}"] * 64


def test_a_lost_connection_is_tried_again_and_not_for_ever(fake: Fake) -> None:
    def lose_once(request: BaseHTTPRequestHandler) -> None:
        hang_up(request) if fake.asked == 1 else reply(request, {"result": 1})

    with faked(fake) as url:
        engine = OpaServer(url, fake.loaded, retries=2)
        fake.answer = lose_once
        assert engine.evaluate(document("ls"), deadline=10) == b"1"
        assert fake.asked == 2
        fake.answer = hang_up
        with pytest.raises(EngineMissing, match="can't be reached"):
            engine.evaluate(document("ls"), deadline=10)
        assert fake.asked == 2 + 3
        engine.close()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda request: reply(request, {}), "is undefined"),
        (lambda request: reply(request, []), "is undefined"),
        (
            lambda request: reply(request, {"code": "internal_error", "message": "div by zero"}, 500),
            "500 internal_error: div by",
        ),
        (lambda request: reply(request, "x", 503), "503 Service Unavailable"),
        (lambda request: reply(request, {}, 401), "401 Unauthorized"),
        (lambda request: reply(request, {}, 302, Location="/v1/data/other"), "302 Found"),
    ],
)
def test_what_is_no_answer_is_an_error_and_asked_once(fake: Fake, answer: Any, problem: str) -> None:
    with faked(fake) as url:
        engine = OpaServer(url, fake.loaded)
        fake.answer = answer
        with pytest.raises(EngineError, match=problem):
            engine.evaluate(document("ls"), deadline=10)
        assert fake.asked == 1
        engine.close()


def test_text_that_is_no_json_is_an_error(fake: Fake) -> None:
    def garble(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "3")
        request.end_headers()
        request.wfile.write(b"{,}")

    with faked(fake) as url:
        engine = OpaServer(url, fake.loaded)
        fake.answer = garble
        with pytest.raises(EngineError, match=url):
            engine.evaluate(document("ls"), deadline=10)
        engine.close()


@pytest.mark.parametrize("timeout", [0.1, 60.0])
def test_a_server_that_dawdles_is_a_timeout_by_either_clock(fake: Fake, timeout: float) -> None:
    done = threading.Event()

    def dawdle(request: BaseHTTPRequestHandler) -> None:
        done.wait(30)
        hang_up(request)

    with faked(fake) as url:
        engine = OpaServer(url, fake.loaded, timeout=timeout)
        fake.answer = dawdle
        with pytest.raises(EngineTimeout, match="did not answer within"):
            engine.evaluate(document("ls"), deadline=30 if timeout < 1 else 0.1)
        done.set()
        engine.close()
    assert fake.asked == 1, "a slow server is not asked again"


def test_no_variable_of_the_environment_puts_another_in_the_servers_place(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with faked(fake) as url:
        engine = OpaServer(url, fake.loaded)
        assert engine.evaluate(document("ls"), deadline=10) == b"{}"
        engine.close()


def test_a_token_is_sent_with_every_request(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def look(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers["Authorization"])
        reply(request, {"result": 1})

    fake.answer = look
    monkeypatch.setenv("CALLWARDEN_OPA_TOKEN", "t0ken")
    with faked(fake) as url:
        engine = open_engine("opa", fake.loaded, url=url)
        engine.evaluate(document("ls"), deadline=10)
        engine.close()
    assert seen == ["Bearer t0ken"]


@pytest.mark.parametrize(
    ("name", "url", "problem"),
    [
        ("opa", None, "needs the URL"),
        ("opa", "", "needs the URL"),
        ("opium", None, "there is no engine 'opium'"),
        ("opa", "http://opa.example:8181", "anybody on the way"),
        ("opa", "opa.example", "http://host:port"),
        ("opa", "ftp://localhost", "http://host:port"),
        ("opa", "http://localhost/v1/data", "http://host:port"),
        ("opa", "http://localhost:99999", "URL"),
        ("opa", "http://me:secret@localhost", "no password"),
        ("opa", "http://[::1", "URL"),
    ],
)
def test_an_engine_that_is_named_wrongly_is_a_usage_error(
    tmp_path: Path, name: str, url: str | None, problem: str
) -> None:
    with pytest.raises(UsageError, match=problem):
        open_engine(name, bundle.load(lay(tmp_path)), url=url)


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opa_client", None)
    with pytest.raises(UsageError, match="opa-python-client") as caught:
        open_engine("opa", bundle.load(lay(tmp_path)), url="http://localhost:8181")
    assert caught.value.help == "pip install 'callwarden[opa]'"
