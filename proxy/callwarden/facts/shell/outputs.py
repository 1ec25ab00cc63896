"""What a command prints, where that can be worked out from the text alone: literals, and the usual ways to hide one."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator

from callwarden.facts.shell.ansi import unescape

MAX_OUTPUT = 1 << 16
_SET = re.compile(r"(.)-(.)", re.DOTALL)
_CLASSES = {"[:upper:]": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "[:lower:]": "abcdefghijklmnopqrstuvwxyz"}


def printed(program: str, args: list[str], stdin: str | None) -> str | None:
    """The output for known arguments and a known input; None where it is not known."""
    if program == "echo":
        return _echo(args)
    if program == "printf":
        return _printf(args)
    if stdin is None or len(stdin) > MAX_OUTPUT:
        return None
    flags = [arg for arg in args if arg.startswith("-") and len(arg) > 1]
    operands = [arg for arg in args if arg not in flags]
    filter_ = _FILTERS.get(program)
    return filter_(flags, operands, stdin) if filter_ else None


def _copy(flags: list[str], operands: list[str], stdin: str) -> str | None:
    return None if operands or set(flags) - {"-u"} else stdin


def _unbase(flags: list[str], operands: list[str], stdin: str) -> str | None:
    if operands or not {"-d", "-D", "--decode", "-di", "-id"} & set(flags):
        return None
    named = next((flag[6:] for flag in flags if flag.startswith("--base")), "64")
    return _base(named, stdin)


def _unbase32(flags: list[str], operands: list[str], stdin: str) -> str | None:
    return _unbase([*flags, "--base32"], operands, stdin)


def _unhex(flags: list[str], operands: list[str], stdin: str) -> str | None:
    letters = "".join(flags)
    return _hex(stdin) if "r" in letters and "p" in letters and not operands else None


def _reversed(flags: list[str], operands: list[str], stdin: str) -> str | None:
    return None if flags or operands else "\n".join(line[::-1] for line in stdin.split("\n"))


def _upside_down(flags: list[str], operands: list[str], stdin: str) -> str | None:
    return None if flags or operands else "".join(line + "\n" for line in reversed(stdin.splitlines()))


def _openssl(flags: list[str], operands: list[str], stdin: str) -> str | None:
    plain = operands == ["base64"] or (operands == ["enc"] and "-base64" in flags)
    return _base("64", stdin) if plain and "-d" in flags else None


def _echo(args: list[str]) -> str:
    escapes, end = False, "\n"
    while args and re.fullmatch(r"-[neE]+", args[0]):
        escapes = "e" in args[0] or (escapes and "E" not in args[0])
        end = "" if "n" in args[0] else end
        args = args[1:]
    text = " ".join(args)
    return (unescape(text.replace("\\0", "\\")) if escapes else text) + end


def _printf(args: list[str]) -> str | None:
    args = args[1:] if args[:1] == ["--"] else args
    if not args or args[0].startswith("-"):
        return None
    form, rest = unescape(args[0]), args[1:]
    if re.search(r"%(?![%sbd])", form.replace("%%", "")):
        return None
    wanted = len(re.findall(r"%[sbd]", form.replace("%%", "")))
    out = ""
    for start in range(0, max(len(rest), 1), wanted or MAX_OUTPUT):
        values = iter(rest[start : start + wanted])
        out += re.sub(r"%[%sbd]", lambda found, values=values: _filled(found.group(), values), form)  # type: ignore[misc]
    return out


def _filled(mark: str, values: Iterator[str]) -> str:
    if mark == "%%":
        return "%"
    value = next(values, "")
    return unescape(value) if mark == "%b" else value


def _base(base: str, text: str) -> str | None:
    decode = base64.b64decode if base == "64" else base64.b32decode if base == "32" else None
    if base == "16":
        return _hex(text)
    if decode is None:
        return None
    plain = "".join(text.split())
    try:
        return decode(plain + "=" * (-len(plain) % (4 if base == "64" else 8))).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None


def _hex(text: str) -> str | None:
    try:
        return bytes.fromhex("".join(text.split())).decode("utf-8", "replace")
    except ValueError:
        return None


def _tr(flags: list[str], operands: list[str], stdin: str) -> str | None:
    if flags == ["-d"] and len(operands) == 1:
        gone = set(_characters(operands[0]))
        return "".join(char for char in stdin if char not in gone)
    if flags or len(operands) != 2:
        return None
    old, new = (_characters(operand) for operand in operands)
    if not old or not new:
        return None
    new += new[-1] * (len(old) - len(new))
    if old == "A-Za-z" and new == "N-ZA-Mn-za-m":
        return codecs.decode(stdin, "rot13")
    return stdin.translate({ord(a): b for a, b in zip(old, new, strict=False)})


def _characters(text: str) -> str:
    for name, members in _CLASSES.items():
        text = text.replace(name, members)
    text = unescape(text)
    return _SET.sub(lambda m: "".join(map(chr, range(ord(m[1]), min(ord(m[2]), ord(m[1]) + 256) + 1))), text)


_FILTERS: dict[str, Callable[[list[str], list[str], str], str | None]] = {
    "cat": _copy,
    "tee": _copy,
    "head": _copy,
    "tail": _copy,
    "base64": _unbase,
    "gbase64": _unbase,
    "base32": _unbase32,
    "basenc": _unbase,
    "xxd": _unhex,
    "rev": _reversed,
    "tac": _upside_down,
    "tr": _tr,
    "openssl": _openssl,
}
