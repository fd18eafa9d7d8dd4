#!/usr/bin/python3
# oauth.py - XOAUTH2 for IMAP and submission: a token that is renewed while redress runs, and one that is refused
# SPDX-License-Identifier: MIT
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


with Tap() as tap, Desk() as desk:
    token = desk.dovecot.offer_tokens()
    desk.place.write(FILE, token(SERVICE, 3600) + "\n", 0o600, USER)
    for server in (desk.site.config["accounts"][0], desk.site.config["smtp"]):
        del server["password_file"]
        server["token_file"] = "token"
    desk.site.config["mailboxes"][0]["acknowledge"] = True
    desk.start()

    first = letters.complaint("Lin <lin@customer.test>")
    desk.mail.deliver(first)
    wait_until(lambda: desk.query("SELECT 1 FROM sighting WHERE mail = ? AND source = 'folder'", desk.row(first)["id"]), 15,
               "the mail to be seen in INBOX")
    tap.ok(True, "IMAP with a token: a mail is seen in the mailbox")
    tap.ok(wait_until(lambda: desk.mail.folder("lin@customer.test"), 15, "the acknowledgement"), "submission with a token: it is acknowledged")

    # It expires; connections that are open live on, the next login is refused.
    desk.place.write(FILE, token(SERVICE, -60) + "\n", 0o600, USER)
    desk.dovecot.restart()
    line = wait_until(lambda: [one for one in desk.place.log("redress-sidecar").split("\n") if "renews the file" in one], 15, "the refusal")[0]
    tap.ok("does not take the token of '%s'" % SERVICE in line and FILE in line, "an expired token is told, and what to do", line)
    second = letters.complaint("Wang <wang@customer.test>")
    desk.mail.deliver(second)
    ticket = desk.wait_ticket(second)
    line = wait_until(lambda: [one for one in desk.place.log("redress-sidecar").split("\n") if "sending rests" in one and
                               "renews the file" in one], 20, "sending to rest")[0]
    tap.ok("'%s'" % SERVICE in line, "submission says the same, and the mail waits", line)
    tap.equal([one["state"] for one in desk.outbox(ticket)], ["scheduled"], "… it is not lost")
    desk.place.write(FILE + ".new", token(SERVICE, 3600) + "\n", 0o600, USER)
    os.replace(desk.place.path(FILE + ".new"), desk.place.path(FILE))
    wait_until(lambda: "watching again account=service what=INBOX" in desk.place.log("redress-sidecar"), 60, "watching to go on")
    tap.ok(True, "a renewed token is taken up without a restart")
    third = letters.complaint("Zhao <zhao@customer.test>")
    desk.mail.deliver(third)
    tap.ok(wait_until(lambda: desk.mail.folder("zhao@customer.test"), 30, "the acknowledgement", pause=0.2), "… and sending goes on")
    tap.ok(token(SERVICE, 60)[:20] not in desk.place.log("redress-sidecar"), "no token stands in the log")
