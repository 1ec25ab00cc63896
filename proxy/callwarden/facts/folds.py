"""The functions that folding knows: what strings, lists, paths and decoders give for values that are known.

Each takes values and gives one; what it can't do is `HOLE`. Sizes are bounded, since a text may ask for `"a" * 10**9`.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import posixpath
import re
import shlex
import zlib
from collections.abc import Callable
from typing import Any

HOLE = "\ue000"  # private use: a piece of a string that can't be known
IDLE = "\ue001"  # a piece that only a call which this text never makes would give
MAX_SIZE = 1 << 16

Value = Any  # str, bytes, int, float, None, or a list of these

NAMESPACES = {
    "globals()",
    "locals()",
    "vars()",
    "__builtins__",
    "sys.modules",
    "__builtins__.__dict__",
    "builtins.__dict__",
}
NUMBER_SPEC = re.compile(r"[\d.,_<>=^ +#-]*[bcdeEfFgGnoxX%]")
_PATHS = re.compile(r"^pathlib\.(?:Pure|Posix|PurePosix|Windows)?Path(?:\.home|\.cwd)?\(\)")
_SPACES = re.compile(r"^(?:(?:globals|locals|vars)\(\)|sys\.modules|(?:__)?builtins(?:__)?(?:\.__dict__)?)\.(?=\w)")
_SAME_PATH = re.compile(
    r"\.(?:parent|(?:joinpath|resolve|absolute|expanduser|with_suffix|with_name|with_stem|relative_to)\(\))(?=\.|$)"
)


def attempt(function: Callable[..., Value], *values: Value) -> Value:
    """The function's value, or `HOLE` if it has none for these."""
    try:
        found = function(*values)
    except Exception:  # whatever a literal can be made to raise; what it gives is then not known
        return IDLE if IDLE in values else HOLE
    return found if not isinstance(found, str | bytes | list) or len(found) <= MAX_SIZE else HOLE


def canonical(dotted: str) -> str:
    """A dotted name in one spelling: whatever makes a path is `pathlib.Path()`, and namespaces are left out."""
    if "Path" in dotted:
        dotted = _PATHS.sub("pathlib.Path()", dotted)
        if dotted.startswith("pathlib.Path()"):
            dotted = "pathlib.Path()" + _SAME_PATH.sub("", dotted[len("pathlib.Path()") :])
    while (shorter := _SPACES.sub("", dotted)) != dotted:
        dotted = shorter
    return dotted


def text(value: Value) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else HOLE if isinstance(value, list) else str(value)


def add(one: Value, other: Value) -> Value:
    if isinstance(one, list) or isinstance(other, list):
        return [*(one if isinstance(one, list) else [one]), *(other if isinstance(other, list) else [other])]
    if isinstance(one, bytes) and isinstance(other, bytes):
        return one + other
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    return text(one) + text(other)


def times(one: Value, other: Value) -> Value:
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    count = other if isinstance(other, int) else one
    whole = one if count is other else other
    return whole * count if len(whole) * count <= MAX_SIZE else HOLE


def xor(one: Value, other: Value) -> Value:
    return int(one) ^ int(other)


def percent(one: Value, other: Value) -> Value:
    if isinstance(one, int):
        return one % other
    return text(one) % (tuple(other) if isinstance(other, list) else other)


def joined(*parts: Value) -> Value:
    return posixpath.join(*map(text, parts)) if parts else "."


def divided(one: Value, other: Value) -> Value:
    """A path and what is joined to it; a number divided is not worth knowing."""
    return joined(one, other) if isinstance(one, str) or isinstance(other, str) else HOLE


def item(whole: Value, index: Value) -> Value:
    if isinstance(whole, str) and (HOLE in whole or IDLE in whole):
        return IDLE if IDLE in whole else HOLE
    return whole[index]


def sliced(whole: Value, lower: Value, upper: Value, step: Value) -> Value:
    if isinstance(whole, str) and HOLE in whole and (lower, upper, step) != (None, None, None):
        return HOLE
    return whole[lower:upper:step]


def formatted(pattern: Value, *values: Value) -> Value:
    if re.search(r"\{[^}]*[.\[!:]", pattern):  # a format may reach attributes and ask for a width of 10**9
        return re.sub(r"\{[^}]*\}", HOLE, pattern)
    return str(pattern).format(*map(text, values)) if values else re.sub(r"\{\w*\}", HOLE, pattern)


def listed(folder: Value = ".", *_: Value) -> Value:
    """`os.listdir` and its like: names in a folder, which one is not known, so a glob."""
    return ["*"]


def walked(folder: Value = ".", *_: Value) -> Value:
    return [[text(folder), ["*"], ["*"]], [joined(folder, "**"), ["*"], ["*"]]]


def globbed(pattern: Value, *_: Value) -> Value:
    return [text(pattern)]


def globbed_below(folder: Value, pattern: Value = "*", *_: Value) -> Value:
    return [joined(folder, pattern)]


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else text(value).encode("latin-1")


def _inflated(value: Value, *_: Value) -> Value:
    for bits in (15, -15, 31):
        try:
            return zlib.decompressobj(bits).decompress(_bytes(value), MAX_SIZE)
        except zlib.error:
            continue
    return HOLE


def _decoded(value: Value, encoding: Value = "utf-8", *_: Value) -> Value:
    if str(encoding).lower().replace("_", "") in {"rot13", "rot-13"}:
        return codecs.decode(text(value), "rot13")
    if str(encoding).lower() in {"hex", "hex_codec"}:
        return bytes.fromhex(text(value))
    if str(encoding).lower() in {"base64", "base64_codec"}:
        return base64.b64decode(_bytes(value))
    return value if isinstance(value, str) else value.decode(str(encoding), "replace")


