#!/usr/bin/python3
# warned.py - agents and supervisors are written to before a clock is missed: once, also after a restart
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.tap import Tap  # noqa: E402

HOUR = 3600
ANNA, CARL = "anna@shop.test", "carl@shop.test"


def warnings(desk, login, word):
    return [mail for mail in desk.mail.folder(login) if word in str(mail["Subject"])]


with Tap() as tap, Desk(fake_time=True) as desk:
    for target in desk.site.policy["targets"].values():
        target["calendar"] = "always"
    desk.site.config["mailboxes"][0]["supervisors"] = ["carl"]
    desk.start()
    asked = letters.complaint("Customer 1 <customer1@customer.test>")
    desk.mail.deliver(asked)
    ticket = desk.row(asked)["ticket"]
    answered = letters.english_complaint("Customer 2 <customer2@customer.test>")
    desk.mail.deliver(answered)
    desk.mail.submit(letters.answer(desk.delivered(answered)), ANNA)
    desk.forward(25 * HOUR)
    desk.sidecar.restart()  # its first tick comes at once
    got = wait_until(lambda: warnings(desk, ANNA, ticket), 30, "anna's warning", pause=0.3)
    tap.ok("24" in str(got[0]["Subject"]), "after a day without an answer the agent is told", got[0]["Subject"])
    tap.ok(wait_until(lambda: warnings(desk, CARL, ticket), 30, "the supervisor's warning", pause=0.3), "… and the supervisor")
    tap.ok(got[0]["Auto-Submitted"] is not None and not got[0]["X-Redress-Ticket"], "it says that a machine sent it, and bears no tag")
    tap.equal([mail["Subject"] for mail in warnings(desk, ANNA, desk.row(answered)["ticket"]) if "24" in str(mail["Subject"])], [],
              "nobody is told of an answer that was given")
    desk.sidecar.restart()
    desk.mail.deliver(letters.english_complaint("Customer 3 <customer3@customer.test>"))
    wait_until(lambda: not desk.query("SELECT 1 FROM ticket WHERE expected = 1"), 15, "the sidecar to have looked", pause=0.2)
    subjects = [str(mail["Subject"]) for mail in desk.mail.folder(ANNA)]
    tap.equal(len(subjects), len(set(subjects)), "a restart tells nothing a second time")
    shown = desk.show(ticket)
    tap.ok(any(one["mark"] == "first_response/24h" and one["person"] == "anna" and one["state"] == "sent" for one in shown["warnings"]),
           "show lists who was told what", shown["warnings"])
    tap.equal(desk.clock(ticket)["stopped"], None, "a warning is no answer: the clock runs on")
    tap.equal(desk.query("SELECT count(*) AS number FROM event WHERE type = 'agent_reply'"), [{"number": 1}], "… and no event")
