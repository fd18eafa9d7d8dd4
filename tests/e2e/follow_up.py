#!/usr/bin/python3
# follow_up.py - a resolved ticket is followed up, unless something speaks against it; time is moved on
# SPDX-License-Identifier: MIT
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.tap import Tap  # noqa: E402

HOUR = 3600


def resolved(desk, number, make=letters.complaint):
    """A ticket that was answered and resolved: (the customer's mail, ticket, the customer's login)."""
    login = "customer%d@customer.test" % number
    asked = make("Customer %d <%s>" % (number, login))
    desk.mail.deliver(asked)
    ticket = desk.row(asked)["ticket"]
    desk.mail.submit(letters.answer(desk.delivered(asked)), "anna@shop.test")
    desk.control.run("resolve", ticket)
    return asked, ticket, login


def ours(desk, login):
    """Mails of redress in a customer's INBOX: not an agent's answers."""
    return [mail for mail in desk.mail.folder(login) if "anna" not in str(mail["From"])]


def states(desk, ticket):
    return {row["kind"]: row["state"] for row in desk.outbox(ticket)}


with Tap() as tap, Desk(fake_time=True) as desk:
    desk.site.config["mailboxes"][1]["follow_up"] = {"check": "draft", "care": "off"}
    desk.site.config["mailboxes"][0].update(tell_state=True, html=True)
    desk.site.config["agents"][0]["mailboxes"] = ["*"]
    desk.start()

    asked, ticket, login = resolved(desk, 1)
    english, english_ticket, english_login = resolved(desk, 2, letters.english_complaint)
    writes, writes_ticket, writes_login = resolved(desk, 3)
    reopened, reopened_ticket, reopened_login = resolved(desk, 4)
    hurt, hurt_ticket, hurt_login = resolved(desk, 5, letters.dangerous_complaint)
    pleased, pleased_ticket, pleased_login = resolved(desk, 7)
    weary, weary_ticket, weary_login = resolved(desk, 8)
    drafted = letters.english_complaint("Customer 6 <customer6@customer.test>", to="sales@shop.test")
    desk.mail.deliver(drafted)
    draft_ticket = desk.row(drafted)["ticket"]
    desk.mail.submit(letters.answer(desk.delivered(drafted, "sales@shop.test")), "anna@shop.test")
    desk.control.run("resolve", draft_ticket)

    tap.equal(states(desk, ticket), {"check": "scheduled", "care": "scheduled"}, "resolving schedules both follow-ups")
    tap.equal(states(desk, hurt_ticket), {}, "nothing is scheduled where somebody was hurt")
    tap.equal(states(desk, draft_ticket), {"check": "scheduled"}, "a kind that is off is not scheduled")
    row = desk.outbox(ticket)[0]
    tap.ok(24 * HOUR <= row["due"] - desk.now() + 60 and row["due"] - desk.now() <= 48 * HOUR,
           "the check falls due one to two days later", row["due"] - desk.now())

    desk.mail.deliver(letters.further(desk.delivered(writes), writes_login))
    tap.equal(states(desk, writes_ticket), {"check": "cancelled", "care": "cancelled"},
              "when the customer writes, both are cancelled")
    tap.equal(desk.query("SELECT state FROM ticket WHERE id = ?", writes_ticket), [{"state": "open"}],
              "… and the ticket is open again")
    desk.control.run("reopen", reopened_ticket)
    tap.equal(set(states(desk, reopened_ticket).values()), {"cancelled"}, "when the ticket is reopened, both are cancelled")

    desk.forward(20 * HOUR)
    desk.sidecar.restart()
    tap.equal(ours(desk, login), [], "20 hours later nothing is sent yet")
    desk.forward(6 * HOUR)
    got = wait_until(lambda: ours(desk, login), 40, "the check to reach the customer", pause=0.3)
    tap.equal(len(got), 1, "26 hours later the customer has one mail of ours")
    check = got[0]
    tap.ok(str(asked["Message-ID"]).strip() in str(check["References"]), "it lies in the customer's thread", check.items())
    tap.ok(SERVICE in str(check["From"]), "it comes from the mailbox's address", check["From"])
    tap.ok("+" in str(check["Reply-To"] or ""), "its Reply-To bears our token", check["Reply-To"])
    text = check.get_body(("plain",)).get_content()
    tap.ok(any("\u4e00" <= character <= "\u9fff" for character in text), "it is written in the customer's language", text)
    tap.ok("电水壶" not in text and "刚买的" not in str(check["Subject"]), "it quotes nothing of the customer's mail", text)
    tap.ok(not str(check["X-Redress-Ticket"] or ""), "it bears no tag")
    tap.ok(check["Auto-Submitted"] is not None, "it says that a machine sent it (RFC 3834)", check.items())
    english_check = wait_until(lambda: ours(desk, english_login), 20, "the English check", pause=0.3)[0]
    english_text = english_check.get_body(("plain",)).get_content()
    tap.ok(not any("\u4e00" <= character <= "\u9fff" for character in english_text), "an English customer gets English", english_text)
    tap.ok(desk.mail.find(SERVICE, str(check["Message-ID"]), "Sent"), "a copy lies in Sent")
    draft = wait_until(lambda: desk.mail.folder("sales@shop.test", "Drafts"), 20, "the draft", pause=0.3)
    tap.ok("customer6@customer.test" in str(draft[0]["To"]) and "\\Draft" in draft[0].flags,
           "where drafts are wanted, the check lies in Drafts", draft[0].items())
    tap.equal(ours(desk, "customer6@customer.test"), [], "… and is not sent")
    tap.equal(states(desk, draft_ticket), {"check": "drafted"}, "… and the outbox says so")

    desk.sidecar.kill()
    desk.sidecar.start()
    desk.forward(HOUR)
    clock = desk.clock(ticket)
    tap.equal(clock["state"], "met", "what we sent is no agent's answer")
    tap.equal(len(desk.events(ticket, "agent_reply")), 1, "… and no event of that kind")
    for name in (writes_login, reopened_login, hurt_login):
        tap.equal(ours(desk, name), [], "nothing was sent to %s" % name)

    answer_to = str(check["Reply-To"])
    thanks = letters.mail("Customer 1 <%s>" % login, answer_to, "Re: " + str(check["Subject"]),
                          "还没有解决，退款一直没有到账！\n", reply_to_mail=check)
    desk.mail.deliver(thanks)
    tap.equal(desk.row(thanks)["ticket"], ticket, "the customer's answer by our Reply-To joins the ticket")
    tap.equal(desk.query("SELECT state FROM ticket WHERE id = ?", ticket), [{"state": "open"}], "… and reopens it")
    tap.equal(states(desk, ticket), {"check": "sent", "care": "cancelled"}, "… and cancels the care mail")

    tap.equal(desk.query("SELECT urgency FROM ticket WHERE id = ?", ticket), [{"urgency": 2}], "… as high: not satisfied")

    pleased_check = ours(desk, pleased_login)[0]
    links = dict(re.findall(r'<a href="mailto:([^"?]*)\?subject=([1-5])"', pleased_check.get_body(("html",)).get_content()))
    tap.equal(sorted(links.values()), list("12345"), "the check mail has a button for each score")
    best = next(address for address, score in links.items() if score == "5")
    score = letters.mail("Customer 7 <%s>" % pleased_login, best, "5", "\n")
    desk.mail.deliver(score)
    tap.equal(desk.row(score)["ticket"], pleased_ticket, "a mail to a score's address belongs to its ticket")
    said = [event["fields"] for event in desk.events(pleased_ticket, "feedback")]
    tap.equal(said, [{"about": "check", "satisfied": True, "score": 5}], "… and its score is recorded")
    tap.equal(desk.query("SELECT state FROM ticket WHERE id = ?", pleased_ticket), [{"state": "resolved"}],
              "… and does not reopen the ticket")
    desk.mail.deliver(letters.mail("Customer 8 <%s>" % weary_login, SERVICE, "Re: x", "不用了\n",
                                   reply_to_mail=ours(desk, weary_login)[0]))
    tap.equal(states(desk, weary_ticket), {"check": "sent", "care": "cancelled"}, "who wants no more gets no care mail")
    desk.mail.deliver(letters.mail("Customer 4 <%s>" % reopened_login, SERVICE, "Re: " + str(reopened["Subject"]),
                                   "查询进度\n", reply_to_mail=reopened))
    told = wait_until(lambda: ours(desk, reopened_login), 20, "the state of the matter", pause=0.3)
    tap.ok(reopened_ticket in told[0].get_body(("plain",)).get_content() and "查询" not in str(told[0]["Subject"]),
           "who asks where the matter stands is told so", told[0].get_body(("plain",)).get_content())
    tap.equal(str(told[0]["Auto-Submitted"]), "auto-replied", "… by a mail that says that it is automatic")

    desk.forward(7 * 24 * HOUR)
    wait_until(lambda: len(ours(desk, english_login)) >= 2, 40, "the care mail", pause=0.3)
    tap.equal(states(desk, english_ticket), {"check": "sent", "care": "sent"}, "a week later the care mail follows")
    tap.equal(len(ours(desk, login)), 1, "the customer who wrote gets no more")
    tap.equal(len(ours(desk, english_login)), 2, "and nobody gets anything twice")
