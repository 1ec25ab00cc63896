"""Python: imports, calls and what they are given, read from its syntax tree."""

from __future__ import annotations

import ast
import re
import warnings

from callwarden.facts import folds
from callwarden.facts.builder import Builder
from callwarden.facts.code_calls import CALLS, DANGEROUS, GADGETS, HANDED, LOOKS_ONLY, MODULES
from callwarden.facts.code_effects import Effects
from callwarden.facts.code_names import Names
from callwarden.facts.folding import Folder
from callwarden.facts.folds import HOLE

MAX_NODES = 60_000
_AGENT = "<agent>"  # the file name a program is parsed under
# A program with `"\\d"` in it is its author's affair: it must neither warn on our standard error nor fail to parse
warnings.filterwarnings("ignore", module=re.escape(_AGENT))
_MAGIC = re.compile(r"^[ \t]*([!%])(?!=)(.*)$", re.MULTILINE)
_RAW = re.compile(r"SOCK_RAW|AF_PACKET|SOCK_PACKET")


def read(builder: Builder, source: str, command: int, language: str = "python") -> None:
    """Adds the facts of a Python program; one that does not parse, or is too large, is opaque."""
    tree = _parsed(_without_magics(builder, source, command))
    reader = None
    if isinstance(tree, str):
        builder.opaque("code", tree, source, command=command)
    else:
        reader = Reader(builder, tree, command)
        reader.read()
    builder.add_code(
        language=language,
        imports=sorted(reader.names.modules) if reader else [],
        actions=sorted(reader.effects.actions) if reader else [],
        understood=reader is not None,
        opaque=reader.effects.reasons[:32] if reader else [str(tree)],
        bytes=len(source.encode(errors="replace")),
        command=command,
    )


def _parsed(source: str) -> ast.Module | str:
    """The tree, or why there is none."""
    try:
        tree = ast.parse(source, _AGENT)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"the program does not parse: {type(error).__name__}"
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        return f"the program has more than {MAX_NODES} nodes"
    return tree


def _without_magics(builder: Builder, source: str, command: int) -> str:
    """A notebook's `!command` lines are shell; a cell magic for a shell makes the whole cell shell."""
    if not ("!" in source or "%" in source) or _compiles(source):
        return source
    for mark, line in _MAGIC.findall(source):
        if mark == "!" or line.startswith(("bash", "sh", "system", "sx")):
            builder.shell(line.lstrip("!"), command)
    return _MAGIC.sub("pass", source)


def _compiles(source: str) -> bool:
    try:
        ast.parse(source, _AGENT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


class Reader:
    """Walks one program: every call by the names that it may have."""

    def __init__(self, builder: Builder, tree: ast.Module, command: int) -> None:
        self.names = Names(tree)
        self.fold = Folder(self.names, _given_by(builder))
        self.effects = Effects(builder, self.fold, command)
        self.effects.actions |= {MODULES[module] for module in self.names.modules if module in MODULES}
        self._tree = tree
        self._called: set[str] = set()

    def read(self) -> None:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Attribute) and node.attr in GADGETS:
                self.effects.dynamic(f"it reaches for {node.attr}", node)
            elif isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                self._star(node)
        self._together()

    def _star(self, node: ast.ImportFrom) -> None:
        if (node.module or "") in DANGEROUS | {"ctypes"}:
            self.effects.dynamic(f"it imports everything from {node.module}", node)

    def _call(self, node: ast.Call) -> None:
        names = self.fold.names(node.func)
        self._called.update(names)
        found = [effect for name in names for effect in CALLS.get(name, ())]
        if not found and isinstance(node.func, ast.Attribute):
            self._called.add(f"?.{node.func.attr}")
            found = list(CALLS.get(f"?.{node.func.attr}", ()))
        for effect in dict.fromkeys(found):
            self.effects.of(effect, node)
        self._telling(node, set(names))

    def _telling(self, node: ast.Call, names: set[str]) -> None:
        """What a call says beside its effect."""
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if "getattr" in names and len(node.args) > 1:
            self._getattr(node)
        if "socket.socket" in names and any(_names_raw(argument) for argument in arguments):
            self.effects.actions.add("raw_socket")
        if not names & LOOKS_ONLY:
            self._handed(arguments, node)
        if any("os.environ" in self.fold.names(argument) for argument in arguments) or "os.environ.items" in names:
            self.effects.actions.add("environment")

    def _handed(self, arguments: list[ast.expr], node: ast.Call) -> None:
        """`map(os.system, texts)`, `Thread(target=os.remove, …)`: what it will be called with is not known."""
        handed = [argument for argument in arguments if isinstance(argument, ast.Name | ast.Attribute)]
        for name in {name for argument in handed for name in self.fold.names(argument)}:
            for place in {HANDED[effect.what] for effect in CALLS.get(name, ()) if effect.what in HANDED}:
                self.effects.unknown(place, f"it hands {name} to another function", node)

    def _getattr(self, node: ast.Call) -> None:
        unknown = any(HOLE in folds.text(value) for value in self.fold.values(node.args[1]))
        if unknown and DANGEROUS & set(self.fold.names(node.args[0])):
            self.effects.dynamic("it takes an attribute by a name that can't be known", node)

    def _together(self) -> None:
        """What only several calls together say: a process on a socket's own descriptors."""
        sockets = any(name.startswith(("socket.", "ssl.")) for name in self._called)
        handed = {"os.dup2", "?.fileno", "?.makefile"} & self._called or any(
            n.endswith(".fileno") for n in self._called
        )
        if sockets and ("pty.spawn" in self._called or (handed and {"process", "shell"} & self.effects.actions)):
            self.effects.actions.add("reverse_shell")


def _names_raw(argument: ast.expr) -> bool:
    words = (getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(argument))
    return any(_RAW.fullmatch(str(word)) for word in words)


def _given_by(builder: Builder) -> dict[str, folds.Value]:
    """What calls and variables are, that the context knows. A temporary name is some name below the folder."""
    temporary = "/tmp"  # noqa: S108  # where such files are, not where we write
    here, some = builder.cwd or HOLE, f"{temporary}/*"
    return {
        **dict.fromkeys(("os.getcwd()", "pathlib.Path.cwd()", "$PWD"), here),
        **dict.fromkeys(("pathlib.Path.home()", "$HOME"), builder.context.home),
        **dict.fromkeys(("tempfile.gettempdir()", "$TMPDIR"), temporary),
        **dict.fromkeys(("tempfile.mkdtemp()", "tempfile.mktemp()", "tempfile.TemporaryDirectory()"), some),
        **dict.fromkeys(("tempfile.NamedTemporaryFile().name", "tempfile.TemporaryDirectory().name"), some),
        "tempfile.mkstemp()": [3, some],
        "os.curdir": ".",
        "os.sep": "/",
        "os.path.sep": "/",
        "os.devnull": "/dev/null",
        "os.linesep": "\n",
        "sys.executable": "python3",
    }
