"""A folder becomes a bundle, with a person's layers over it; what would be left out silently is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden.engine import bundle
from callwarden.engine.testing import SMALL, lay
from callwarden.errors import BundleError

LAYER_RULE = "# mine\n\npackage callwarden.layers.{}.rules.shell\n\nfindings := set()\n"


def test_data_lies_where_its_folder_says(tmp_path: Path) -> None:
    loaded = bundle.load(lay(tmp_path, {"callwarden/org/limits/data.json": '{"bytes": 5}'}))
    assert loaded.data["callwarden"]["org"] == {"allowed": ["ls", "cat"], "limits": {"bytes": 5}}
    assert loaded.revision == "small-1"
    assert loaded.tables == {"programs": {"ls": {}}}
    assert loaded.roots == ("callwarden",)


def test_the_digest_changes_with_every_file_name_and_byte(tmp_path: Path) -> None:
    first = bundle.load(lay(tmp_path / "a"))
    assert bundle.load(lay(tmp_path / "b")).digest == first.digest
    data = SMALL["callwarden/org/data.yaml"]
    changes: list[dict[str, str | None]] = [
        {"callwarden/org/data.yaml": data + "#"},
        {"callwarden/org/data.yaml": None},
        {"callwarden/org/data.yaml": None, "callwarden/orga/data.yaml": data},
        {"callwarden/rules/shell/more.rego": "package callwarden.rules.shell\n"},
    ]
    digests = {bundle.load(lay(tmp_path / str(place), change)).digest for place, change in enumerate(changes)}
    assert len(digests | {first.digest}) == len(changes) + 1


def test_schemas_are_no_data_and_readmes_no_policy(tmp_path: Path) -> None:
    loaded = bundle.load(
        lay(tmp_path, {"schemas/input.json": '{"type": "object"}', "README.md": "hello", ".regal/config.yaml": "a"})
    )
    assert loaded.schemas == {"input": {"type": "object"}}
    assert set(loaded.data) == {"callwarden"}
    assert loaded.files.keys() == SMALL.keys()


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("callwarden/org/data.yml", "a: 1", r"callwarden/org/data.yml:1: OPA would leave this out"),
        ("callwarden/org/lists.yaml", "a: 1", r"callwarden/org/lists.yaml:1: OPA would leave this out"),
        ("callwarden/org/lists.json", "{}", r"callwarden/org/lists.json:1: OPA would leave this out"),
        ("callwarden/org/data.json", '{"allowed": []}', r"data.yaml:1: data.callwarden.org.allowed is also in another"),
        ("callwarden/data.yaml", "org: {allowed: []}", r"data.callwarden.org.allowed is also in another data file"),
        ("other/data.yaml", "a: 1", r"other/data.yaml:1: data.other.a is outside the roots|data.other is outside"),
        ("data.yaml", "other: {a: 1}", r"data.yaml:1: data.other is outside the roots"),
        ("callwarden/org/more/data.yaml", "a: 1\na: 2", r"callwarden/org/more/data.yaml:2: "),
        ("callwarden/rules/x/x.rego", "package \udcff", r"callwarden/rules/x/x.rego:1: not UTF-8"),
        ("callwarden/bundle/data.yaml", "revision: 7", r"revision is text"),
        (".manifest", "{", r".manifest:1: "),
        (".manifest", "{}", r".manifest:1: roots is a list"),
        (".manifest", '{"roots": []}', r".manifest:1: roots is a list"),
        (".manifest", '{"roots": [""]}', r".manifest:1: roots is a list"),
        (".manifest", '{"roots": ["callwarden"], "rego_version": 0}', r"rego_version is 1"),
    ],
)
def test_a_malformed_bundle_is_an_error_with_a_place(tmp_path: Path, name: str, text: str, problem: str) -> None:
    root = lay(tmp_path)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BundleError, match=problem):
        bundle.load(root)


def test_a_bundle_without_a_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"\.manifest:1: missing"):
        bundle.load(lay(tmp_path, {".manifest": None}))


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="not a folder"):
        bundle.load(tmp_path / "nowhere")


def test_a_link_to_a_folder_is_an_error_and_a_link_to_a_file_is_the_file(tmp_path: Path) -> None:
    root = lay(tmp_path / "bundle", {"callwarden/org/data.yaml": None})
    (tmp_path / "elsewhere.yaml").write_text("allowed: [vi]")
    (root / "callwarden/org").mkdir()
    (root / "callwarden/org/data.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert bundle.load(root).data["callwarden"]["org"] == {"allowed": ["vi"]}
    (root / "loop").symlink_to(root)
    with pytest.raises(BundleError, match="a link to a folder"):
        bundle.load(root)


def test_a_file_out_of_all_proportion_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callwarden.engine.folder.MAX_FILE", 10)
    with pytest.raises(BundleError, match="larger than"):
        bundle.load(lay(tmp_path))


def test_tables_that_are_missing_are_an_error_and_not_empty(tmp_path: Path) -> None:
    loaded = bundle.load(lay(tmp_path, {"callwarden/facts/programs/data.yaml": None}))
    with pytest.raises(BundleError, match="no tables"):
        _ = loaded.tables


def test_layers_lie_below_their_own_package(tmp_path: Path) -> None:
    user, project = tmp_path / "user", tmp_path / "project"
    lay(
        user,
        over={"data.yaml": "allowed: [vi]\n", "rules/shell/mine.rego": LAYER_RULE.format("user"), "config.toml": "x"},
    )
    lay(project, over={"data.yaml": "allowed: [ed]\n"})
    loaded = bundle.load(lay(tmp_path / "root"), user=user, project=project)
    assert loaded.data["callwarden"]["layers"] == {"user": {"allowed": ["vi"]}, "project": {"allowed": ["ed"]}}
    assert "callwarden/layers/user/rules/shell/mine.rego" in loaded.modules
    assert loaded.digest != bundle.load(tmp_path / "root").digest


def test_a_layer_that_is_not_there_is_no_layer(tmp_path: Path) -> None:
    root = lay(tmp_path / "root")
    assert bundle.load(root, user=tmp_path / "no", project=tmp_path / "neither").files == bundle.load(root).files


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "rules/shell/a.rego",
            "package callwarden.rules.shell\n",
            r"a.rego:1: the package here is callwarden.layers.user",
        ),
        ("rules/shell/a.rego", "\n# x\npackage callwarden.layers.project.rules.shell\n", r"a.rego:3: the package here"),
        ("rules/shell/a.rego", "package callwarden.layers.user.rules.tunnel\n", r"a.rego:1: the package here"),
        ("rules/shell/a.rego", "package callwarden.layers.user.rules.shell_test\n", r"a.rego:1: the package here"),
        ("rules/shell/a.rego", 'package callwarden["layers"].user\n', r"a.rego:1: .* not missing"),
        ("rules/shell/a.rego", "# x\u2028package callwarden.layers.user.rules.shell\npackage a\n", r"a.rego:2: "),
        ("rules/shell/a.rego", "", r"a.rego:1: .* not missing"),
        ("rules/a.rego", "package callwarden.layers.user.rules\n", r"a.rego:1: a layer's rules are files"),
        ("rules/shell/deep/a.rego", LAYER_RULE.format("user"), r"a.rego:1: a layer's rules are files"),
        ("rules/shell/data.yaml", "a: 1", r"data.yaml:1: a layer's rules are files"),
        ("data.yml", "a: 1", r"data.yml:1: OPA would leave this out"),
        ("data.yaml", "a: 1\na: 2", r"callwarden/layers/user/data.yaml:2: "),
    ],
)
def test_a_layer_that_is_malformed_or_reaches_beyond_itself_is_an_error(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    user = lay(tmp_path / "user", over={name: text})
    with pytest.raises(BundleError, match=problem):
        bundle.load(lay(tmp_path / "root"), user=user)


def test_a_layer_may_test_its_rules(tmp_path: Path) -> None:
    test = "package callwarden.layers.user.rules.shell_test\n"
    user = lay(tmp_path / "user", over={"rules/shell/mine_test.rego": test})
    assert "callwarden/layers/user/rules/shell/mine_test.rego" in bundle.load(lay(tmp_path / "root"), user=user).modules
