"""The second, independent reading: tree-sitter's grammar of bash lists the commands too, and must not see one we don't.

tree-sitter alone won't do: it loses commands without an error (a backtick in an unquoted heredoc, `coproc n { …; }`)
and its time grows with the square of the text on some inputs, so it is stopped after a number of steps that grows with
the text's length only.

Its binding (0.26) crashes now and then on characters of more than one byte that it reads through a callback, and never
gives back what a callback returned. So it reads ASCII, a letter for each other character, from a view that is closed.
"""

from __future__ import annotations

import re
from collections import Counter
from threading import local

import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Point

STEPS = 20  # progress reports that any text may take; each stands for about a hundred operations of the parser
STEPS_PER_CHARACTER = 0.04  # ordinary scripts take under 0.01
SCANS = 1_000_000  # characters; after each `=~` its scanner may look through the whole rest of the text
_LANGUAGE = Language(tree_sitter_bash.language())
# Reserved words of bash that tree-sitter takes for commands where it lost its way; bash never runs a bare one of them
_WORDS = "time coproc do done then else elif fi esac in if for while until case { } !"
PREFIXES = Counter(dict.fromkeys(_WORDS.split(), 10**6))
_NAME = re.compile(r"[A-Za-z_./][\w./+-]*")
_MARK = re.compile(r"<<-?[ \t]*['\"\\]?([A-Z_]+)\b")
_OTHER = re.compile(r"[^\x00-\x7f]")
_kept = local()


class TooSlow(ValueError):
    pass


def disagreement(text: str, first: list[str]) -> str:
    """Why the two readings of a text differ, empty where they don't. `first`: the first words that we saw."""
    if text.count("=~") * len(text) > SCANS:
        return "too many regular expressions to read a second time"
    text = _ascii(text)
    try:
        root = _tree(text)
    except TooSlow as error:
        return str(error)
    if root is None:
        return "the second reading gave nothing"
    seen = [_plain(_ascii(name)) for name in first]
    missing = Counter(_commands(root, text)) - Counter(seen) - PREFIXES
    if root.has_error:  # it lost its way, and takes pieces of words for commands: only a name we never saw counts
        missing = Counter(name for name in missing if _NAME.fullmatch(name) and name not in set(seen))
    for mark in _MARK.findall(text):  # `EOF$(x)` does not end a heredoc; it takes the mark for a command there
        missing.pop(mark, None)
    if missing:
        return f"a second reading sees a command `{min(missing)[:40]}` that the first does not"
    return ""


def steps(text: str) -> int:
    """How many progress reports parsing this text took; for tests of the limit."""
    _, taken = _parse(_ascii(text))
    return taken


def _tree(text: str) -> Node | None:
    tree, _ = _parse(text)
    return tree


def _parse(text: str) -> tuple[Node | None, int]:
    parser: Parser | None = getattr(_kept, "parser", None)
    if parser is None:
        parser = _kept.parser = Parser(_LANGUAGE)
    source = memoryview(text.encode("ascii"))
    views: list[memoryview] = []
    taken, limit = 0, STEPS + int(STEPS_PER_CHARACTER * len(source))

    def read(offset: int, _: Point) -> memoryview:
        views.append(source[offset : offset + 65_536])
        return views[-1]

    def progress(_: int, __: bool) -> bool:
        nonlocal taken
        taken += 1
        return taken > limit

    try:
        tree = parser.parse(read, progress_callback=progress)
    except ValueError:
        parser.reset()
        raise TooSlow("the text takes too long to read a second time") from None
    finally:
        for view in views:
            view.release()
    return tree.root_node, taken


def _commands(root: Node, text: str) -> list[str]:
    found = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "command_name":
            found.append(_plain(text[node.start_byte : node.end_byte]))
        waiting.extend(child for child in node.named_children if not child.is_error)
    return found


def _ascii(text: str) -> str:
    return _OTHER.sub("x", text)


def _plain(raw: str) -> str:
    """Without what backticks and line continuations add to a word."""
    return raw.replace("\\\n", "").replace("\\", "")
