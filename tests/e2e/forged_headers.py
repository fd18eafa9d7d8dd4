#!/usr/bin/python3
# forged_headers.py - none of redress's headers comes in from outside, on a real Postfix, however it is written
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from servers.desk import SERVICE, Desk
from servers.place import wait_until
from servers.tap import Tap

NAMES = ("X-Redress-Ticket", "x-redress-URGENCY", "X-REDRESS-MAC", "X-Redress-Anything", "X-Zammad-Ticket", "X-otrs-Priority")
OURS = ["X-Redress-Category", "X-Redress-Due", "X-Redress-MAC", "X-Redress-Ticket", "X-Redress-Urgency"]
WAYS = {"plainly": ": ", "with a space before the colon": " : ", "with a tab before the colon": "\t:",
        "without a space": ":", "with an empty first line": ":\n "}


def mail(name, separator, count):
    forged = "".join("%s%sforged\n\tfolded\n" % (header, separator) for _ in range(count) for header in NAMES)
    return (forged + "From: Zhang <zhang@customer.test>\nTo: %s\nSubject: broken\nMessage-ID: <%s@customer.test>\n" % (SERVICE, name)
            + forged + "\nMy order arrived broken, I want my money back.\n").replace("\n", "\r\n").encode()


with Tap() as tap, Desk() as desk:
    desk.start(sidecar=False)
    sent = {}
    for way, separator in WAYS.items():
        for count in (1, 2, 3, 5, 8):
            name = "forged%d" % len(sent)
            sent[name] = (way, count)
            desk.mail.deliver(mail(name, separator, count), envelope_from="zhang@customer.test", envelope_to=[SERVICE])
    wait_until(lambda: len(desk.mail.folder(SERVICE)) == len(sent), 20, "the mails in the mailbox")
    for message in desk.mail.folder(SERVICE):
        way, count = sent[message["Message-ID"].strip("<> ").split("@")[0]]
        names = [name.strip() for name in message.keys() if name.lower().startswith(("x-redress", "x-zammad", "x-otrs"))]
        tap.ok(sorted(names) == OURS and b"forged\r\n" not in message.raw,
               "%d of each name, twice, %s: only redress's own are left" % (count, way), message.raw.decode("utf-8", "replace"))
