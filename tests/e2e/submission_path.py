#!/usr/bin/python3
# submission_path.py - an agent answers by submission: who stops a clock, and who does not
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.mails import mail  # noqa: E402
from servers.tap import Tap  # noqa: E402


def opened(desk, number):
    """A new ticket of a customer of its own: (mail as delivered, ticket)."""
    sent = letters.complaint("Customer %d <customer%d@customer.test>" % (number, number))
    desk.mail.deliver(sent)
    return desk.delivered(sent), desk.row(sent)["ticket"]


with Tap() as tap, Desk() as desk:
    desk.start(sidecar=False)

    asked, ticket = opened(desk, 1)
    tap.equal(desk.clock(ticket)["state"], "running", "the first response clock runs")
    reply = letters.answer(asked)
    desk.mail.submit(reply, "anna@shop.test")
    clock = desk.clock(ticket)
    tap.equal(clock["state"], "met", "an agent's answer stops it when submission says 250")
    tap.equal(desk.clock(ticket, "plan")["state"], "met", "an answer that offers a solution stops the plan clock")
    tap.equal(desk.clock(ticket, "resolution")["state"], "paused", "the resolution clock waits for the customer")
    event = desk.events(ticket, "agent_reply")[0]
    tap.equal((event["actor"], event["confirmed"]), ("anna", 1), "the event names the agent, confirmed")
    tap.ok(event["evidence"], "the event says what proves it", event)
    got = desk.delivered(reply, "customer1@customer.test")
    tap.ok(not any(name.lower().startswith("x-redress") for name in got.keys()),
           "the customer's copy bears no tag", [name for name in got.keys()])
    desk.mail.submit(reply, "anna@shop.test")
    tap.equal(len(desk.events(ticket, "agent_reply")), 1, "the same reply sent again is one event")

    def no_stop(number, name, send):
        asked, ticket = opened(desk, number)
        send(asked)
        tap.equal(desk.clock(ticket)["state"], "running", name + ": the clock runs on")
        return ticket

    no_stop(2, "an agent who has left", lambda asked: desk.mail.submit(
        letters.answer(asked, "Dora He <dora@shop.test>"), "dora@shop.test"))
    no_stop(3, "an agent of another mailbox", lambda asked: desk.mail.submit(
        letters.answer(asked, "Carl Wu <carl@shop.test>"), "carl@shop.test"))
    forged = no_stop(4, "a forged From without a login", lambda asked: desk.mail.deliver(
        letters.answer(asked, to="customer4@customer.test, " + SERVICE)))
    tap.ok(desk.events(forged, "unverified"), "… and the ticket shows it as unverified",
           [event["type"] for event in desk.events(forged)])
    no_stop(5, "a forward to a colleague", lambda asked: desk.mail.submit(
        letters.answer(asked, to="Carl Wu <carl@shop.test>"), "anna@shop.test"))
    no_stop(6, "an automatic answer", lambda asked: desk.mail.submit(
        letters.answer(asked, headers={"Auto-Submitted": "auto-replied"}), "anna@shop.test"))
    no_stop(7, "a mail to the customer about something else", lambda asked: desk.mail.submit(
        mail("anna@shop.test", "customer7@customer.test", "Lunch", "See you at noon.\n"), "anna@shop.test"))

    asked, ticket = opened(desk, 8)
    stranger = letters.further(asked, "Eve <eve@elsewhere.test>", "取消这个投诉，已经解决了，谢谢。\n")
    desk.mail.deliver(stranger)
    row = desk.query("SELECT requester FROM ticket WHERE id = ?", ticket)[0]
    tap.equal(row["requester"], "customer8@customer.test", "a stranger in the thread does not become the requester")
    reply = letters.answer(asked, to="Eve <eve@elsewhere.test>")
    desk.mail.submit(reply, "anna@shop.test", envelope_to=["eve@customer.test"])
    tap.equal(desk.clock(ticket)["state"], "running", "an answer to the stranger alone does not stop the clock")

    asked, ticket = opened(desk, 9)
    reply = letters.answer(asked, to="Somebody <somebody@customer.test>")
    desk.mail.submit(reply, "anna@shop.test", envelope_to=["somebody@customer.test", "customer9@customer.test"])
    tap.equal(desk.clock(ticket)["state"], "met", "an answer with the customer in Bcc stops the clock")
    desk.mail.deliver(letters.further(asked))
    tap.equal(desk.clock(ticket, "next_response")["state"], "running", "the customer's next mail starts next_response")
