#!/usr/bin/python3
# rebuild.py - the database is lost, and made again from the mailboxes; audit, holds, erasure and export on the way
# SPDX-License-Identifier: MIT
import glob
import os
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import ANNA, SERVICE  # noqa: E402
from servers.tap import Tap  # noqa: E402


def lose(desk):
    desk.sidecar.stop()
    desk.milter.stop()
    for path in glob.glob(desk.site.database + "*"):
        if not path.endswith(".forgotten"):
            os.unlink(path)


def kept(desk):
    """What must come back: per ticket its row, and what happened when."""
    tickets = {row["id"]: dict(row) for row in desk.query(
        "SELECT id, mailbox, requester, category, urgency, state, opened, policy_version FROM ticket WHERE requester <> ''")}
    for number, ticket in tickets.items():
        ticket["events"] = [(event["at"], event["type"]) for event in desk.events(number)
                            if event["type"] in ("customer_mail", "agent_reply", "third_party")]
    return tickets


def tamper(desk, sql):
    database = sqlite3.connect(desk.site.database)
    with database:
        database.execute(sql)
    database.close()


with Tap() as tap, Desk() as desk:
    desk.start()
    asked = letters.complaint("Li Ming <li@customer.test>")
    desk.mail.deliver(asked)
    ticket = desk.row(asked)["ticket"]
    got = desk.delivered(asked)
    time.sleep(1.1)  # dates in mailboxes are whole seconds: what is to have an order has one between
    answer = letters.answer(got)
    desk.mail.submit(answer, ANNA)
    desk.mail.append(ANNA, "Sent", answer)
    wait_until(lambda: desk.events(ticket, "agent_reply"), 15, "the answer to count")
    time.sleep(1.1)
    further = letters.further(desk.delivered(asked), "li@customer.test")
    desk.mail.deliver(further)
    hurt = letters.dangerous_complaint("Zhao <zhao@customer.test>")
    desk.mail.deliver(hurt)
    stranger = letters.further(desk.delivered(hurt), "stranger@customer.test")
    desk.mail.deliver(stranger)
    missed = letters.english_complaint("Tom <tom@customer.test>")
    desk.mail.deliver(missed, port="unseen")
    desk.wait_ticket(missed)
    goes = letters.complaint("Gone <gone@customer.test>")
    desk.mail.deliver(goes)
    gone = desk.row(goes)["ticket"]
    desk.delivered(goes)
    # The opening mail is put away, so that it lies behind the later ones.
    desk.mail.move(asked, SERVICE, "INBOX", "Archive")
    wait_until(lambda: len(desk.query("SELECT DISTINCT mail FROM sighting WHERE source = 'folder'")) >= 6 and
               desk.query("SELECT mail FROM sighting WHERE folder = 'Archive'"), 20, "all to be seen in the mailbox")

    audit = desk.control.json("audit")
    tap.ok(audit["whole"], "an untouched database is whole", audit)
    head = desk.control.json("audit", "--head")["head"]
    tap.equal(desk.control.json("audit", "--against", head)["faults"], [], "… and holds against its own head")
    tap.equal(desk.control.json("rebuild", "--check")["differed"], 0, "every ticket's columns are the fold of its events")
    tamper(desk, "UPDATE ticket SET urgency = 0, state = 'waiting' WHERE id = '%s'" % ticket)
    told = desk.control.run("rebuild", "--check", status=65)
    tap.ok(ticket in told and "state is waiting" in told, "a column that is not is named", told)
    desk.control.run("rebuild")
    tap.equal(desk.control.json("rebuild", "--check")["differed"], 0, "… and written anew")
    for table in "lookup_recent", "lookup":
        tamper(desk, "DELETE FROM " + table)
    told = desk.control.run("rebuild", "--check", status=65)
    tap.ok("look-ups are missing" in told, "look-ups that are gone are told", told)
    desk.control.run("rebuild")
    checked = desk.control.json("rebuild", "--check")
    tap.ok(checked["missing"] == 0 and checked["differed"] == 0 and checked["tickets"] >= 3, "… and made anew", checked)

    tap.equal(desk.control.json("hold", "gone@customer.test", "--reason", "court case 7")["tickets"], 1, "a customer is held")
    refused = desk.control.try_run("erase", "gone@customer.test")
    tap.ok(refused.returncode == 65 and "court case 7" in refused.stderr, "an erasure is refused with the hold's reason", refused.stderr)
    desk.control.run("release", "gone@customer.test")
    export = desk.control.json("export", "gone@customer.test")
    tap.equal([t["ticket"] for t in export["tickets"]], [gone], "an export tells of the customer's ticket")
    tap.equal([mail["from"] for mail in export["mails"]], ["gone@customer.test"], "… and mail")
    erased = desk.control.json("erase", "gone@customer.test")
    tap.equal((erased["tickets"], erased["mails"]), (1, 1), "the customer is erased")
    tap.ok(erased["places"], "… and told where the mail still lies", erased)
    tap.ok(desk.control.json("audit")["whole"], "… which keeps the chain whole")
    with open(desk.site.database, "rb") as file:
        tap.ok(b"gone@customer.test" not in file.read(), "… and leaves nothing in the file")

    before = kept(desk)
    tap.equal(len(before), 3, "three tickets are there to be lost")
    lose(desk)
    made = desk.control.try_run("rebuild", "--from-mail")
    tap.ok(made.returncode == 0, "with the database gone tickets are made again from the mailboxes", made.stderr)
    for line in made.stdout.splitlines():
        tap.note(line)
    after = kept(desk)
    tap.equal(sorted(after), sorted(before), "the same tickets are there, under their ids")
    for number in before:
        for key in ("mailbox", "requester", "category", "urgency", "opened", "policy_version", "state"):
            tap.equal(after[number][key], before[number][key], "ticket %s has its %s again" % (number, key))
        tap.equal([kind for _, kind in after[number]["events"]], [kind for _, kind in before[number]["events"]],
                  "… and its events in their order")
    tap.ok(all(abs(a[0] - b[0]) <= 2 for n in before for a, b in zip(before[n]["events"], after[n]["events"])),
           "all at their moments", (before, after))
    tap.equal(desk.query("SELECT count(*) AS n FROM mail WHERE from_addr = 'gone@customer.test'"), [{"n": 0}],
              "the erased customer did not come back")
    tap.equal(desk.query("SELECT count(*) AS n FROM outbox"), [{"n": 0}], "nothing is to be sent")
    tap.ok(desk.control.json("audit")["whole"], "the new chain is whole")
    again = desk.control.json("rebuild", "--from-mail")
    tap.equal((again["tickets"], again["replies"]), (0, 0), "once more adds nothing")
    tap.equal(kept(desk), after, "… and changes nothing")

    desk.milter.start()
    desk.sidecar.start()
    newly = letters.complaint("Gone <gone@customer.test>")
    desk.mail.deliver(newly)
    tap.ok(desk.wait_ticket(newly) not in (None, gone), "new mail of the erased customer opens a new ticket")
    thread = letters.further(desk.delivered(further), "li@customer.test")
    desk.mail.deliver(thread)
    tap.equal(desk.wait_ticket(thread), ticket, "the restored ticket takes further mail")
