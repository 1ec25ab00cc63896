"""The incident re-enacted: a scripted agent does honest work, then opens a tunnel, mines and leaks, and is stopped.

No model and no network: the servers it reaches for are real ones on this machine's loopback (`world`), the agent is a
script (`agent`), and it runs under the machinery of `callwarden run`. `story` tells it, `expect` says what must be so.
"""
