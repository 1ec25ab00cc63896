from callwarden.sandbox.hostsockets import bound, parse

TABLE = """Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 1234 /run/docker.sock
0000000000000000: 00000002 00000000 00010000 0001 01 1235 @/tmp/.X11-unix/X0
0000000000000000: 00000003 00000000 00000000 0001 03 1236
0000000000000000: 00000002 00000000 00010000 0002 01 1237 /home/a b/with a space
0000000000000000: 00000002 00000000 00010000 0001 01 1238 /run/docker.sock
0000000000000000: 00000002 00000000 00010000 0001 01 1239 relative
"""


def test_only_sockets_with_an_absolute_path_are_listed_and_each_once() -> None:
    assert parse(TABLE) == ["/home/a b/with a space", "/run/docker.sock"]


def test_this_machines_table_can_be_read() -> None:
    assert all(path.startswith("/") for path in bound())
