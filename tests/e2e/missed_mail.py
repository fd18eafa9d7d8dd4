#!/usr/bin/python3
# missed_mail.py - mail that the milter never saw, or could not record: nothing is lost
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

with Tap() as tap, Desk() as desk:
    desk.start()

    begun = int(time.time())
    missed = letters.complaint()
    desk.mail.deliver(missed, port="unseen")
    ticket = desk.wait_ticket(missed)
    tap.ok(ticket, "a complaint that came by a port without milter gets its ticket")
    at = desk.events(ticket, "customer_mail")[0]["at"]
    tap.ok(begun - 1 <= at <= time.time() + 1, "… with the time at which it came", "%d, not %d" % (at, begun))
    tap.equal(desk.query("SELECT source FROM sighting WHERE mail = ?", desk.row(missed)["id"]), [{"source": "folder"}],
              "… seen in a folder only")
    enquiry = letters.enquiry("Zhao <zhao@customer.test>")
    desk.mail.deliver(enquiry, port="unseen")
    tap.ok(not desk.wait_row(enquiry)["ticket"], "an enquiry that came that way has its row and no ticket")

    desk.milter.kill()
    begun = time.monotonic()
    passing = letters.english_complaint()
    desk.mail.deliver(passing)
    tap.ok(time.monotonic() - begun < 5, "with the milter dead a mail is taken at once (%.1f s)" % (time.monotonic() - begun))
    got = desk.delivered(passing)
    tap.ok(got["X-Redress-Ticket"] is None, "… without a tag")
    tap.ok(desk.wait_ticket(passing), "… and gets its ticket from the sidecar")

    desk.sidecar.stop()
    late = letters.dangerous_complaint()
    desk.mail.deliver(late)
    arrived = int(time.time())
    time.sleep(2)
    desk.sidecar.start()
    ticket = desk.wait_ticket(late)
    at = desk.events(ticket, "customer_mail")[0]["at"]
    tap.ok(abs(at - arrived) <= 1, "found 2 s late, the ticket begins when the mail came", "%d, not %d" % (at, arrived))
    tap.equal(desk.query("SELECT urgency FROM ticket WHERE id = ?", ticket), [{"urgency": 3}], "… and is critical")

    desk.milter.start()
    thread = letters.further(got)
    desk.mail.deliver(thread)
    tap.equal(desk.wait_ticket(thread), desk.wait_ticket(passing), "an answer to a mail that was missed joins its ticket")
    seen = letters.complaint("Both <both@customer.test>")
    desk.mail.deliver(seen)
    wait_until(lambda: {row["source"] for row in desk.query("SELECT source FROM sighting WHERE mail = ?", desk.row(seen)["id"])}
               == {"milter", "folder"}, 15, "a mail to be seen by both")
    tap.equal(len(desk.rows(seen)), 1, "a mail that milter and sidecar saw is one row")
    tap.equal(len(desk.events(desk.row(seen)["ticket"])), 1, "… and one event")
    tap.equal(len(desk.mail.folder(SERVICE)), 6, "all mails lie in the mailbox")
