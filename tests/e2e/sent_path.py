#!/usr/bin/python3
# sent_path.py - an agent's client lays its copy into Sent: the sidecar sees it and stops the clock
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import time  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.tap import Tap  # noqa: E402


def opened(desk, number):
    sent = letters.complaint("Customer %d <customer%d@customer.test>" % (number, number))
    desk.mail.deliver(sent)
    return desk.delivered(sent), desk.row(sent)["ticket"]


with Tap() as tap, Desk() as desk:
    desk.start()

    asked, ticket = opened(desk, 1)
    begun = time.time()
    reply = letters.answer(asked)
    desk.mail.append("anna@shop.test", "Sent", reply)
    clock = desk.wait_clock(ticket, "met")
    tap.ok(True, "a reply in an agent's own Sent stops the clock (%.1f s later)" % (time.time() - begun))
    event = desk.events(ticket, "agent_reply")[0]
    tap.equal((event["actor"], event["confirmed"]), ("anna", 0), "it is the agent's, and marked as not confirmed")

    asked, ticket = opened(desk, 2)
    desk.mail.append(SERVICE, "Sent", letters.answer(asked, "Shop Test <service@shop.test>"))
    desk.wait_clock(ticket, "met")
    tap.ok(True, "a reply in the shared mailbox's Sent stops the clock")

    asked, ticket = opened(desk, 3)
    reply = letters.answer(asked)
    desk.mail.submit(reply, "anna@shop.test")
    desk.mail.append("anna@shop.test", "Sent", reply)
    desk.mail.append(SERVICE, "Archive", reply)
    wait_until(lambda: len(desk.query("SELECT DISTINCT source, folder FROM sighting WHERE mail = ?",
                                      desk.row(reply)["id"])) >= 3, 20, "three sightings of one reply")
    events = desk.events(ticket, "agent_reply")
    tap.equal(len(events), 1, "submission, Sent and Archive of one mail are one event")
    tap.equal(events[0]["confirmed"], 1, "… confirmed by the submission")

    asked, ticket = opened(desk, 4)
    reply = letters.answer(asked)
    desk.mail.append("anna@shop.test", "Drafts", reply)
    asked5, ticket5 = opened(desk, 5)
    desk.mail.append("anna@shop.test", "Sent", letters.answer(asked5, headers={"Auto-Submitted": "auto-replied"}))
    asked6, ticket6 = opened(desk, 6)
    desk.mail.append("carl@shop.test", "Sent", letters.answer(asked6))
    asked7, ticket7 = opened(desk, 7)
    desk.mail.append("anna@shop.test", "Sent", letters.answer(asked7, to="carl@shop.test"))
    last, last_ticket = opened(desk, 8)
    opened_at = desk.events(last_ticket, "customer_mail")[0]["at"]
    desk.mail.append("anna@shop.test", "Sent", letters.answer(last), at=time.time() - 86400)
    desk.wait_clock(last_ticket, "met")
    time.sleep(1)
    tap.equal(desk.clock(ticket)["state"], "running", "a draft stops nothing")
    tap.equal(desk.clock(ticket5)["state"], "running", "an automatic answer in Sent stops nothing")
    tap.equal(desk.clock(ticket6)["state"], "running", "a copy in a mailbox that nobody watches stops nothing")
    tap.equal(desk.clock(ticket7)["state"], "running", "a mail to a colleague stops nothing")
    tap.ok(desk.events(last_ticket, "agent_reply")[0]["at"] >= opened_at,
           "a copy with an old date does not stop the clock before the complaint came")

    inbound = letters.complaint("Moved <moved@customer.test>")
    desk.mail.deliver(inbound)
    connection = desk.mail.imap(SERVICE)
    connection.select("INBOX")
    _, (uids,) = connection.search(None, "ALL")
    connection.copy(uids.split()[-1], "Archive")
    connection.logout()
    ticket = desk.wait_ticket(inbound)
    wait_until(lambda: not desk.query("SELECT expected FROM ticket WHERE id = ?", ticket)[0]["expected"], 15,
               "the ticket's mail to be seen in a mailbox")
    tap.equal(len(desk.events(ticket, "customer_mail")), 1, "a mail copied to another folder is one event")
    junk = letters.complaint("Junk <junk@customer.test>")
    desk.mail.append(SERVICE, "Junk", junk, flags="()")
    tap.ok(desk.wait_row(junk, 20), "a mail that lies in Junk is seen")
    tap.equal(desk.sidecar.stop(), 0, "SIGTERM stops the sidecar with status 0")
