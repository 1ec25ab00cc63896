"""The process door: the program runs in namespaces of its own, and every image it starts is judged before it runs.

door.py         what `callwarden run` uses
supervisor.py   the process outside the jail: answers the kernel's notifications
launch.py       makes the namespaces · mounts.py what is visible in them · init.py pid 1
seccomp.py      the filter · notify.py its notifications · ptrace.py, verify.py the check at the exec stop
platform.py     what this machine can enforce
"""
