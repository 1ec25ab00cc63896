import pytest

from callwarden.server import protocol
from callwarden.server.protocol import Lines, ProtocolError


def test_lines_are_cut_wherever_the_chunks_end() -> None:
    lines = Lines()
    assert [*lines.feed(b'{"a"'), *lines.feed(b":1}\n{}\n"), *lines.feed(b"\n")] == [b'{"a":1}', b"{}", b""]


def test_an_endless_line_is_an_error_before_it_is_held() -> None:
    lines = Lines(limit=8)
    with pytest.raises(ProtocolError):
        list(lines.feed(b"123456789"))


def test_a_whole_line_over_the_limit_is_an_error_too() -> None:
    with pytest.raises(ProtocolError):
        list(Lines(limit=8).feed(b"123456789\n"))


def test_a_message_is_read_with_its_fields() -> None:
    message = protocol.read(b'{"seq": 7, "op": "decide", "call": {"id": "c1"}}')
    assert (message.seq, message.op, message.fields) == (7, "decide", {"call": {"id": "c1"}})


@pytest.mark.parametrize(
    ("line", "seq"),
    [
        (b"", None),
        (b"nonsense", None),
        (b"[]", None),
        (b"{}", None),
        (b'{"seq": true, "op": "ping"}', None),
        (b'{"seq": -1, "op": "ping"}', None),
        (b'{"seq": "1", "op": "ping"}', None),
        (b'{"seq": 1}', 1),
        (b'{"seq": 1, "op": "allow"}', 1),
        (b'{"seq": 1, "op": "ping", "door": "process"}', 1),
        (b'{"seq": 1, "op": "decide", "session": "s2", "call": {}}', 1),
        (b'{"seq": 3, "op": "decide", "call": "\\udcff"}', 3),
        (b'{"seq": 3, "op": "ping"}\xff', None),
        (b"[" * 100_000, None),
    ],
)
def test_what_is_no_message_is_an_error_that_names_its_seq_if_it_can_be_read(line: bytes, seq: int | None) -> None:
    with pytest.raises(ProtocolError) as caught:
        protocol.read(line)
    assert caught.value.seq == seq
