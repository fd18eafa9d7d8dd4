# scenario.py - a day at the desk in some forty steps, the same against every kind of IMAP server
# SPDX-License-Identifier: MIT
#
# Tag, reply, forward, draft, bounce, keywords, folders, command mail, reopening, follow-up, score, stop.
import json
import re

from . import letters
from .desk import ANNA, SERVICE, message_id
from .mails import mail
from .place import wait_until

HOUR = 3600
DESK = "service+redress@shop.test"


def labels(desk, message, login=SERVICE, folder="INBOX"):
    """The keywords of ours that a mail bears, and \\Flagged; None when it is not there."""
    found = desk.mail.find(login, str(message["Message-ID"]), folder)
    if found is None:
        return None
    words = found.flags.split("FLAGS (")[1].split(")")[0].split()
    return sorted(word for word in words if word.startswith("redress-") or word == "\\Flagged")


def wait_labels(desk, message, wanted, login=SERVICE, folder="INBOX", seconds=20):
    wait_until(lambda: labels(desk, message, login, folder) == sorted(wanted), seconds,
               "labels %s (now %s)" % (wanted, labels(desk, message, login, folder)), pause=0.1)
    return True


def flag(desk, message, change, words, login=SERVICE, folder="INBOX"):
    connection = desk.mail.imap(login)
    connection.select('"%s"' % desk.mail.real(folder))
    uid = desk.mail.find(login, str(message["Message-ID"]), folder).uid
    connection.uid("store", str(uid), change, words)
    connection.logout()


def delimiter(desk, login=SERVICE):
    connection = desk.mail.imap(login)
    answer = connection.list('""', '""')[1][0].decode()
    connection.logout()
    return re.search(r'"(.)"', answer).group(1)


def move(desk, message, to, login=SERVICE, folder="INBOX"):
    connection = desk.mail.imap(login)
    to = desk.mail.real(to)
    connection.create('"%s"' % to)
    connection.select('"%s"' % desk.mail.real(folder))
    uid = str(desk.mail.find(login, str(message["Message-ID"]), folder).uid)
    if "MOVE" in connection.capabilities:
        answer, text = connection.uid("move", uid, '"%s"' % to)
    else:
        answer, text = connection.uid("copy", uid, '"%s"' % to)
        connection.uid("store", uid, "+FLAGS", "(\\Deleted)")
        connection.expunge()
    if answer != "OK":
        raise RuntimeError("%s to %s: %s" % (uid, to, text))
    connection.logout()


def state(desk, ticket):
    return desk.query("SELECT state, outcome, category, urgency, assigned FROM ticket WHERE id = ?", ticket)[0]


def wait_state(desk, ticket, name, wanted, seconds=20):
    wait_until(lambda: state(desk, ticket)[name] == wanted, seconds, "%s of %s to be %s" % (name, ticket, wanted), pause=0.1)
    return True


def make_normal(desk, ticket):
    """Whatever the rules say of the words: the steps are about other things."""
    if state(desk, ticket)["urgency"] != 1:
        desk.control.run("urgency", ticket, "normal")


def follow_ups(desk, ticket):
    return {row["state"] for row in desk.outbox(ticket) if row["kind"] in ("check", "care")}


def ours(desk, login):
    """Mails of redress in a customer's INBOX."""
    return [one for one in desk.mail.folder(login) if "Auto-Submitted" in one]


def bounced(desk, original, recipient):
    """A report of our own server, laid where Postfix sends it: before the agent who wrote."""
    text = ("From: Mail Delivery System <MAILER-DAEMON@mail.shop.test>\r\nTo: %s\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            "Message-ID: <bounce-%s>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
            "--b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mail.shop.test\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\nTo: %s\r\n\r\n--b--\r\n")
    return (text % (ANNA, message_id(original), recipient, message_id(original), recipient)).encode()


