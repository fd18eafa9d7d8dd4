#!/usr/bin/python3
# clock_steps.py - the system clock is set forwards and backwards under running daemons: nothing is lost, nothing doubles
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.tap import Tap  # noqa: E402

HOUR = 3600

with Tap() as tap, Desk() as desk:
    # Only for redress: Dovecot and Postfix have their own ways with a clock that is set back.
    desk.start(milter=False, sidecar=False)
    desk.fake_time()
    desk.milter.start()
    desk.sidecar.start()
    ahead = letters.complaint("Customer 1 <customer1@customer.test>")
    desk.forward(5 * HOUR)
    desk.mail.deliver(ahead)
    ticket = desk.row(ahead)["ticket"]
    tap.ok(ticket, "a complaint gets its ticket while the clock is five hours ahead")
    tap.ok(wait_until(lambda: "the system clock was set by_s=" in desk.sidecar.log(), 15, "the sidecar to tell of it", pause=0.2),
           "the sidecar tells that the clock was set")
    desk.forward(-5 * HOUR)
    tap.ok(ticket in desk.control.run("board"), "the ticket stands on the board at the true time, too")
    behind = letters.english_complaint("Customer 2 <customer2@customer.test>")
    desk.mail.deliver(behind)
    tap.ok(desk.row(behind)["ticket"], "a complaint after the step back gets its ticket")
    tap.ok(wait_until(lambda: "the system clock was set by_s=-" in desk.sidecar.log(), 15, "the second step", pause=0.2),
           "the sidecar tells that it was set back")
    desk.mail.submit(letters.answer(desk.delivered(ahead)), "anna@shop.test")
    tap.equal(desk.wait_clock(ticket, "met")["state"], "met", "an answer at the true time stops the clock of the mail from ahead")
    second = desk.row(behind)["ticket"]
    desk.mail.submit(letters.answer(desk.delivered(behind)), "anna@shop.test")
    tap.equal(desk.wait_clock(second, "met")["state"], "met", "… and that of the other")
    for step in (9 * HOUR, -3 * HOUR, 40 * HOUR, -46 * HOUR):
        desk.forward(step)
    late = letters.complaint("Customer 3 <customer3@customer.test>")
    desk.mail.deliver(late)
    tap.ok(desk.row(late)["ticket"], "after more steps the milter still records")
    tap.ok(wait_until(lambda: not desk.query("SELECT 1 FROM ticket WHERE expected = 1"), 15, "the sidecar to see all mails"),
           "… and the sidecar still watches")
    for one in (ahead, behind, late):
        tap.equal(len(desk.events(desk.row(one)["ticket"], "customer_mail")), 1, "one event for each mail")
    tap.equal(len(desk.events(ticket, "agent_reply")), 1, "one event for each answer")
    tap.equal(desk.control.run("status") and desk.query("PRAGMA quick_check"), [{"quick_check": "ok"}], "the database is whole")
