"""What bash would run, and in what it stands. Every text here is one that bash itself accepts, or refuses."""

from __future__ import annotations

import pytest

from callwarden.facts.shell.grammar import MAX_COMMANDS, parse
from callwarden.facts.shell.syntax import Unreadable


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a; b & c\nd", "a b c d"),
        ("a && b || c | d |& e", "a b c d e"),
        ("(a; { b; })", "a b"),
        ("if a; then b; elif c; then d; else e; fi", "a b c d e"),
        ("while a; do b; done; until c; do d; done", "a b c d"),
        ("for i in 1 2; do a; done; for ((i=0; i<$(b); i++)); do c; done; for i do d; done", "a b c d"),
        ("for i in; do a; done", "a"),
        ("select x in a b; do c; done", "c"),
        ("case $(a) in b|c) d;; (e) f;& *) g;;& esac", "a d f g"),
        ("f() { a; }; function g { b; }; function h() (c)", "a b c"),
        ("! if a; then b; fi", "a b"),
        ("!(a)", "a"),
        ("time -p a; time { b; }; time", "a b"),
        ("coproc a; coproc n { b; }; coproc { c; }", "a b c"),
        ("x=$(a) y=`b` c", "a b c"),
        ("x=(1 $(a) [2]=$(b))", "a b"),
        ("x[$(a)]=1", "a"),
        ("a <(b) > >(c)", "a b c"),
        ('a "$(b "$(c)")" "${x:-$(d)}"', "a b c d"),
        ("a `b \\`c\\``", "a b c"),
        ("a $((1 + $(b))) $[2 + $(c)]", "a b c"),
        ("a $( (b) )", "a b"),
        ("a $((b); c)", "a b c"),
        ("((x + $(a)))", "a"),
        ("((a); b)", "a b"),
        ("[[ -n $(a) && $x =~ ^(b|c)$(d)$ ]] && e", "a d e"),
        ("a <<E\n$(b) `c` \\$(d)\nE\ne", "a b c e"),
        ("a <<'E'\n$(b)\nE\nc", "a c"),
        ("a <<-E\n\t$(b)\n\tE\nc", "a b c"),
        ("a <<E1 <<E2\n$(b)\nE1\n$(c)\nE2\nd", "a b c d"),
        ("a <<E; b\nx\nE\nc", "a b c"),
        ("a <<E\nE\\\n\nb\nE\nc", "a b E c"),
        ("a <<< $(b)", "a b"),
        ("a # b\nc#d", "a c#d"),
        ("i\\\nf a; th\\\nen b; fi", "a b"),
        ("a &\\\n& b", "a b"),
        ("a 'b\nc' \"d\ne\"; f", "a f"),
        ("a @(b|$(c)) d", "a c"),
        ("${ a; }", "a"),
        ("declare -A x=([a]=$(b))", "declare b"),
        ("a=1 2>f b >g c", "b"),
        ("{a,b} c", "{a,b}"),
        ("a\r\nb", "a\r b"),
    ],
)
def test_every_command_is_seen_wherever_it_stands(text: str, first: str) -> None:
    seen = [word for word in parse(text)[1] if not word.startswith("${ ")]
    assert sorted(seen) == sorted(
        first.replace("\r ", "\r\n").split("\n")[0].split(" ") if "\r" not in first else ["a\r", "b"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "a '",
        'a "',
        "a `b",
        "a $(b",
        "a ${b",
        "a $((b",
        "(a",
        "{ a",
        "if a; then b",
        "if a; fi",
        "while a; done",
        "for i in a; b; done",
        "case a in b) c",
        "case a b) c;; esac",
        "a )",
        "a; }",
        "fi",
        "a >",
        "a ;; b",
        "| a",
        "; a",
        "f() ",
        "[[ a",
        "$(cat <<E)",
        "a\0b",
    ],
)
def test_what_is_no_shell_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize(
    "unit", ["$(", "`\\`", "( ", "{ ", "${a:-", '"$(', "if a; then ", "((", "$((", "<(", "[[ ( ", "a=("]
)
def test_nesting_without_end_is_refused_and_no_stack_overflows(unit: str) -> None:
    with pytest.raises(Unreadable):
        parse(unit * 5000)


def test_more_commands_than_any_script_has_are_refused() -> None:
    with pytest.raises(Unreadable, match="commands"):
        parse("a\n" * (MAX_COMMANDS + 1))