def tags_and_answers(tap, desk):
    hurt = letters.dangerous_complaint("Hurt <hurt@customer.test>")
    late = letters.english_complaint("Late <late@customer.test>", headers={"x-redress-ticket": "aaaaaaaa"})
    desk.mail.deliver(hurt)
    desk.mail.deliver(late)
    hurt_ticket, ticket = desk.wait_ticket(hurt), desk.wait_ticket(late)
    make_normal(desk, ticket)
    got = desk.delivered(hurt)
    tap.equal(str(got["X-Redress-Ticket"]), hurt_ticket, "a complaint bears its ticket")
    tap.ok(str(got["X-Redress-Category"]).startswith("safety/"), "… its category", got["X-Redress-Category"])
    tap.equal((str(got["X-Redress-Urgency"]), str(got["Importance"])), ("critical", "high"), "… and its urgency")
    tap.equal(desk.delivered(late).get_all("X-Redress-Ticket"), [ticket], "a forged tag is replaced")
    tap.equal(desk.clock(ticket)["state"], "running", "its clock runs")
    tap.ok(wait_labels(desk, hurt, ["redress-critical", "\\Flagged"]), "a critical mail bears its keyword, and is flagged")
    tap.ok(wait_labels(desk, late, []), "an ordinary one bears nothing")

    desk.mail.append(ANNA, "Drafts", letters.answer(desk.delivered(late)), flags="(\\Draft)")
    forward = letters.answer(desk.delivered(late), to="carl@shop.test", text="请看一下\n")
    desk.mail.submit(forward, ANNA)
    tap.equal(desk.clock(ticket)["state"], "running", "a draft and a forward to a colleague stop nothing")
    tap.ok(desk.events(ticket, "internal_mail"), "… the forward is shown")
    reply = letters.answer(desk.delivered(late))
    desk.mail.submit(reply, ANNA)
    tap.equal(desk.clock(ticket)["state"], "met", "an answer stops the clock")
    tap.equal(desk.events(ticket, "agent_reply")[0]["actor"], "anna", "… and is hers")
    tap.ok(wait_labels(desk, late, ["redress-waiting"]), "the customer's mail says so")
    desk.mail.append(ANNA, "Sent", reply)
    wait_until(lambda: len(desk.query("SELECT DISTINCT source FROM sighting WHERE mail = ?", desk.row(reply)["id"])) >= 2, 20, "the copy in Sent")
    tap.equal(len(desk.events(ticket, "agent_reply")), 1, "its copy in Sent is no second one")
    desk.mail.append(ANNA, "INBOX", mail_of(bounced(desk, reply, "late@customer.test")), flags="()")
    tap.ok(wait_until(lambda: desk.events(ticket, "bounce") or desk.events(ticket, "unverified"), 20, "the report"), "a report in her INBOX is found")
    desk.mail.deliver(letters.further(desk.delivered(late), "late@customer.test"))
    tap.ok(wait_labels(desk, late, []), "the customer writes again: it waits no longer")
    tap.equal(desk.clock(ticket, "next_response")["state"], "running", "… and the next clock runs")

    other = letters.complaint("Sent <sent@customer.test>")
    desk.mail.deliver(other)
    other_ticket = desk.wait_ticket(other)
    desk.mail.append(ANNA, "Sent", letters.answer(desk.delivered(other)))
    desk.wait_clock(other_ticket, "met", seconds=20)
    tap.ok(True, "an answer that only lies in Sent counts, too")
    return hurt, late, ticket, other_ticket


class mail_of:
    """Bytes that APPEND takes."""

    def __init__(self, data):
        self.data = data

    def as_bytes(self):
        return self.data


def keywords_and_folders(tap, desk, hurt, late, ticket):
    between = delimiter(desk)

    def folder(*names):
        return between.join(("Complaints",) + names)

    desk.forward(12 * HOUR)
    tap.ok(wait_labels(desk, hurt, ["redress-critical", "redress-overdue", "\\Flagged"]), "when its time has passed it is overdue")
    flag(desk, hurt, "-FLAGS", "(redress-overdue)")
    flag(desk, late, "+FLAGS", "(redress-high myown)")
    tap.ok(wait_state(desk, ticket, "urgency", 2), "a keyword that an agent sets raises the urgency")
    tap.ok("redress-high set in 'INBOX'" in desk.events(ticket, "urgency")[-1]["evidence"], "… the event says how")
    flag(desk, late, "-FLAGS", "(redress-high)")
    tap.ok(wait_state(desk, ticket, "urgency", 1), "… taking it away undoes it")
    tap.ok("redress-overdue" not in labels(desk, hurt), "what an agent took away is not set again")
    flag(desk, late, "+FLAGS", "(redress-resolved)")
    tap.ok(wait_state(desk, ticket, "state", "resolved"), "a keyword resolves")
    tap.ok(wait_labels(desk, late, ["redress-resolved"]), "… and stays as the confirmation")
    tap.equal(follow_ups(desk, ticket), {"scheduled"}, "… and follow-ups are scheduled")
    flag(desk, late, "-FLAGS", "(redress-resolved)")
    tap.ok(wait_state(desk, ticket, "state", "open"), "taking it away reopens")
    tap.equal(follow_ups(desk, ticket), {"cancelled"}, "… and cancels them")
    tap.ok("myown" in desk.delivered(late).flags, "an agent's own keyword is left alone")
    move(desk, late, folder("Resolved"))
    tap.ok(wait_state(desk, ticket, "state", "resolved"), "moved to Complaints/Resolved it is resolved")
    move(desk, late, "INBOX", folder=folder("Resolved"))
    tap.ok(wait_state(desk, ticket, "state", "open"), "… moved back it is open")
    category = state(desk, ticket)["category"]
    move(desk, late, folder("price", "invoice"))
    tap.ok(wait_state(desk, ticket, "category", "price/invoice"), "a category's folder sets the category")
    move(desk, late, "INBOX", folder=folder("price", "invoice"))
    tap.ok(wait_state(desk, ticket, "category", category), "… until it is moved back")
    move(desk, late, folder("Not a complaint"))
    tap.ok(wait_state(desk, ticket, "outcome", "no_complaint"), "moved to Not a complaint it was none")
    tap.equal(follow_ups(desk, ticket), {"cancelled"}, "… and nothing is sent about it")

    asked = letters.enquiry("Asks <asks@customer.test>")
    desk.mail.deliver(asked)
    wait_until(lambda: desk.row(asked) and desk.query("SELECT 1 FROM sighting WHERE mail = ? AND source = 'folder'",
                                                      desk.row(asked)["id"]), 20, "the enquiry to be seen in INBOX")
    tap.equal(desk.row(asked)["ticket"], None, "an enquiry has no ticket")
    move(desk, asked, folder("price", "invoice"))
    opened = desk.wait_ticket(asked, 20)
    tap.ok("by somebody of its team" in desk.events(opened, "customer_mail")[0]["evidence"],
           "moved to a category's folder it gets one, and the event says why", desk.events(opened))
    tap.ok(wait_state(desk, opened, "category", "price/invoice"), "… of that category")


