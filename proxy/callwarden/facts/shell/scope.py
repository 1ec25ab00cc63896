"""What a text has set so far: variables, functions, aliases, the working directory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from callwarden.facts.shell import syntax
from callwarden.facts.shell.values import Value

Variable = Value | list[Value] | None  # None: set, to something that can't be known


@dataclass(slots=True)
class Scope:
    variables: dict[str, Variable] = field(default_factory=dict)
    functions: dict[str, syntax.Function] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)  # `declare -n`: a name that stands for another
    positional: list[Value] | None = None
    cwd: str = ""
    others: frozenset[str] = frozenset()  # where it may be instead, if a `cd` failed

    def copy(self) -> Scope:
        return replace(
            self,
            variables=dict(self.variables),
            functions=dict(self.functions),
            aliases=dict(self.aliases),
            references=dict(self.references),
        )

    def join(self, *branches: Scope) -> None:
        """After branches of which any or none was taken: what they disagree on is not known."""
        for branch in branches:
            for name in branch.variables.keys() | self.variables.keys():
                if branch.variables.get(name) != self.variables.get(name) or name not in branch.variables:
                    self.variables[name] = None
            self.functions.update(branch.functions)
            self.aliases.update(branch.aliases)
            self.references.update(branch.references)
            if branch.cwd != self.cwd:
                self.others |= {branch.cwd}
            self.others |= branch.others

    def named(self, name: str) -> str:
        """The variable that a name stands for; a reference to itself is its own end, as in bash."""
        for _ in range(8):
            if self.references.get(name, name) == name:
                break
            name = self.references[name]
        return name

    def forget(self, names: set[str]) -> None:
        self.variables.update(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a command inherits from where it stands."""

    parent: int = -1
    origin: str = "text"
    wrappers: tuple[str, ...] = ()
    local: bool = True
    background: bool = False
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """What comes in on standard input: `text` if it is known, the commands it comes from, whether anything does."""

    text: str | None = None
    heads: list[int] = field(default_factory=list)
    piped: bool = False
    path: Value | None = None


NOTHING = Feed()
