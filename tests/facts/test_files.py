"""Paths in every spelling: where they are, in which root, of which class, and whether that is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.facts import files
from callwarden.facts.context import Context


@pytest.mark.parametrize(
    ("written", "path", "root"),
    [
        ("a.py", "/workspace/src/a.py", "workspace"),
        ("./b/../a.py", "/workspace/src/a.py", "workspace"),
        ("../../etc/hosts", "/etc/hosts", "system"),
        ("../../../../../../etc/hosts", "/etc/hosts", "system"),
        ("//etc///hosts/.", "/etc/hosts", "system"),
        ("~/x", "/home/agent/x", "home"),
        ("~", "/home/agent", "home"),
        ("~root/x", "/root/x", "homes"),
        ("~bob/x", "/home/bob/x", "homes"),
        ("~+/x", "/workspace/src/x", "workspace"),
        ("/tmp/x", "/tmp/x", "temporary"),
        ("/workspace-evil/x", "/workspace-evil/x", ""),
        ("/proc/self/root/etc/hosts", "/etc/hosts", "system"),
        ("/proc/1/root/proc/2/root/etc/hosts", "/etc/hosts", "system"),
        ("file:///etc/hos%74s", "/etc/hosts", "system"),
    ],
)
def test_a_path_is_absolute_normal_and_in_its_innermost_root(
    context: Context, written: str, path: str, root: str
) -> None:
    place = files.locate(written, "/workspace/src", context)
    assert (place["path"], place["root"], place["known"]) == (path, root, True)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("/etc/shadow", "secret"),
        ("/etc/sh?dow", "secret"),
        ("/ETC/SHADOW", "secret"),
        ("/etc/./shadow", "secret"),
        ("~/.ssh/*", "secret"),
        ("~/.ssh", "secret"),
        ("~/.aws/credentials", "secret"),
        ("/home/other/.netrc", "secret"),
        (".env", "secret"),
        ("deploy/.env.production", "secret"),
        ("infra/terraform.tfstate", "secret"),
        ("/proc/1/environ", "secret"),
        ("/proc/self/mem", "memory"),
        ("/dev/tcp/203.0.113.5/80", "network_device"),
        ("/dev/sda", "device"),
        ("~/.bashrc", "persistence"),
        ("/etc/cron.d/x", "persistence"),
        ("~/.config/systemd/user/x.service", "persistence"),
        ("~/.ssh/authorized_keys", "persistence"),
        (".git/hooks/pre-commit", "persistence"),
        (".git/config", "vcs"),
        (".callwarden/data.yaml", "self"),
        ("~/.config/callwarden/x", "self"),
        ("/var/run/docker.sock", "container_socket"),
        ("~/.bash_history", "history"),
        ("/var/log/auth.log", "log"),
        ("/sys/kernel/x", "kernel"),
        ("/etc/hosts", "system_config"),
        (".claude/settings.json", "agent_config"),
    ],
)
def test_a_sensitive_path_has_its_class_in_every_spelling(context: Context, written: str, name: str) -> None:
    assert name in files.locate(written, "/workspace", context)["classes"]


@pytest.mark.parametrize(
    "written",
    [
        "src/app.py",
        "README.md",
        "*",
        "src/*.json",
        ".env.example",
        "tests/data.csv",
        "/dev/null",
        "/tmp/x",
        "package.json",
        "app/[slug]/page.tsx",
        "~/.cache/pip/x",
        "docs/environment.md",
        "keys.py",
        "Dockerfile",
    ],
)
def test_an_ordinary_path_has_no_class(context: Context, written: str) -> None:
    assert files.locate(written, "/workspace", context)["classes"] == []


@pytest.mark.parametrize(
    ("written", "path", "root", "name"),
    [
        ("/etc/$FILE", "/etc", "system", "system_config"),
        ("~/.ssh/$KEY", "/home/agent/.ssh", "home", "secret"),
        ("/proc/$PID/environ", "/proc", "kernel", "secret"),
        ("/etc/sha$X", "/etc/sha", "system", "secret"),
        ("$DIR/.env", "$DIR/.env", "", "secret"),
    ],
)
def test_a_path_with_an_unknown_piece_is_not_known_and_may_be_all_it_could_be(
    context: Context, written: str, path: str, root: str, name: str
) -> None:
    place = files.locate(written, "/workspace", context, known=False)
    assert (place["path"].rstrip("/"), place["root"], place["known"]) == (path, root, False)
    assert name in place["classes"]


def test_a_known_beginning_that_may_go_on_is_in_no_root_by_itself(context: Context) -> None:
    assert files.locate("/workspace$X/y", "/workspace", context, known=False)["root"] == ""
    assert files.locate("/workspace/$X", "/workspace", context, known=False)["root"] == "workspace"
    assert files.locate("$X", "/workspace", context, known=False)["root"] == ""


def test_a_relative_path_from_an_unknown_directory_is_not_known(context: Context) -> None:
    place = files.locate("../../etc/shadow", "", context)
    assert (place["root"], place["known"]) == ("", False)
    assert "secret" in place["classes"]


@pytest.mark.parametrize("written", ["..%2f..%2fetc%2fshadow", "..\\..\\etc\\shadow", "%252e%252e/%2e%2e/etc/shadow"])
def test_a_path_that_a_decoder_would_read_otherwise_is_not_known(context: Context, written: str) -> None:
    place = files.locate(written, "/workspace", context)
    assert not place["known"]
    assert "secret" in place["classes"]


def test_what_stands_behind_a_nul_is_not_known(context: Context) -> None:
    place = files.locate("a\0b", "/workspace", context)
    assert (place["path"], place["known"]) == ("/workspace/a", False)


@pytest.mark.parametrize("written", ["/proc/17/cwd/x", "/proc/self/cwd/x", "/proc/self/fd/7"])
def test_another_process_s_directory_is_not_known(context: Context, written: str) -> None:
    assert not files.locate(written, "/workspace", context)["known"]


def test_a_glob_is_in_the_root_of_its_fixed_part(context: Context) -> None:
    inside, outside = (files.locate(w, "/workspace", context) for w in ("src/*/x", "/workspac?/x"))
    assert (inside["root"], inside["pattern"]) == ("workspace", True)
    assert (outside["root"], outside["pattern"]) == ("", True)


@pytest.mark.parametrize(("root", "path"), [("/a", "/a"), ("/a", "/a/b"), ("/", "/a")])
def test_inside_is_by_segments(root: str, path: str) -> None:
    assert files.inside(root, path)
    assert not files.inside("/a", "/ab")


def test_links_are_followed_only_where_a_caller_switched_it_on(tmp_path: Path, tables: dict[str, Any]) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "link").symlink_to("/secret")
    resolving = Context(tables=tables, resolve=True, root=str(tmp_path))
    place = files.locate("link/key", "/workspace", resolving)
    assert (place["path"], place["root"], place["resolved"]) == ("/secret/key", "", True)
    assert files.locate("link/key", "/workspace", Context(tables=tables))["path"] == "/workspace/link/key"


def test_tables_are_compiled_once(context: Context) -> None:
    assert files.table(context) is files.table(context)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["/workspace", "", "/"]), st.booleans())
def test_every_text_is_a_place(written: str, cwd: str, known: bool) -> None:
    place = files.locate(written, cwd, Context(), known=known)
    assert set(place) == {"path", "root", "classes", "known", "pattern", "resolved"}
    assert ".." not in place["path"].split("/") or not place["known"]


@given(st.lists(st.sampled_from(["..", ".", "", "a", "etc", "shadow"]), max_size=12))
def test_a_path_is_the_same_place_however_it_is_spelled(parts: list[str]) -> None:
    path = files.normal("/" + "/".join(parts))
    assert files.locate("/" + "//.//".join(parts), "/workspace", Context())["path"] == path
