#!/usr/bin/python3
# bounce.py - an answer that did not arrive is no answer
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import email  # noqa: E402
import time  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import message_id  # noqa: E402
from servers.tap import Tap  # noqa: E402


OUTSIDE = "203.0.113.9"


def report(original, recipient, to, host="mail.elsewhere.test"):
    """A delivery report as anybody can write it."""
    return ("From: Mail Delivery System <MAILER-DAEMON@%(host)s>\r\nTo: %(to)s\r\n"
            "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <report-%(now)f@%(host)s>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\n\r\nI could not deliver it.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; %(host)s\r\n\r\nFinal-Recipient: rfc822; %(recipient)s\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%(original)s>\r\nTo: %(recipient)s\r\n\r\n--b--\r\n" % {
                "host": host, "to": to, "now": time.time(), "recipient": recipient, "original": original}).encode()


def wait_reports(desk, count):
    """Until so many reports lie in the agent's INBOX and were looked at there."""
    reports = wait_until(lambda: [mail for mail in desk.mail.folder("anna@shop.test") if "MAILER-DAEMON" in str(mail["From"])][count - 1:],
                         15, "report %d in the agent's INBOX" % count, pause=0.1)
    for one in reports:
        desk.wait_seen(one)


def deliver(desk, forged, to):
    desk.mail.deliver(forged, envelope_from="", envelope_to=[to], client=OUTSIDE)
    desk.wait_seen(email.message_from_bytes(forged))


with Tap() as tap, Desk() as desk:
    desk.start()

    asked = letters.complaint("Gone <gone@gone.test>")
    desk.mail.deliver(asked)
    ticket = desk.row(asked)["ticket"]
    reply = letters.answer(desk.delivered(asked))
    desk.mail.submit(reply, "anna@shop.test")
    tap.ok(desk.events(ticket, "agent_reply"), "the answer counted when it was submitted")
    clock = desk.wait_clock(ticket, "running")
    tap.ok(clock["stopped"] is None, "when the mail comes back, the clock runs again")
    bounce = desk.events(ticket, "bounce")
    tap.equal(len(bounce), 1, "the ticket shows one bounce")
    tap.equal(clock["why"], [str(desk.events(ticket, "customer_mail")[0]["id"])] if clock["why"][0].isdigit() else clock["why"],
              "the clock names the customer's mail only")
    wait_reports(desk, 1)
    tap.equal(len(desk.events(ticket, "bounce")), 1, "the report in the agent's INBOX is not counted again")
    tap.ok(not desk.query("SELECT id FROM ticket WHERE requester LIKE 'mailer-daemon%'"), "a report opens no ticket")

    again = letters.answer(desk.delivered(asked), to="gone@gone.test, li@customer.test")
    desk.mail.submit(again, "anna@shop.test")
    wait_reports(desk, 2)
    tap.equal(len(desk.events(ticket, "bounce")), 2, "a second answer that comes back is a second bounce")

    asked = letters.complaint("Zhang <zhang@customer.test>")
    desk.mail.deliver(asked)
    ticket = desk.row(asked)["ticket"]
    reply = letters.answer(desk.delivered(asked))
    desk.mail.submit(reply, "anna@shop.test")
    forged = report(message_id(reply), "zhang@customer.test", "service@shop.test")
    deliver(desk, forged, "service@shop.test")
    tap.equal(desk.clock(ticket)["state"], "met", "a forged report withdraws nothing")
    tap.ok(not desk.events(ticket, "bounce"), "… and is no bounce", [event["type"] for event in desk.events(ticket)])
    tap.ok(desk.events(ticket, "unverified"), "… but is shown as unverified", [event["type"] for event in desk.events(ticket)])
    other = report(message_id(reply), "somebody@customer.test", "anna@shop.test", "mail.shop.test")
    deliver(desk, other, "anna@shop.test")
    tap.equal(desk.clock(ticket)["state"], "met", "a report about somebody else withdraws nothing")
