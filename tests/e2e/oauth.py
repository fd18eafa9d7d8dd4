#!/usr/bin/python3
# oauth.py - XOAUTH2 for IMAP and submission: a token that is renewed while redress runs, and one that is refused
# SPDX-License-Identifier: MIT
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.site import USER  # noqa: E402
from servers.tap import Tap  # noqa: E402

FILE = "redress/etc/token"


def watched(desk, state):
    """Whether the shared account's INBOX is in that state, with its error if it has one."""

    rows = desk.query("SELECT value FROM health WHERE program = 'sidecar' AND name = 'service/INBOX'")
    row = json.loads(rows[0]["value"]) if rows else {}
    return row if row.get("state") == state else None


with Tap() as tap, Desk() as desk:
    token = desk.dovecot.offer_tokens()
    desk.place.write(FILE, token(SERVICE, 3600) + "\n", 0o600, USER)
    for server in (desk.site.config["accounts"][0], desk.site.config["smtp"]):
        del server["password_file"]
        server["token_file"] = "token"
    desk.site.config["mailboxes"][0]["acknowledge"] = True
    desk.start()

    first = letters.complaint("Lin <lin@customer.test>")
    desk.mail.deliver(first, port="unseen")
    desk.wait_ticket(first)
    tap.ok(True, "IMAP with a token: a mail that only lies in the mailbox is seen")
    tap.ok(wait_until(lambda: desk.mail.folder("lin@customer.test"), 15, "the acknowledgement"), "submission with a token: it is acknowledged")

    # It expires; connections that are open live on, the next login is refused.
    desk.place.write(FILE, token(SERVICE, -60) + "\n", 0o600, USER)
    desk.dovecot.restart()
    row = wait_until(lambda: watched(desk, "resting") if (watched(desk, "resting") or {}).get("error") and
                     "token" in watched(desk, "resting")["error"] else None, 25, "the refusal")
    tap.ok("token" in row["error"] and "renews the file" in row["error"] and FILE in row["error"], "an expired token is told, and what to do", row)
    second = letters.complaint("Wang <wang@customer.test>")
    desk.mail.deliver(second)
    ticket = desk.wait_ticket(second)
    wait_until(lambda: "sending rests" in desk.place.log("redress-sidecar"), 15, "sending to rest")
    line = [one for one in desk.place.log("redress-sidecar").split("\n") if "sending rests" in one][-1]
    tap.ok("token" in line and "renews the file" in line, "submission says the same, and the mail waits", line)
    tap.equal([one["state"] for one in desk.outbox(ticket)], ["scheduled"], "… it is not lost")
    desk.place.write(FILE + ".new", token(SERVICE, 3600) + "\n", 0o600, USER)
    os.replace(desk.place.path(FILE + ".new"), desk.place.path(FILE))
    wait_until(lambda: watched(desk, "idling"), 60, "watching to go on")
    tap.ok(True, "a renewed token is taken up without a restart")
    tap.ok(wait_until(lambda: desk.mail.folder("wang@customer.test"), 60, "the acknowledgement"), "… and what waited is sent")
    tap.equal(len(desk.mail.folder("wang@customer.test")), 1, "… once")
    tap.ok(token(SERVICE, 60)[:20] not in desk.place.log("redress-sidecar"), "no token stands in the log")
