"""The layer that takes the place of every protocol that is not let through."""

from __future__ import annotations

from mitmproxy.proxy import commands, events, layer


class Closing(layer.Layer):
    """Forwards nothing and closes both sides."""

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, events.Start):
            if self.context.server.connected:
                yield commands.CloseConnection(self.context.server)
            yield commands.CloseConnection(self.context.client)
