"""The process door: the program runs in namespaces of its own, and every image it starts is judged before it runs.

door.py         what `callwarden run` uses · jail.py what a jail is to be
supervisor.py   the process outside the jail · execdoor.py each waiting exec: asked about, let go on, or failed
launch.py       makes the namespaces · mounts.py what is visible in them · init.py pid 1
seccomp.py      the filter · notify.py its notifications
attempt.py      reads an exec out of its process · image.py which file it means · verify.py whether it became that
platform.py     what this machine can enforce
"""
