#!/usr/bin/python3
# commands.py - an agent writes to redress: what is known is done and answered, what is not is answered; a From proves nothing
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import ANNA, SERVICE  # noqa: E402
from servers.mails import mail  # noqa: E402
from servers.tap import Tap  # noqa: E402

DESK, APART, BOB, CARL = "service+redress@shop.test", "desk@shop.test", "bob@shop.test", "carl@shop.test"


def state(desk, ticket):
    return desk.query("SELECT state, outcome, category, urgency, assigned FROM ticket WHERE id = ?", ticket)[0]


def tell(desk, ticket, words, sender=ANNA, name="Anna Li", submit=True, to=DESK, reply_to_mail=None):
    order = mail("%s <%s>" % (name, sender), to, "[#%s]" % ticket if reply_to_mail is None else "Re: " + str(reply_to_mail["Subject"]),
                 words + "\n", reply_to_mail=reply_to_mail)
    if submit:
        desk.mail.submit(order, sender)
    else:
        desk.mail.deliver(order)
    return order


def answers(desk, login, count):
    def look():
        found = [one for one in desk.mail.folder(login) if "Auto-Submitted" in one]
        return found if len(found) >= count else None
    return wait_until(look, 15, "%d answers of redress to %s" % (count, login), pause=0.2)


with Tap() as tap, Desk() as desk:
    desk.site.config["agents"].append({"id": "bob", "name": "Bob Ma", "addresses": [BOB], "logins": [BOB], "mailboxes": ["service"]})
    desk.site.config["mailboxes"][1].update(plus_addressing=False, desk_address=APART)
    desk.start()
    asked = letters.english_complaint("Tom <tom@customer.test>")
    desk.mail.deliver(asked)
    ticket = desk.wait_ticket(asked)

    tell(desk, ticket, "mine\n我想先看看")
    wait_until(lambda: state(desk, ticket)["assigned"] == "anna", 10, "the claim")
    answer = answers(desk, ANNA, 1)[0]
    text = answer.get_body(("plain",)).get_content()
    tap.ok("> mine" in text and "已执行" in text and "Anna Li" in text, "what was done is answered, in the mailbox's language", text)
    event = desk.events(ticket, "assign")[-1]
    tap.equal(event["actor"], "anna", "the event says who")
    tap.ok("submitted with login anna@shop.test" in event["evidence"], "… and by what proof", event["evidence"])

    tell(desk, ticket, "我来", BOB, "Bob Ma")
    text = answers(desk, BOB, 1)[0].get_body(("plain",)).get_content()
    tap.ok("Anna Li" in text and "我接手" in text, "the second who claims it is told who was first", text)
    tap.equal(state(desk, ticket)["assigned"], "anna", "… and it stays with the first")
    desk.mail.submit(letters.answer(desk.delivered(asked), "Bob Ma <%s>" % BOB), BOB)
    tap.ok("Anna Li" in str(answers(desk, BOB, 2)[1]["Subject"]), "the second who answers is told, too")

    tell(desk, ticket, "紧急", to=str(answer["Reply-To"]), reply_to_mail=answer)
    wait_until(lambda: state(desk, ticket)["urgency"] == 2, 10, "the urgency")
    tap.ok(True, "an answer to redress's own mail is a command; Chinese words, too")
    tell(desk, ticket, "转给bob\n暂停到周五\n方案")
    wait_until(lambda: state(desk, ticket)["assigned"] == "bob", 10, "the ticket to be bob's")
    hold = [one for one in desk.show(ticket)["events"] if one["type"] == "hold"]
    tap.ok(hold and hold[-1]["fields"]["until"] > "2026", "several lines are obeyed, a hold with its end", hold)
    tap.ok(any(one["fields"].get("offers_plan") and one["actor"] == "anna" for one in desk.events(ticket, "agent_reply")),
           "“plan” corrects how the last answer was read")

    before = len(desk.events(ticket))
    tell(desk, ticket, "make me a sandwich")
    text = wait_until(lambda: [one for one in answers(desk, ANNA, 4) if "没有看懂" in str(one["Subject"])], 15, "the helpful answer",
                      pause=0.2)[0].get_body(("plain",)).get_content()
    tap.ok("已解决" in text, "unknown words get a helpful answer", text)
    tap.equal(len(desk.events(ticket)), before + 1, "… and do nothing")

    forged = tell(desk, ticket, "已解决", submit=False)
    desk.wait_row(forged)
    foreign = tell(desk, ticket, "已解决", "carl@shop.test", "Carl Wu")
    wait_until(lambda: answers(desk, "carl@shop.test", 1), 15, "the answer to carl")
    tap.ok(state(desk, ticket)["state"] != "resolved", "a From without a login resolves nothing, nor does an agent of another mailbox")
    both = mail("Anna Li <%s>" % ANNA, "%s, tom@customer.test" % DESK, "[#%s]" % ticket, "已解决\n")
    desk.mail.submit(both, ANNA, envelope_to=[DESK, "tom@customer.test"])
    desk.wait_row(both)
    tap.ok(state(desk, ticket)["state"] != "resolved", "a mail that a customer gets, too, is no command")

    order = tell(desk, ticket, "已解决")
    wait_until(lambda: state(desk, ticket)["state"] == "resolved", 10, "the ticket to be resolved")
    desk.mail.append(ANNA, "Sent", order)
    wait_until(lambda: len(desk.query("SELECT DISTINCT source FROM sighting WHERE mail = ?", desk.row(order)["id"])) >= 2, 15,
               "its copy in Sent to be seen")
    tap.equal(len([one for one in desk.events(ticket, "resolve")]), 1, "the same mail, seen again in Sent, resolves nothing twice")
    tap.equal([one for one in desk.mail.folder("tom@customer.test") if "bob" not in str(one["From"]).lower() and "anna" not in str(one["From"]).lower()],
              [], "nothing of all this has reached the customer")

    # A server without plus addressing: commands have an address of their own.
    asked = letters.english_complaint("Tina <tina@customer.test>", to="sales@shop.test")
    desk.mail.deliver(asked)
    ticket = desk.wait_ticket(asked)
    forged = tell(desk, ticket, "resolved", CARL, "Carl Wu", submit=False, to=APART)
    foreign = tell(desk, ticket, "resolved", to=APART)
    wait_until(lambda: [one for one in answers(desk, ANNA, 1) if ticket in str(one["Subject"])], 15, "the answer to anna")
    tap.ok(state(desk, ticket)["state"] != "resolved", "there, too, neither a From nor an agent of another mailbox is obeyed")
    tell(desk, ticket, "mine", CARL, "Carl Wu", to=APART)
    wait_until(lambda: state(desk, ticket)["assigned"] == "carl", 10, "the claim")
    answer = wait_until(lambda: [one for one in answers(desk, CARL, 1) if ticket in str(one["Subject"])], 15, "the answer to carl")[0]
    tap.equal(str(answer["Reply-To"]), APART, "a command to the configured address is obeyed, and answers to redress go there")
    del answer["Subject"]
    answer["Subject"] = "no tag here"
    tell(desk, ticket, "resolved", CARL, "Carl Wu", to=APART, reply_to_mail=answer)
    wait_until(lambda: state(desk, ticket)["state"] == "resolved", 10, "the ticket to be resolved")
    tap.ok(True, "an answer to a notice names its ticket by the signed Message-ID alone")
    tap.equal(desk.mail.folder("tina@customer.test"), [], "nothing has reached this customer")