def commands_and_follow_ups(tap, desk, ticket):
    order = mail("Anna Li <%s>" % ANNA, DESK, "[#%s]" % ticket, "我来\n已解决\n")
    desk.mail.submit(order, ANNA)
    tap.ok(wait_state(desk, ticket, "state", "resolved"), "a command mail claims and resolves")
    tap.equal(state(desk, ticket)["assigned"], "anna", "… for who wrote it")
    tap.ok(wait_until(lambda: [one for one in ours(desk, ANNA) if "已执行" in one.get_body(("plain",)).get_content()], 20,
                      "the answer", pause=0.3), "… and is answered")
    tap.equal(ours(desk, "sent@customer.test"), [], "nothing of it reaches the customer")
    desk.forward(26 * HOUR)
    check = wait_until(lambda: ours(desk, "sent@customer.test"), 40, "the follow-up", pause=0.3)[0]
    tap.ok(wait_until(lambda: desk.mail.find(SERVICE, str(check["Message-ID"]), "Sent"), 20, "its copy"), "a day later the follow-up goes, with a copy in Sent")
    links = dict(re.findall(r'<a href="mailto:([^"?]*)\?subject=([1-5])"', check.get_body(("html",)).get_content()))
    score = letters.mail("Sent <sent@customer.test>", next(to for to, points in links.items() if points == "5"), "5", "\n")
    desk.mail.deliver(score)
    tap.equal(desk.row(score)["ticket"], ticket, "a score comes back to its ticket")
    stop = letters.mail("Sent <sent@customer.test>", SERVICE, "stop", "stop\n", reply_to_mail=check)
    desk.mail.deliver(stop)
    wait_until(lambda: not [row for row in desk.outbox(ticket) if row["kind"] == "care" and row["state"] == "scheduled"] or
               desk.query("SELECT 1 FROM setting WHERE name LIKE 'stop%'"), 20, "the wish to stop to be known")
    desk.forward(10 * 24 * HOUR)
    desk.sidecar.restart()
    wait_until(lambda: not [row for row in desk.outbox(ticket) if row["kind"] == "care" and row["state"] in ("scheduled", "claimed")], 40, "the care mail to be decided", pause=0.3)
    tap.equal(len(ours(desk, "sent@customer.test")), 1, "who said stop gets no more")
    customers = [row["requester"] for row in desk.query("SELECT DISTINCT requester FROM ticket WHERE requester LIKE '%@customer.test'")]
    came = [str(one["Message-ID"]) for customer in customers for one in ours(desk, customer)]
    tap.equal((sorted(came), bool(came)), (sorted(set(came)), True), "and nothing came twice to anybody (%d mails)" % len(came))


def prepare(desk):
    desk.site.config["mailboxes"][0].update(tell_state=True, html=True)


def play(tap, desk):
    hurt, late, ticket, other = tags_and_answers(tap, desk)
    keywords_and_folders(tap, desk, hurt, late, ticket)
    commands_and_follow_ups(tap, desk, other)
    health = {row["name"]: json.loads(row["value"]) for row in
              desk.query("SELECT name, value FROM health WHERE program = 'sidecar' AND name LIKE 'service/%'")}
    tap.equal(sorted(health), ["service/INBOX", "service/Sent", "service/labels", "service/other folders"],
              "each watch tells its health")
    tap.equal([row["error"] for row in health.values()], [None] * 4, "… and has no error")
    tap.equal(desk.sidecar.stop(), 0, "SIGTERM stops the sidecar with status 0")
