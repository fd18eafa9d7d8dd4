#!/usr/bin/python3
# scenario.py - a day at the desk (tests/servers/scenario.py) on a server that has IDLE, CONDSTORE, QRESYNC and MOVE
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk  # noqa: E402
from servers.scenario import play, prepare  # noqa: E402
from servers.tap import Tap  # noqa: E402

with Tap() as tap, Desk(fake_time=True) as desk:
    prepare(desk)
    play(tap, desk.start())
