#!/usr/bin/python3
# demonstration.py - the day that contrib/demo shows goes as it should: each of its ticks is a check
# SPDX-License-Identifier: MIT
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(TOP, "tests"))
from servers.tap import Tap  # noqa: E402

with Tap() as tap:
    done = subprocess.run([sys.executable, "-B", os.path.join(TOP, "contrib", "demonstration"), "--once"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=220)
    shown = re.sub("\x1b\\[[0-9;]*m", "", done.stdout)
    marks = re.findall(r"^ *([✔✘]) (.*)$", shown, re.M)
    for mark, words in marks:
        tap.ok(mark == "✔", words)
    tap.ok(len(marks) >= 10, "it checks what it shows", shown[-1500:])
    tap.equal(done.returncode, 0, "it ends with 0")