def _string(method: str) -> Callable[..., Value]:
    def apply(value: Value, *arguments: Value) -> Value:
        if isinstance(value, str) and value in {HOLE, IDLE}:
            return value
        return getattr(value if isinstance(value, bytes) else text(value), method)(*arguments)

    return apply


def _join(separator: Value, parts: Value) -> Value:
    return text(separator).join(map(text, parts)) if isinstance(parts, list) else HOLE


def _split(value: Value, *separator: Value) -> Value:
    return list(value.split(*separator)) if HOLE not in text(value) or separator else _argv(value)


def _argv(value: Value, *_: Value) -> Value:
    return shlex.split(text(value), comments=False)


def _parent(value: Value) -> Value:
    return posixpath.dirname(text(value)) or "."


def _suffixed(value: Value, suffix: Value) -> Value:
    return posixpath.splitext(text(value))[0] + text(suffix)


def _named(value: Value, name: Value) -> Value:
    return joined(_parent(value), name)


def _same(value: Value = "", *_: Value) -> Value:
    return value


def _chars(values: Value, *_: Value) -> Value:
    return bytes(values) if isinstance(values, list) else _bytes(values)


def _range(*ends: Value) -> Value:
    """Some numbers: which ones matters for nothing but their having no slash."""
    whole = [end if isinstance(end, int) else 2 for end in ends]
    return list(range(*whole)[:4])


def _number(value: Value, *base: Value) -> Value:
    """A number, which one or not: it can hold neither a slash nor a blank."""
    try:
        return int(value, *base) if base else int(value)
    except (TypeError, ValueError):
        return 0


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **dict.fromkeys(("os.path.join", "posixpath.join", "urllib.parse.urljoin"), joined),
    **dict.fromkeys(("pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath"), joined),
    **dict.fromkeys(("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expanduser"), _same),
    **dict.fromkeys(("os.fspath", "os.fsdecode", "os.fsencode", "sorted", "list", "tuple", "set", "reversed"), _same),
    **dict.fromkeys(("shlex.quote", "pipes.quote", "urllib.request.Request", "ast.literal_eval"), _same),
    **dict.fromkeys(("os.listdir", "os.scandir"), listed),
    **dict.fromkeys(("glob.glob", "glob.iglob"), globbed),
    **dict.fromkeys(
        ("base64.b64decode", "base64.standard_b64decode", "base64.decodebytes"),
        lambda v, *_: base64.b64decode(_bytes(v)),
    ),
    **dict.fromkeys(("bytes.fromhex", "bytearray.fromhex"), lambda v: bytes.fromhex(text(v))),
    **dict.fromkeys(("binascii.unhexlify", "binascii.a2b_hex"), lambda v: binascii.unhexlify(_bytes(v))),
    **dict.fromkeys(("zlib.decompress", "gzip.decompress"), _inflated),
    "os.walk": walked,
    "os.path.dirname": _parent,
    "os.path.basename": lambda v: posixpath.basename(text(v)),
    "os.path.expandvars": lambda v: text(v).replace("$HOME", "~"),
    "base64.urlsafe_b64decode": lambda v: base64.urlsafe_b64decode(_bytes(v)),
    "base64.b32decode": lambda v: base64.b32decode(_bytes(v)),
    "base64.b16decode": lambda v: base64.b16decode(_bytes(v)),
    "base64.b85decode": lambda v: base64.b85decode(_bytes(v)),
    "base64.b64encode": lambda v: base64.b64encode(_bytes(v)),
    "binascii.a2b_base64": lambda v: binascii.a2b_base64(_bytes(v)),
    "codecs.decode": _decoded,
    "str": lambda v="", *_: text(v),
    "bytes": _chars,
    "bytearray": _chars,
    "chr": chr,
    "int": lambda v=0, *base: _number(v, *base),
    "range": _range,
    "enumerate": lambda v, *_: [[0, part] for part in v] if isinstance(v, list) else HOLE,
    "zip": lambda *lists: [list(row) for row in zip(*lists, strict=False)],
    **dict.fromkeys(
        ("len", "round", "time.time", "time.time_ns", "os.getpid", "os.getuid", "uuid.uuid4"), lambda *_: 0
    ),
    **dict.fromkeys(("random.randint", "random.random", "random.randrange", "hash", "id", "sum"), lambda *_: 0),
    "shlex.split": _argv,
    "shlex.join": lambda v: " ".join(map(text, v)),
}

METHODS: dict[str, Callable[..., Value]] = {
    **{name: _string(name) for name in ("strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix")},
    **{name: _string(name) for name in ("removesuffix", "title", "swapcase", "capitalize")},
    **dict.fromkeys(("expanduser", "resolve", "absolute", "as_posix", "copy", "keys", "items"), _same),
    "encode": lambda v, *_: text(v).encode(errors="replace"),
    "decode": _decoded,
    "join": _join,
    "split": _split,
    "format": formatted,
    "joinpath": joined,
    "with_suffix": _suffixed,
    "with_name": _named,
    "glob": globbed_below,
    "rglob": lambda folder, pattern="*", *_: [joined(folder, "**", pattern)],
    "iterdir": globbed_below,
    "hex": lambda v, *_: v.hex(),
}

PROPERTIES: dict[str, Callable[[Value], Value]] = {
    "parent": _parent,
    "name": lambda v: posixpath.basename(text(v)),
    "stem": lambda v: posixpath.splitext(posixpath.basename(text(v)))[0],
    "path": text,
}
