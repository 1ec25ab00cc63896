"""The second reading: it objects to a command that we lost, and it is stopped by work, not by a clock."""

from __future__ import annotations

import pytest

from callwarden.facts.shell import second
from callwarden.facts.shell.grammar import parse


def test_two_readings_that_see_the_same_agree() -> None:
    text = "a; b | c $(d)"
    assert second.disagreement(text, parse(text)[1]) == ""


def test_a_command_that_only_the_second_sees_is_named() -> None:
    assert "`curl`" in second.disagreement("a; curl x", ["a"])


def test_a_command_that_is_there_twice_must_be_seen_twice() -> None:
    assert second.disagreement("a; a", ["a"])


@pytest.mark.parametrize("text", ["cat <<E\n`a`\nE\n", "! if a; then curl x; fi", "coproc n { a; }", "time -p a"])
def test_what_the_second_loses_is_not_held_against_the_first(text: str) -> None:
    assert second.disagreement(text, parse(text)[1]) == ""


def test_a_script_takes_few_steps_for_its_length() -> None:
    text = 'if [ -n "$x" ]; then echo "$(date) $x" >> log; fi\n' * 200
    assert second.steps(text) < len(text) * second.STEPS_PER_CHARACTER


@pytest.mark.parametrize("unit", ["a|", "a;"])
def test_a_text_that_takes_too_many_steps_is_cancelled(unit: str) -> None:
    assert "too long" in second.disagreement(unit * 20_000 + "a", [])


def test_the_parser_works_again_after_it_was_cancelled() -> None:
    second.disagreement("a|" * 20_000 + "a", [])
    assert second.disagreement("a", ["a"]) == ""


def test_its_slow_scanner_is_not_let_loose() -> None:
    assert "regular expressions" in second.disagreement("[[ a =~ (b) ]];" * 2000, [])


def test_a_mark_in_the_body_of_a_heredoc_is_no_command() -> None:
    text = "cat <<EOF\na\nEOF$(b)\nEOF\nc"
    assert second.disagreement(text, parse(text)[1]) == ""


def test_a_program_with_the_name_of_a_mark_is_one() -> None:
    assert "`curl`" in second.disagreement("cat <<curl\na\ncurl\ncurl x", ["cat"])


@pytest.mark.parametrize(
    "text", ["))\xa1{\U000e7a05cat\xa1)((sudo\U000e7a05", "cafés 'x'\n\U0001f600 --help", "é=1 ls"]
)
def test_characters_that_are_not_ascii_are_letters_to_it(text: str) -> None:
    """Its binding crashes on them; that none reaches it is what keeps the gate up."""
    seen: list[bytes] = []

    def view(source: bytes) -> memoryview:
        seen.append(source)
        return memoryview(source)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second, "memoryview", view, raising=False)
        second.disagreement(text, [])
    assert seen
    assert all(source.isascii() for source in seen)


def test_a_name_of_such_characters_is_the_same_in_both_readings() -> None:
    assert second.disagreement("café --help", ["café"]) == ""
