from callwarden.sandbox.environment import cleaned
from callwarden.sandbox.jail import GATE_SOCKET, Jail

ENV = {"PATH": "/bin", "SSH_AUTH_SOCK": "/x", "CALLWARDEN_DATA": "/d", "CALLWARDEN_SOCKET": "/old", "TMPDIR": "/t"}


def test_ways_to_the_persons_sessions_and_our_own_settings_go() -> None:
    assert cleaned(ENV, Jail("/w", "/h")) == {"PATH": "/bin"}


def test_the_gate_is_where_the_jail_has_it() -> None:
    assert cleaned(ENV, Jail("/w", "/h", gate_socket="/s"))["CALLWARDEN_SOCKET"] == GATE_SOCKET
    assert cleaned(ENV, Jail("/w", "/h", gate_socket="/s", namespaces=False))["CALLWARDEN_SOCKET"] == "/s"
