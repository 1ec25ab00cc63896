import sqlite3
from pathlib import Path

import pytest

from callwarden.audit import reader as reading
from callwarden.audit.chain import verify
from callwarden.audit.reader import Reader
from callwarden.audit.record import Parts
from callwarden.audit.sqlite import FILE, AuditLog
from callwarden.errors import AuditError


def written(directory: Path, count: int) -> Path:
    with AuditLog(directory) as log:
        for number in range(count):
            log.append(Parts("decision", call=f"c{number}"))
    return directory


def test_a_log_is_read_page_by_page_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    with Reader(written(tmp_path, 10)) as reader:
        assert verify(reader.lines()).records == 10
        assert [record["seq"] for record in reader.records(after=7)] == [8, 9, 10]


def test_an_empty_log_has_no_records(tmp_path: Path) -> None:
    with Reader(written(tmp_path, 0)) as reader:
        assert (list(reader.records()), reader.last(5), reader.find("1"), reader.head().seq) == ([], [], [], 0)


@pytest.mark.parametrize("name", ["", ".", "1.2.3", "x.1", "٣", "9" * 30, "'; DROP TABLE record; --"])
def test_an_odd_name_finds_nothing(tmp_path: Path, name: str) -> None:
    with Reader(written(tmp_path, 1)) as reader:
        assert reader.find(name) == []


def test_a_reader_can_write_nothing(tmp_path: Path) -> None:
    with Reader(written(tmp_path, 1)) as reader, pytest.raises(AuditError, match="readonly"):
        reader._rows("DELETE FROM record")


def test_a_record_that_is_not_json_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    connection = sqlite3.connect(written(tmp_path, 1) / FILE)
    with connection:
        connection.execute("UPDATE record SET bytes = x'7b'")
    connection.close()
    with Reader(tmp_path) as reader, pytest.raises(AuditError, match="not JSON") as caught:
        reader.last(1)
    assert "audit verify" in caught.value.help


def test_a_file_that_is_no_log_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    with pytest.raises(AuditError, match="not a database"):
        Reader(tmp_path)


def test_a_directory_with_odd_characters_in_its_name_is_read(tmp_path: Path) -> None:
    with Reader(written(tmp_path / "a?b#c%20 d", 2)) as reader:
        assert reader.head().seq == 2
