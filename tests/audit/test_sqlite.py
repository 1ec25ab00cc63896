import json
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callwarden.audit.chain import Head, verify
from callwarden.audit.reader import Reader
from callwarden.audit.record import Parts
from callwarden.audit.sqlite import FILE, AuditLog, salted
from callwarden.errors import AuditError, AuditLocked


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    with AuditLog(tmp_path / "data") as log:
        yield log


def decision(call: str = "c1") -> Parts:
    return Parts("decision", time_ns=1, session="s", call=call, effect="allow")


def test_an_acknowledged_record_is_on_disk_and_readable_while_the_log_is_open(log: AuditLog) -> None:
    written = log.append(decision())
    with Reader(log.directory) as reader:
        (record,) = reader.records()
        assert (record["id"], record["call"], reader.head()) == (written.id, "c1", Head(1, written.hash))


def test_many_threads_write_one_chain(log: AuditLog) -> None:
    def work(name: str) -> None:
        for number in range(25):
            log.append(decision(f"{name}{number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Reader(log.directory) as reader:
        assert verify(reader.lines(), log.head).records == 100
        assert len({record["call"] for record in reader.records()}) == 100


def test_a_reopened_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    for _ in range(3):
        with AuditLog(tmp_path) as log:
            log.append(decision())
    with Reader(tmp_path) as reader:
        assert verify(reader.lines()).head.seq == 3
        assert len({record["log"] for record in reader.records()}) == 1


def test_the_directory_and_the_file_are_ours_alone(log: AuditLog) -> None:
    assert stat.S_IMODE(log.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((log.directory / FILE).stat().st_mode) == 0o600


def test_a_second_gate_is_told_who_owns_the_directory(log: AuditLog) -> None:
    with pytest.raises(AuditLocked, match=f"pid {os.getpid()}"):
        AuditLog(log.directory)


def test_a_closed_log_takes_nothing(log: AuditLog) -> None:
    log.close()
    with pytest.raises(AuditError, match="closed"):
        log.append(decision())
    with AuditLog(log.directory):
        pass


def test_what_is_no_record_fails_alone(log: AuditLog) -> None:
    good, bad = log.submit(decision()), log.submit(Parts("decision", data={"seconds": 0.5}))
    with pytest.raises(AuditError, match="float"):
        bad.result(5)
    assert good.result(5).seq == 1
    assert log.append(decision()).seq == 2


def test_a_full_disk_refuses_and_the_log_goes_on_once_there_is_room(log: AuditLog) -> None:
    log.append(decision())
    pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
    log._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(AuditError, match="full"):
        log.append(Parts("system", data={"text": "x" * 100_000}))
    log._connection.execute("PRAGMA max_page_count=100000")
    log.append(decision())
    with Reader(log.directory) as reader:
        assert verify(reader.lines(), log.head).records == 2


def test_after_any_other_write_error_nothing_is_recorded_any_more(log: AuditLog) -> None:
    log._connection.execute("DROP TABLE payload")
    with pytest.raises(AuditError, match="payload"):
        log.append(decision(), salted(b"ls", 2))
    with pytest.raises(AuditError, match="payload"):
        log.append(decision())
    assert log.failed


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError, match="can't be used"):
        AuditLog(tmp_path / "file" / "data")


def test_a_file_that_is_no_log_says_so_and_the_lock_is_let_go(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    for _ in range(2):
        with pytest.raises(AuditError, match="can't be opened"):
            AuditLog(tmp_path)


def test_an_erased_payload_leaves_a_whole_chain_and_no_trace_of_its_text(log: AuditLog) -> None:
    secret = b"correct horse battery staple"
    kept, gone = log.append(decision("a"), salted(b"ls", 2)), log.append(decision("b"), salted(secret, len(secret)))
    log.erase((gone.seq,), Parts("system", data={"erased": [gone.seq]}))
    with Reader(log.directory) as reader:
        assert verify(reader.lines()).records == 3
        assert reader.payload(reader.find("a")[0]) == b"ls"
        assert reader.payload(reader.find(gone.id)[0]) is None
        assert kept.seq == 1
    assert not any(secret in file.read_bytes() for file in log.directory.iterdir())


def test_a_changed_payload_is_noticed(log: AuditLog) -> None:
    log.append(decision(), salted(b"ls", 2))
    log._connection.execute("UPDATE payload SET body = x'00'")
    with Reader(log.directory) as reader, pytest.raises(AuditError, match="commits to"):
        reader.payload(reader.last(1)[0])


def test_a_record_changed_in_the_file_is_found(log: AuditLog) -> None:
    for name in "abc":
        log.append(decision(name))
    log.close()
    with sqlite3.connect(log.directory / FILE) as connection:
        line = connection.execute("SELECT bytes FROM record WHERE seq = 2").fetchone()[0]
        connection.execute("UPDATE record SET bytes = ? WHERE seq = 2", (line.replace(b"allow", b"deny!"),))
    connection.close()
    with Reader(log.directory) as reader:
        broken = verify(reader.lines()).broken
    assert broken
    assert (broken.seq, broken.fault) == (2, "edit")


def test_records_are_found_by_id_number_and_call(log: AuditLog) -> None:
    written = log.append(decision("c7"))
    log.append(Parts("result", call="c7"))
    with Reader(log.directory) as reader:
        assert [record["seq"] for record in reader.find(written.id)] == [1]
        assert [record["seq"] for record in reader.find("2")] == [2]
        assert [record["seq"] for record in reader.find("c7")] == [1, 2]
        assert reader.find("other.1") == []
        assert [record["seq"] for record in reader.last(1)] == [2]


def test_where_there_is_no_log_reading_says_so(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no audit log"):
        Reader(tmp_path)


CHILD = r"""
import sys, threading
from pathlib import Path
from callwarden.audit.record import Parts
from callwarden.audit.sqlite import AuditLog

log = AuditLog(Path(sys.argv[1]))

def work():
    while True:
        sys.stdout.write(log.append(Parts("decision", call="c")).id + "\n")
        sys.stdout.flush()

for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.parametrize("round_", range(4))
def test_no_acknowledged_record_is_lost_to_a_kill_at_any_moment(tmp_path: Path, round_: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout
        acknowledged = [child.stdout.readline()]
        time.sleep(random.Random(round_).uniform(0.01, 0.3))
        child.send_signal(signal.SIGKILL)
        acknowledged += child.stdout.readlines()
    ids = {line.strip() for line in acknowledged if line.endswith("\n")}
    with AuditLog(tmp_path) as log, Reader(tmp_path) as reader:
        assert verify(reader.lines(), log.head).intact
        assert ids <= {json.loads(line.bytes)["id"] for line in reader.lines()}
        assert len(ids) > 1
