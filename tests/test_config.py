from pathlib import Path

import pytest

from callwarden import config


@pytest.mark.parametrize(
    ("place", "variable", "fallback"),
    [
        (config.data_directory, "XDG_DATA_HOME", ".local/share"),
        (config.config_directory, "XDG_CONFIG_HOME", ".config"),
        (config.cache_directory, "XDG_CACHE_HOME", ".cache"),
    ],
)
def test_files_live_where_xdg_says(
    place: object, variable: str, fallback: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(place)
    monkeypatch.setenv("HOME", "/home/alex")
    monkeypatch.delenv(variable, raising=False)
    assert place() == Path("/home/alex") / fallback / "callwarden"
    monkeypatch.setenv(variable, "/elsewhere")
    assert place() == Path("/elsewhere/callwarden")
    monkeypatch.setenv(variable, "relative")
    assert place() == Path("/home/alex") / fallback / "callwarden"


def test_sockets_live_in_the_runtime_directory_else_with_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert config.runtime_directory() == Path("/run/user/1/callwarden")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert config.runtime_directory() == config.data_directory() / "run"


def test_every_option_has_a_default_of_its_type_and_one_sentence() -> None:
    assert len({option.name for option in config.OPTIONS}) == len(config.OPTIONS)
    for option in config.OPTIONS:
        assert isinstance(option.default, option.type)
        assert option.says


def test_only_the_tool_door_waits_for_a_person() -> None:
    assert {door for door, wait in config.WAITS.items() if wait} == {"tool"}


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 7)
    assert config.person() == f"uid {2**31 - 7}"
