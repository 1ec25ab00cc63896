"""A web server for tests of the door: HTTP and HTTPS on the loopback, for `NAMES` and 127.0.0.1."""

from __future__ import annotations

import base64
import datetime
import hashlib
import http.server
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = ("localhost", "denied.localhost", "direct.localhost", "intranet.example.org")


@dataclass
class Origin:
    """`trust` is what a person would have in SSL_CERT_FILE; `root` is served; `requests` is what arrived."""

    http: int
    https: int
    trust: str
    root: Path
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "localhost", scheme: str = "https") -> str:
        return f"{scheme}://{host}:{self.https if scheme == 'https' else self.http}{path}"


def certificate(path: Path) -> Path:
    """Writes a key and a self-signed certificate for it to one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "origin")])
    now = datetime.datetime.now(datetime.UTC)
    names = [*map(x509.DNSName, NAMES), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600)
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def serving(pem: Path, directory: Path) -> Iterator[Origin]:
    """Serves `directory`/served with what `certificate` wrote to `pem`; `hello.txt` is there."""
    root = directory / "served"
    root.mkdir()
    (root / "hello.txt").write_text("hello from the origin\n")
    trust = directory / "trust.pem"
    text = pem.read_text()
    trust.write_text(text[text.index("-----BEGIN CERTIFICATE") :])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    made = Origin(0, 0, str(trust), root)
    plain, secure = _Server(made), _Server(made)
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    made.http, made.https = plain.server_address[1], secure.server_address[1]
    for server in (plain, secure):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield made
    for server in (plain, secure):
        server.shutdown()
        server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    def __init__(self, origin: Origin) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = origin

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    server: _Server

    def __init__(self, request: Any, address: Any, server: _Server) -> None:
        super().__init__(request, address, server, directory=str(server.origin.root))

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        self._seen(b"")
        special = {"/events": self._events, "/socket": self._echo}.get(self.path, super().do_GET)
        special()

    def _events(self) -> None:
        """Server-sent events, half a second apart."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(5):
            self.wfile.write(f"data: {number}\n\n".encode())
            time.sleep(0.5)

    def _echo(self) -> None:
        """A WebSocket that sends short frames back, unmasked, until it is sent a close."""
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
        self.send_response(101)
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", "websocket")
        accept = hashlib.sha1(key.encode(), usedforsecurity=False).digest()
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(accept).decode())
        self.end_headers()
        self.close_connection = True
        kind = 0
        while kind != 0x88:
            kind, size = self.rfile.read(2)
            mask, masked = self.rfile.read(4), self.rfile.read(size & 0x7F)
            text = bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))
            self.wfile.write(bytes([kind, len(text)]) + text)

    def do_POST(self) -> None:
        body = self._body()
        self._seen(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.do_POST()

    def _seen(self, body: bytes) -> None:
        self.server.origin.heads.append({name.lower(): value for name, value in self.headers.items()})
        self.server.origin.requests.append((self.command, f"{self.headers['Host']}{self.path}", body))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body
