"""What a command prints, where that can be worked out from the text alone: literals, and the usual ways to hide one."""

from __future__ import annotations

import base64
import binascii
import codecs
import re

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
    if program in {"cat", "tee", "head", "tail"}:
        return stdin if not operands and not (set(flags) - {"-u"}) else None
    if program in {"base64", "base32", "gbase64"}:
        return _base(program[-2:], stdin) if {"-d", "-D", "--decode", "-di", "-id"} & set(flags) and not operands else None
    if program == "basenc":
        return _base(flags[0][-2:], stdin) if len(flags) == 2 and not operands else None
    if program == "xxd":
        return _hex(stdin) if any("r" in flag for flag in flags) and any("p" in flag for flag in flags) else None
    if program == "rev":
        return "\n".join(line[::-1] for line in stdin.split("\n")) if not args else None
    if program == "tac":
        return "".join(line + "\n" for line in reversed(stdin.splitlines())) if not args else None
    if program == "tr":
        return _tr(flags, operands, stdin)
    if program == "openssl":
        return _base("64", stdin) if operands[:1] in (["base64"], ["enc"]) and "-d" in flags else None
    return None


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
    form, rest = unescape(args[0]), iter(args[1:])
    out = ""
    for _ in range(64):
        used = False

        def fill(found: re.Match[str]) -> str:
            nonlocal used
            if found.group() == "%%":
                return "%"
            used = True
            value = next(rest, "")
            return unescape(value) if found.group() == "%b" else value

        if re.search(r"%(?![%sbd])", form.replace("%%", "")):
            return None
        out += re.sub(r"%[%sbd]", fill, form)
        following = next(rest, None)
        if following is None or not used:
            return out
        rest = iter([following, *rest])
    return None


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
