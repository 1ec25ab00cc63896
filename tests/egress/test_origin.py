from callwarden.egress.asking import origin


def test_a_request_belongs_to_its_tunnel_and_a_connection_to_the_process_behind_its_port() -> None:
    assert origin(("127.0.0.1", 40_001)) == {"port": 40_001}
    assert origin(("::1", 40_001, 0, 0), "") == {"port": 40_001}
    assert origin(("127.0.0.1", 40_001), "egress-1") == {"parent": "egress-1"}
    assert origin(None) == {}
