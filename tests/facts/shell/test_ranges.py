"""Values that can't be known but are bounded: what stays below where it runs is no path that could be anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callwarden.facts.model import Facts

Read = Callable[[str], Facts]

STAYS = [
    'x=$(basename "$1"); mkdir "$x"',
    'for f in $(find . -name "*.x"); do mv "$f" "${f%.x}.y"; done',
    'for f in *.x; do mv "$f" "${f%.x}.y"; done',
    "find . -name '*.x' | while read -r f; do gzip \"$f\"; done",
    'find src -type f | sort | head -5 | while read f; do touch "${f##*/}"; done',
    "grep -rl foo . | xargs sed -i 's/foo/bar/'",
    "git ls-files | xargs chmod 644",
    "git diff --name-only | xargs touch",
    "ls *.txt | xargs gzip",
    "mv $(ls *.txt) subdir",
    "gzip $(find . -name '*.txt')",
    'cd "$(git rev-parse --show-toplevel)" && touch x',
    'd="$(cd "$(dirname "$0")" && pwd)"; mkdir -p "$d/out"',
    'd="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"; cp a "$d/x"',
    "find . -name '*.c' | xargs -I{} cp {} out/{}",
    'f=$(mktemp); cp "$f" "${f}.bak"',
]


@pytest.mark.parametrize("text", STAYS)
def test_what_stays_below_a_known_folder_is_known(read: Read, text: str) -> None:
    facts = read(text)
    assert not [piece for piece in facts.opaque if piece.place in {"write", "beneath", "code"}]
    written = [path for path in facts.paths if path.access not in {"read", "list", "execute"}]
    assert written
    assert {path.root for path in written} <= {"workspace", "temporary"}


ELSEWHERE = [
    'find "$1" -name \'*.x\' | while read -r f; do gzip "$f"; done',
    "find / src -type f | xargs gzip",
    "grep '' list.txt | xargs gzip",
    "find . -name x | grep '' list.txt | xargs gzip",
    "find . | sort list.txt | xargs gzip",
    "find . | sed 's|^|/etc/|' | xargs gzip",
    "git ls-files ../.. | xargs gzip",
    "ls -a | xargs gzip",
    "ls /etc/* | xargs gzip",
    'for f in $(find . -name x); do gzip "${f#.}"; done',
    'cat list | while read -r f; do gzip "$f"; done',
    'dir=$(dirname "$1"); touch "$dir"',
    "bash -c 'touch $0' /etc/x",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_could_lie_anywhere_is_not(read: Read, text: str) -> None:
    assert [piece.place for piece in read(text).opaque if piece.place == "write"]


def test_files_found_elsewhere_are_named_by_where_they_are(read: Read) -> None:
    facts = read("find /etc -name '*.conf' | while read -r f; do rm \"$f\"; done")
    assert [(path.path, path.root) for path in facts.paths if path.access == "delete"] == [("/etc/**/*.conf", "system")]


BENEATH = ['out="result_${i}.txt"; echo x > "$out"', 'mkdir -p "build/$name"', 'touch "/tmp/x-$USER"']


@pytest.mark.parametrize("text", BENEATH)
def test_what_begins_below_a_known_folder_is_said_to(read: Read, text: str) -> None:
    assert [piece.place for piece in read(text).opaque] == ["beneath"]


@pytest.mark.parametrize(
    "text", ['touch "$x/a"', 'touch "out/../$x"', 'rm -r "out/$x"', 'cd "$y"; touch "a$x"', "touch ~$x"]
)
def test_what_could_be_anywhere_or_is_deleted_is_not_beneath(read: Read, text: str) -> None:
    assert "write" in {piece.place for piece in read(text).opaque}
    assert "beneath" not in {piece.place for piece in read(text).opaque}
