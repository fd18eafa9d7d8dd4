#!/usr/bin/python3
# scenario_plain.py - the same day on a server that has none of these: it is polled, and flags are read by UID
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk  # noqa: E402
from servers.dovecot import version  # noqa: E402
from servers.scenario import play, prepare  # noqa: E402
from servers.tap import Tap  # noqa: E402

HAS_NOT = ("IDLE", "CONDSTORE", "QRESYNC", "SPECIAL-USE", "ENABLE", "MOVE")
SETTING = ("imap_capability = IMAP4rev1 SASL-IR LITERAL+ UIDPLUS ID\n" if version() < (2, 4) else
           "imap_capability {\n%s}\n" % "".join("  %s = no\n" % name for name in HAS_NOT))

with Tap() as tap, Desk(fake_time=True) as desk:
    with open(desk.place.path("dovecot", "dovecot.conf"), "a", encoding="ascii") as file:
        file.write(SETTING)
    prepare(desk)
    play(tap, desk.start())
