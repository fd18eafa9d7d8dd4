#!/usr/bin/python3
# labels.py - the queue in the mail client: keywords and \Flagged kept in step with the ticket, and obeyed
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import ANNA, SERVICE  # noqa: E402
from servers.tap import Tap  # noqa: E402


def labels(desk, message, login=SERVICE, folder="INBOX"):
    """The keywords of ours that a mail bears, and \\Flagged; None when it is not there."""
    found = desk.mail.find(login, str(message["Message-ID"]), folder)
    if found is None:
        return None
    words = found.flags.split("FLAGS (")[1].split(")")[0].split()
    return sorted(word for word in words if word.startswith("redress-") or word == "\\Flagged")


def wait_labels(desk, message, wanted, login=SERVICE, folder="INBOX", seconds=15):
    wait_until(lambda: labels(desk, message, login, folder) == sorted(wanted), seconds,
               "labels %s (now %s)" % (wanted, labels(desk, message, login, folder)), pause=0.1)
    return True


def flag(desk, message, change, words, login=SERVICE, folder="INBOX"):
    connection = desk.mail.imap(login)
    connection.select('"%s"' % folder)
    uid = desk.mail.find(login, str(message["Message-ID"]), folder).uid
    connection.uid("store", str(uid), change, words)
    connection.logout()


def move(desk, message, to, login=SERVICE, folder="INBOX"):
    connection = desk.mail.imap(login)
    connection.create('"%s"' % to)
    connection.select('"%s"' % folder)
    uid = desk.mail.find(login, str(message["Message-ID"]), folder).uid
    answer, text = connection.uid("move", str(uid), '"%s"' % to)
    assert answer == "OK", text
    connection.logout()


def state(desk, ticket):
    return desk.query("SELECT state, outcome, category, urgency, assigned FROM ticket WHERE id = ?", ticket)[0]


with Tap() as tap, Desk(fake_time=True) as desk:
    desk.site.config["accounts"][0]["poll"] = desk.site.config["accounts"][2]["poll"] = "60s"
    desk.start()

    hurt = letters.dangerous_complaint("Hurt <hurt@customer.test>")
    late = letters.english_complaint("Late <late@customer.test>")
    desk.mail.deliver(hurt)
    desk.mail.deliver(late)
    hurt_ticket, ticket = desk.wait_ticket(hurt), desk.wait_ticket(late)
    tap.ok(wait_labels(desk, hurt, ["redress-critical", "\\Flagged"]), "a critical mail bears its keyword, and is flagged")
    tap.equal(labels(desk, late), [], "an ordinary one bears nothing")

    urgency = state(desk, ticket)["urgency"]
    flag(desk, late, "+FLAGS", "(redress-high myown)")
    wait_until(lambda: state(desk, ticket)["urgency"] == 2, 10, "the keyword to make it high")
    event = desk.events(ticket, "urgency")[-1]
    tap.equal((event["actor"], event["fields"]["by"]), ("service", "agent"), "a keyword that is set raises the urgency; the event says who")
    tap.ok("redress-high set in 'INBOX' of account service" in event["evidence"], "… and how", event["evidence"])
    flag(desk, late, "-FLAGS", "(redress-high)")
    wait_until(lambda: state(desk, ticket)["urgency"] == urgency, 10, "the keyword's going to undo it")
    tap.ok(True, "taking it away undoes it")

    desk.mail.submit(letters.answer(desk.delivered(late)), ANNA)
    tap.ok(wait_labels(desk, late, ["redress-waiting"]), "answered with a question: waiting")
    tap.ok("myown" in desk.delivered(late).flags, "an agent's own keyword is left alone")
    desk.mail.deliver(letters.further(desk.delivered(late), "late@customer.test"))
    tap.ok(wait_labels(desk, late, []), "the customer writes: no longer waiting")

    desk.forward(12 * 3600)
    tap.ok(wait_labels(desk, hurt, ["redress-critical", "redress-overdue", "\\Flagged"]), "when its time has passed it is overdue")
    flag(desk, hurt, "-FLAGS", "(redress-overdue \\Flagged)")
    flag(desk, late, "+FLAGS", "(redress-resolved)")
    wait_until(lambda: state(desk, ticket)["state"] == "resolved", 10, "the keyword to resolve it")
    tap.ok(wait_labels(desk, late, ["redress-resolved"]), "a keyword resolves a ticket, and stays as the confirmation")
    tap.equal(labels(desk, hurt), ["redress-critical"], "what an agent took away is not set again")
    flag(desk, late, "-FLAGS", "(redress-resolved)")
    wait_until(lambda: state(desk, ticket)["state"] != "resolved", 10, "the ticket to be open again")
    tap.ok(True, "taking it away reopens it")

    move(desk, late, "Complaints.Resolved")
    wait_until(lambda: state(desk, ticket)["state"] == "resolved", 10, "the folder to resolve it")
    tap.equal((state(desk, ticket)["outcome"], desk.events(ticket, "resolve")[-1]["actor"]), ("solved", "service"),
              "a mail moved to Complaints/Resolved resolves its ticket")
    tap.ok(wait_labels(desk, late, ["redress-resolved"], folder="Complaints.Resolved"), "… and says so there")
    move(desk, late, "INBOX", folder="Complaints.Resolved")
    wait_until(lambda: state(desk, ticket)["state"] != "resolved", 10, "the ticket to be open again")
    tap.ok(True, "moved back to INBOX it is open again")
    category = state(desk, ticket)["category"]
    move(desk, late, "Complaints.price.invoice")
    wait_until(lambda: state(desk, ticket)["category"] == "price/invoice", 10, "the folder to set the category")
    tap.ok(True, "a category's folder sets the category")
    move(desk, late, "INBOX", folder="Complaints.price.invoice")
    wait_until(lambda: state(desk, ticket)["category"] == category, 10, "the category to be as before")
    tap.ok(True, "… until it is moved back")
    move(desk, late, "Complaints.Not a complaint")
    wait_until(lambda: state(desk, ticket)["outcome"] == "no_complaint", 10, "the folder to end it")
    tap.equal(desk.outbox(ticket), [row for row in desk.outbox(ticket) if row["state"] != "scheduled"],
              "no complaint: nothing is sent about it")

    asked = letters.enquiry("Asks <asks@customer.test>")
    desk.mail.deliver(asked)
    desk.wait_row(asked)
    desk.delivered(asked)
    tap.equal(desk.row(asked)["ticket"], None, "an enquiry has no ticket")
    wait_until(lambda: desk.query("SELECT 1 FROM sighting WHERE mail = ? AND source = 'folder'", desk.row(asked)["id"]), 10,
               "it to be seen in INBOX")
    move(desk, asked, "Complaints.price.invoice")
    opened = desk.wait_ticket(asked, 10)
    tap.ok("by somebody of its team" in desk.events(opened, "customer_mail")[0]["evidence"],
           "moved to a category's folder it gets one, and the event says why", desk.events(opened))
    tap.equal(state(desk, opened)["category"], "price/invoice", "… of that category")

    health = desk.query("SELECT value FROM health WHERE name = 'service/labels'")
    tap.ok(health and "visits" in health[0]["value"], "the labels' own connection tells its health", health)
    tap.equal(desk.sidecar.stop(), 0, "SIGTERM stops the sidecar with status 0")
