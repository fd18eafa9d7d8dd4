#!/usr/bin/python3
# operate.py - what the operator's command shows is what happened, and what simulate computes
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import json  # noqa: E402

from servers import Desk  # noqa: E402
from servers import letters  # noqa: E402
from servers.place import wait_until  # noqa: E402
from servers.tap import Tap  # noqa: E402

with Tap() as tap, Desk() as desk:
    desk.start()
    asked = letters.complaint()
    desk.mail.deliver(asked)
    ticket = desk.row(asked)["ticket"]
    danger = letters.dangerous_complaint("Wang <wang@customer.test>")
    desk.mail.deliver(danger)
    urgent = desk.row(danger)["ticket"]
    desk.mail.deliver(letters.enquiry())

    board = desk.control.run("board")
    tap.ok(board.index(urgent) < board.index(ticket), "the board puts the critical one first", board)
    listed = desk.control.run("list", "--json")
    tap.ok(ticket in listed and urgent in listed, "list names both tickets", listed)
    shown = desk.control.run("show", ticket)
    tap.ok("first_response" in shown or "first response" in shown.lower(), "show prints the clocks", shown)
    tap.equal(desk.control.try_run("show", ticket.upper()).returncode, 0, "a ticket id may be typed in capitals")

    reply = letters.answer(desk.delivered(asked))
    desk.mail.submit(reply, "anna@shop.test")
    wanted, got = desk.simulated(ticket)
    tap.equal(got, wanted, "after an answer, show and simulate agree")
    desk.control.run("urgency", ticket, "high")
    wanted, got = desk.simulated(ticket)
    tap.equal(got, wanted, "after the urgency was raised, they agree")
    desk.mail.deliver(letters.further(desk.delivered(asked)))
    wanted, got = desk.simulated(ticket)
    tap.equal(got, wanted, "after the customer wrote again, they agree")
    desk.control.run("resolve", ticket)
    wanted, got = desk.simulated(ticket)
    tap.equal(got, wanted, "after resolving, they agree")
    tap.equal(desk.show(ticket)["state"], "resolved", "resolve resolves")
    desk.control.run("reopen", ticket)
    wanted, got = desk.simulated(ticket)
    tap.equal(got, wanted, "after reopening, they agree")
    desk.control.run("note", ticket, "customer called")
    desk.control.run("category", ticket, "after-sales/repair")
    tap.ok("after-sales/repair" in desk.control.run("show", ticket, "--json"), "the category is corrected")
    wanted, got = desk.simulated(ticket)
    tap.equal(got, wanted, "a note and a category change no clock")

    # What the sidecar found in the mailbox teaches, once somebody corrected it; labelled texts teach, too.
    def taught():
        return [row for row in desk.control.lines("learn", "--export") if row.get("category") == "after-sales/repair"]
    rows = wait_until(taught, 15, "a lesson")
    tap.ok(rows and rows[0]["complaint"] and "lamp" not in json.dumps(rows), "a correction teaches, without any text", rows)
    desk.place.write("redress/labelled.csv", "text,category\n" + "".join(
        f"the {thing} thing of {chr(97 + n) * 3}lin,{category}\n" for n in range(25)
        for thing, category in (("flurb", "after-sales/repair"), ("dringle", "price/invoice"))), 0o644)
    said = desk.control.run("learn", "--import", desk.place.path("redress", "labelled.csv"))
    tap.ok("50 examples imported" in said, "a labelled file is imported", said)
    part = json.loads(desk.control.run("learn", "--json"))["parts"][1]
    tap.ok(part["part"] == "category" and part["used"] and part["right_with_model"] > part["right_by_rules"],
           "what is better than the rules alone is used", part)
    tap.ok("in force again" in desk.control.run("learn", "--undo"), "and taken back")

    kinds = [row["kind"] for row in desk.control.lines("outbox", "--all")]
    tap.equal(kinds, ["check", "care"], "outbox --json is one JSON object a line")
    done = desk.control.try_run("check", "--json")
    tap.ok(done.returncode == 0, "check finds a working desk in order", done.stdout + done.stderr)
    tap.ok(all(json.loads(line)["result"] for line in done.stdout.splitlines()), "check --json is one JSON object a line")
    desk.site.config["accounts"][0]["sent"] = "Gesendet"
    desk.site.write()
    done = desk.control.try_run("check")
    tap.ok(done.returncode == 78 and '"Gesendet" ("sent")' in done.stdout, "a Sent folder that is configured and not there is a fault",
           done.stdout)
    del desk.site.config["accounts"][0]["sent"]
    desk.site.write()
    done = desk.control.try_run("show", "zzzzzzzz")
    tap.ok(done.returncode not in (0, 64) and "zzzzzzzz" in done.stderr, "an unknown ticket is named in the message", done.stderr)
    tap.equal(desk.control.try_run("frobnicate").returncode, 64, "an unknown command is a usage error")
    tap.equal(desk.control.try_run("resolve").returncode, 64, "a missing argument is a usage error")
    done = desk.control.try_run("answered", ticket, "--promise", "2020-01-01T00:00:00Z")
    tap.ok(done.returncode == 64 and "--promise" in done.stderr, "what was promised cannot have been due before the answer", done.stderr)
    desk.control.run("resolve", urgent, "--outcome", "no-complaint")
    tap.equal(desk.events(urgent, "resolve")[-1]["fields"]["outcome"], "no_complaint", "no-complaint is the outcome that sends nothing")
    done = desk.control.try_run("list", "--mailbox", "servic", "--json")
    tap.ok("'servic'" in done.stderr and not done.stdout, "a mailbox that is not there is named", done.stderr)
    done = desk.control.try_run("merge", ticket, "zzzzzzzz")
    tap.ok(done.returncode == 66 and "'zzzzzzzz'" in done.stderr, "a ticket that others are to be merged into must be there", done.stderr)
    done = desk.control.try_run("outbox", "--ticket", "zzzzzzzz")
    tap.ok(done.returncode == 66 and "zzzzzzzz" in done.stderr, "so is a ticket whose outbox is asked for", done.stderr)

    # Two tickets that are one matter, one ticket that is two: each explains itself, and agrees with simulate.
    eve = "Eve <eve@customer.test>"
    new, old = letters.english_complaint(eve), letters.complaint(eve)
    desk.mail.deliver(new)
    desk.mail.deliver(old)  # the second complaint of one customer is the more urgent one: due first
    first, second = desk.row(old)["ticket"], desk.row(new)["ticket"]
    done = desk.control.try_run("merge", ticket, first)
    tap.ok(done.returncode == 65 and "participant add" in done.stderr, "tickets of different customers are not merged", done.stderr)
    done = desk.control.try_run("merge", first, first)
    tap.ok(done.returncode == 65 and "itself" in done.stderr, "nor one with itself", done.stderr)
    done = desk.control.try_run("merge", first, second)
    tap.ok(done.returncode == 65 and f"redressctl merge {second} {first}" in done.stderr, "who waits is not forgotten", done.stderr)
    done = json.loads(desk.control.run("merge", second, first, "--json"))
    tap.ok(done["state"] == "closed" and done["into"]["ticket"] == first and
           {clock["clock"] for clock in done["ended"]} == {"first_response", "plan", "resolution"}, "merge says what ended", done)
    for one in (first, second):
        wanted, got = desk.simulated(one)
        tap.equal(got, wanted, "after merging, show and simulate agree")
    desk.mail.submit(letters.answer(desk.delivered(new)), "anna@shop.test")
    tap.equal(desk.clock(first)["state"], "met", "an answer to a merged ticket's mail answers the one it went into")
    third = letters.further(desk.delivered(old), text="Something else: my lamp arrived broken.\n")
    desk.mail.deliver(third)
    event = [row for row in desk.events(first, "customer_mail")][-1]["id"]
    said = desk.control.run("split", first, f"e{event}")
    apart = desk.row(third)["ticket"]
    tap.ok(apart not in (first, second) and said.startswith(apart), "split opens a ticket of a mail", said)
    for one in (first, apart):
        wanted, got = desk.simulated(one)
        tap.equal(got, wanted, "after splitting, show and simulate agree")
    tap.ok(f"e{event} became ticket {apart}" in desk.control.run("show", first), "and show says so")
    desk.mail.submit(letters.answer(desk.delivered(third)), "anna@shop.test")
    tap.ok(desk.clock(apart)["state"] == "met" and desk.clock(first, "next_response")["state"] == "running",
           "an answer to it stops its clock and no other one")
    done = desk.control.try_run("split", first, "e1")
    tap.ok(done.returncode == 65 and first in done.stderr, "a mail that a ticket has not cannot be split off", done.stderr)
    tap.equal(desk.control.try_run("rebuild", "--check").returncode, 0, "what is shown is what the events say")
    tap.equal(desk.control.try_run("audit").returncode, 0, "and the events are whole")

    desk.site.config["database"] = desk.place.path("nowhere", "redress.db")
    desk.site.write()
    done = desk.control.try_run("list")
    tap.ok(done.returncode != 0 and "nowhere" in done.stderr and done.stderr.count("\n") <= 2,
           "a database that is not there is named in one line", done.stderr)
