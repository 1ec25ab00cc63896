import pytest

from callwarden.audit.tables import COLUMNS, row
from callwarden.testing import Answering, call, gate_of, records


def test_a_row_has_a_cell_for_every_column() -> None:
    with gate_of(Answering()) as gate:
        gate.decide(call(id="c1"), session="s")
        cells = dict(zip(COLUMNS, row(records(gate.log, "decision")[0]), strict=True))
    assert (cells["call"], cells["effect"], cells["rule"], cells["run"]) == ("c1", "allow", "test.rule", "True")
    assert cells["reason"] == "because the test says so"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    with gate_of() as gate:
        gate.decide(call(), session="s")
        record = records(gate.log, "decision")[0] | {"call": f"{start}cmd"}
    assert dict(zip(COLUMNS, row(record), strict=True))["call"] == f"'{start}cmd"
