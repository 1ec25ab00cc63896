"""The certificate authority of a data directory, made on first use, and the files that make clients trust it.

In the private directory: `mitmproxy-ca.pem` (key and certificate, 0600). In the public one: `ca.pem` (the certificate)
and `bundle.pem` (what this machine trusts, what the person added, and ours).
"""

from __future__ import annotations

import datetime
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from callwarden.egress.environment import TRUSTSTORE_PASSWORD, wgetrc

LIFE = datetime.timedelta(days=365)
RENEW = datetime.timedelta(days=30)  # longer than any run
KEY_FILE = "mitmproxy-ca.pem"  # where mitmproxy looks for it
_SYSTEM = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


@dataclass(frozen=True, slots=True)
class Authority:
    """`trust`: what the worker itself verifies servers against."""

    certificate: Path
    bundle: Path
    trust: Path


def ensure(private: Path, public: Path, added: Sequence[Path] = ()) -> Authority:
    """Makes what is missing or nearly expired. `added`: certificate files the person trusts beside the system's."""
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    public.mkdir(mode=0o755, parents=True, exist_ok=True)
    certificate = _certificate(private / KEY_FILE)
    _written(public / "wgetrc", wgetrc(str(public / "bundle.pem")).encode(), 0o644)
    _truststore(public / "trust.p12", certificate)
    trusted = b"\n".join(path.read_bytes() for path in [*_system(), *added])
    return Authority(
        _written(public / "ca.pem", certificate, 0o644),
        _written(public / "bundle.pem", trusted + b"\n" + certificate, 0o644),
        _written(private / "trust.pem", trusted, 0o600),
    )


def _truststore(path: Path, certificate: bytes) -> None:
    """For Java, which reads nothing else. It takes `cryptography` 45 to make one; without it Java does not trust us."""
    made: Any = getattr(pkcs12, "serialize_java_truststore", None)
    if made is not None:
        entry = pkcs12.PKCS12Certificate(x509.load_pem_x509_certificate(certificate), b"callwarden")
        secret = serialization.BestAvailableEncryption(TRUSTSTORE_PASSWORD.encode())
        _written(path, made([entry], secret), 0o644)


def _system() -> list[Path]:
    """What this machine trusts; certifi's list where it says nothing."""
    named = ssl.get_default_verify_paths().openssl_cafile
    for place in (named, *_SYSTEM):
        if place and Path(place).is_file():
            return [Path(place)]
    return [Path(certifi.where())]


def _certificate(key_file: Path) -> bytes:
    """The certificate in `key_file`; both are made anew if it is not there or has little time left."""
    if key_file.is_file():
        certificate = x509.load_pem_x509_certificate(key_file.read_bytes())
        if certificate.not_valid_after_utc - _now() > RENEW:
            return certificate.public_bytes(serialization.Encoding.PEM)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = _signed(key).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _written(key_file, secret + pem, 0o600)
    return pem


def _signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "callwarden egress")])
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    return (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_now() - datetime.timedelta(hours=1))
        .not_valid_after(_now() + LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _written(path: Path, content: bytes, mode: int) -> Path:
    """Replaces a file at once, never readable by more than `mode`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
    return path


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
