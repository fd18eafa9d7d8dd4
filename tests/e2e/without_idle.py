#!/usr/bin/python3
# without_idle.py - a server that has neither IDLE nor CONDSTORE, SPECIAL-USE or UIDPLUS: it is polled, and all works
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.dovecot import version  # noqa: E402
from servers.tap import Tap  # noqa: E402

HAS_NOT = ("IDLE", "CONDSTORE", "QRESYNC", "UIDPLUS", "SPECIAL-USE", "ENABLE")
SETTING = ("imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID\n" if version() < (2, 4) else
           "imap_capability {\n%s}\n" % "".join("  %s = no\n" % name for name in HAS_NOT))

with Tap() as tap, Desk() as desk:
    with open(desk.place.path("dovecot", "dovecot.conf"), "a", encoding="ascii") as file:
        file.write(SETTING)
    desk.start()
    has = desk.mail.imap(SERVICE).capabilities
    tap.equal([name for name in HAS_NOT if name in has], [], "the server offers none of these")
    asked = letters.complaint("Polled <polled@customer.test>")
    desk.mail.deliver(asked, port="unseen")
    ticket = desk.wait_ticket(asked, 30)
    tap.ok(ticket, "a complaint that only lies in INBOX gets its ticket")
    desk.mail.append("anna@shop.test", "Sent", letters.answer(desk.delivered(asked)))
    desk.wait_clock(ticket, "met", seconds=30)
    tap.equal(desk.clock(ticket)["state"], "met", "a reply in Sent, found by its name, stops the clock")
    moved = letters.complaint("Moved <moved@customer.test>")
    desk.mail.append(SERVICE, "Archive", moved)
    tap.ok(desk.wait_row(moved, 30), "a mail in another folder is seen")
    states = wait_until(lambda: desk.query("SELECT value FROM health WHERE program = 'sidecar' AND name = 'anna/Sent' "
                                           "AND value LIKE '%polling%'"), 30, "the health table to say so")
    tap.equal(len(states), 1, "its health says that it is polled")
    desk.dovecot.restart()
    later = letters.complaint("Later <later@customer.test>")
    desk.mail.deliver(later, port="unseen")
    tap.ok(desk.wait_ticket(later, 40), "it goes on when the server was restarted")
    tap.equal(desk.sidecar.stop(), 0, "SIGTERM stops it with status 0")
