"""`callwarden run`: the gate, both doors and a program between them, put up in order and taken down together.

plan.py        what a run is to be · fragment.py what the policies add for an agent
launch.py      puts it up, waits, takes it down · signals.py Ctrl-C and SIGTERM
banner.py      what it says at the start and at the end
"""
