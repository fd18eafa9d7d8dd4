#!/usr/bin/python3
# shadow.py - shadow mode records everything, changes no mail and sends nothing
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import datetime  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.tap import Tap  # noqa: E402

HOUR = 3600



def shadow(tap, desk):
    desk.site.config["mode"] = "shadow"
    desk.site.config["mailboxes"][0]["acknowledge"] = True
    desk.start()
    asked = letters.complaint(headers={"X-Redress-Ticket": "aaaaaaaa"})
    desk.mail.deliver(asked)
    got = desk.delivered(asked)
    tap.equal(got.get_all("X-Redress-Ticket"), ["aaaaaaaa"], "in shadow mode no header is removed")
    tap.ok(got["X-Redress-MAC"] is None, "… and none is added")
    ticket = desk.row(asked)["ticket"]
    tap.ok(ticket, "… but the ticket is there")
    desk.mail.submit(letters.answer(got), "anna@shop.test")
    tap.equal(desk.clock(ticket)["state"], "met", "… and an answer stops its clock")
    desk.control.run("resolve", ticket)
    desk.forward(30 * HOUR)
    desk.sidecar.restart()
    later = letters.complaint("Later <later@customer.test>")
    desk.mail.deliver(later, port="unseen")
    tap.ok(desk.wait_ticket(later), "the sidecar records, too")
    tap.equal(sent_by_us(desk), [], "… and no mail of ours is sent")


def send_off(tap, desk):
    desk.site.config["send"] = False
    desk.site.config["mailboxes"][0]["acknowledge"] = True
    desk.start()
    asked = letters.complaint()
    desk.mail.deliver(asked)
    got = desk.delivered(asked)
    tap.ok(got["X-Redress-Ticket"], "with \"send\": false mail is tagged")
    desk.mail.submit(letters.answer(got), "anna@shop.test")
    desk.control.run("resolve", desk.row(asked)["ticket"])
    desk.forward(30 * HOUR)
    desk.sidecar.restart()
    later = letters.complaint("Later <later@customer.test>")
    desk.mail.deliver(later, port="unseen")
    desk.wait_ticket(later)
    tap.equal(sent_by_us(desk), [], "… and nothing is sent")


def acknowledged(tap, desk):
    """The switch that the two above hold off does something: without it the same mail is answered."""
    desk.site.config["mailboxes"][0]["acknowledge"] = True
    desk.start()
    asked = letters.complaint()
    desk.mail.deliver(asked)
    got = wait_until(lambda: sent_by_us(desk), 20, "the acknowledgement", pause=0.2)
    tap.equal(len(got), 1, "live, a complaint is acknowledged once where that is configured")
    tap.ok((got[0]["Auto-Submitted"] or "").startswith("auto-replied"), "… as RFC 3834 wants it", got[0].items())
    tap.equal(desk.clock(desk.row(asked)["ticket"])["state"], "running", "… and its clock runs on")
    machine = letters.away("Robot <robot@customer.test>")
    desk.mail.deliver(machine)
    desk.mail.deliver(letters.further(desk.delivered(asked)))
    desk.mail.deliver(letters.complaint("Li Wei <li@customer.test>"), envelope_from="")
    # What goes out is sent in the order in which it fell due: after this one nothing older is under way.
    last = letters.complaint("Last <last@customer.test>")
    desk.mail.deliver(last)
    wait_until(lambda: desk.mail.folder("last@customer.test"), 20, "the acknowledgement of a later complaint", pause=0.1)
    tap.equal(len(sent_by_us(desk)), 1, "neither a machine, nor a second mail, nor a null sender is answered")
    tap.equal(desk.mail.folder("robot@customer.test"), [], "… at any address")


def cut_over(tap, desk):
    begin = datetime.datetime.fromtimestamp(desk.now() + HOUR, datetime.timezone.utc)
    desk.site.config["cut_over"] = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
    desk.start()
    before = letters.complaint()
    desk.mail.deliver(before)
    unseen = letters.english_complaint()
    desk.mail.deliver(unseen, port="unseen")
    tap.ok(not desk.wait_row(before)["ticket"], "before the cut-over a complaint has its row and no ticket")
    tap.ok(not desk.wait_row(unseen)["ticket"], "… by whatever way it came")
    desk.forward(2 * HOUR)
    after = letters.complaint("After <after@customer.test>")
    desk.mail.deliver(after)
    tap.ok(desk.row(after)["ticket"], "after it, a complaint has a ticket")


def sent_by_us(desk):
    return [mail for mail in desk.mail.folder("li@customer.test") if "anna" not in str(mail["From"])]


with Tap() as tap:
    for scene, fake_time in ((shadow, True), (send_off, True), (acknowledged, False), (cut_over, True)):
        with Desk(fake_time=fake_time) as desk:
            scene(tap, desk)
