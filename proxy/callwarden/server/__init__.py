"""How the gate is spoken to: the line protocol and the Unix sockets it is spoken over."""
