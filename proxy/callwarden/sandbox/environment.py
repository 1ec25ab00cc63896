"""The environment of the program: without the ways to the person's own agents and sessions."""

from __future__ import annotations

from collections.abc import Mapping

from callwarden.sandbox.jail import GATE_SOCKET, Jail

# Names that lead to sockets that the jail does not have, so that a program fails early and clearly.
_REMOVED = frozenset(
    {
        *("SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"),
        *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "TMUX", "STY", "DOCKER_HOST"),
        *("CONTAINER_HOST", "VSCODE_IPC_HOOK_CLI", "VSCODE_GIT_IPC_HANDLE", "SUDO_ASKPASS", "TMPDIR"),
    }
)


def cleaned(env: Mapping[str, str], jail: Jail) -> dict[str, str]:
    """Pure. Everything of callwarden's own goes too, but for the way to the gate."""
    kept = {name: value for name, value in env.items() if name not in _REMOVED and not name.startswith("CALLWARDEN_")}
    if jail.gate_socket is None:
        return kept
    return {**kept, "CALLWARDEN_SOCKET": GATE_SOCKET if jail.namespaces else jail.gate_socket}
