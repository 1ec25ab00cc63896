"""What this machine can enforce, and whether it does: every door is asked for something that it must refuse.

checks.py     one function a check, each with its answer in a sentence
attempt.py    a run of its own, with `probe.py` as the program in it
"""
