#!/usr/bin/python3
# milter_path.py - a mail comes in by SMTP: tagged, recorded, and passed whatever it is
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import ANNA, SALES, SERVICE, message_id  # noqa: E402
from servers.tap import Tap  # noqa: E402

OURS = ("X-Redress-Ticket", "X-Redress-Category", "X-Redress-Urgency", "X-Redress-Due", "X-Redress-MAC")

with Tap() as tap, Desk() as desk:
    desk.start(sidecar=False)

    wanted = letters.complaint()
    desk.mail.deliver(wanted)
    row = desk.row(wanted)
    tap.ok(row is not None, "a complaint is recorded before its sender hears 250")
    tap.ok(row and row["ticket"], "a complaint has a ticket", row)
    got = desk.delivered(wanted)
    tap.ok(got["X-Redress-Ticket"] == row["ticket"], "the delivered mail names its ticket", got["X-Redress-Ticket"])
    for name in OURS:
        tap.equal(len(got.get_all(name, [])), 1, "the delivered mail has one %s" % name)
    tap.equal(got["X-Redress-Category"], "quality/defect", "a kettle that does not heat is quality/defect")
    tap.equal(got["X-Redress-Urgency"], "normal", "an ordinary complaint is normal")
    tap.equal(got["Subject"], "刚买的电水壶坏了", "the subject is left alone")
    tap.ok(got["Importance"] is None, "a normal complaint is not marked as important")
    tap.ok(all(ord(byte) < 128 for name in OURS for byte in str(got[name])), "tag headers are ASCII")
    tap.ok(got["X-Redress-Signals"] is None and got["X-Redress-Rules"] is None, "signals and rules stay inside")
    events = desk.events(row["ticket"])
    tap.equal([event["type"] for event in events], ["customer_mail"], "the ticket begins with the customer's mail")

    dangerous = letters.dangerous_complaint("Wang <wang@customer.test>")
    desk.mail.deliver(dangerous)
    got = desk.delivered(dangerous)
    tap.equal(got["X-Redress-Urgency"], "critical", "somebody hurt is critical")
    tap.ok((got["X-Redress-Category"] or "").startswith("safety/"), "somebody hurt is a matter of safety", got["X-Redress-Category"])
    tap.equal(got["Importance"], "high", "a critical complaint is marked as important")
    tap.ok(str(got["X-Priority"] or "").startswith("1"), "a critical complaint has X-Priority 1", got["X-Priority"])

    english = letters.english_complaint()
    desk.mail.deliver(english)
    got = desk.delivered(english)
    tap.ok((got["X-Redress-Category"] or "").startswith("logistics/"), "a lost parcel is a matter of logistics",
           got["X-Redress-Category"])

    for name, make in (("an enquiry", letters.enquiry), ("a newsletter", letters.newsletter),
                       ("an out-of-office notice", letters.away)):
        harmless = make("Zhao <zhao@customer.test>")
        desk.mail.deliver(harmless)
        got = desk.delivered(harmless)
        row = desk.row(harmless)
        tap.ok(row and not row["ticket"], "%s has its row and no ticket" % name, row)
        tap.equal(got["X-Redress-Category"], "none", "%s is tagged as no complaint" % name)
        tap.ok(got["X-Redress-Ticket"] is None and got["X-Redress-Due"] is None, "%s names no ticket and no due time" % name)

    forged = letters.complaint("Qian <qian@customer.test>").as_bytes().replace(
        b"Subject:", b"X-Redress-Ticket: aaaaaaaa\r\nx-redress-URGENCY:\r\n low\r\nX-REDRESS-MAC : x\r\nX-Redress-Ticket: bbbbbbbb\r\n"
        b"X-Redress-Anything: 1\r\nX-Zammad-Ticket-Owner: root\r\nX-OTRS-Queue: x\r\nX-Redress-Ticket: cccccccc\r\nSubject:", 1)
    forged_id = letters.complaint("Qian <qian@customer.test>", message_id="<forged@customer.test>")
    forged = forged.replace([line for line in forged.split(b"\r\n") if line.lower().startswith(b"message-id:")][0],
                            b"Message-ID: <forged@customer.test>")
    desk.mail.deliver(forged, envelope_from="qian@customer.test", envelope_to=[SERVICE])
    got = desk.delivered(forged_id)
    row = desk.row(forged_id)
    tap.equal(got.get_all("X-Redress-Ticket", []), [row["ticket"]], "forged ticket headers are gone, ours is there")
    tap.equal(len(got.get_all("X-Redress-Urgency", [])), 1, "a folded forged header in other case is gone")
    left = [name for name in got.keys() if name.lower().startswith(("x-zammad", "x-otrs", "x-redress-any"))]
    tap.equal(left, [], "helpdesk control headers and unknown X-Redress headers are gone")
    tap.equal(len(got.get_all("X-Redress-MAC", []) + got.get_all("X-REDRESS-MAC ", [])), 1, "a header with a space before its colon is gone")

    again = letters.complaint("Sun <sun@customer.test>")
    desk.mail.deliver(again)
    desk.mail.deliver(again)
    tap.equal(len(desk.rows(again)), 1, "the same mail sent again is one row")
    tap.equal(len(desk.query("SELECT id FROM ticket WHERE requester = ?", "sun@customer.test")), 1, "… and one ticket")
    both = letters.complaint("Zhou <zhou@customer.test>", to="%s, %s" % (SERVICE, SALES))
    desk.mail.deliver(both)
    tap.equal(len(desk.query("SELECT id FROM ticket WHERE requester = ?", "zhou@customer.test")), 1,
              "a mail to two complaint addresses is one ticket")
    plus = letters.complaint("Wu <wu@customer.test>", to="service+shop2@shop.test")
    desk.mail.deliver(plus)
    tap.ok(desk.row(plus), "an address with a plus-detail is the mailbox's")
    alias = letters.complaint("Zheng <zheng@customer.test>", to="TOUSU@shop.test")
    desk.mail.deliver(alias)
    tap.ok(desk.row(alias), "every listed address is the mailbox's, in any case")

    other = letters.complaint(to="office@shop.test", headers={"X-Redress-Ticket": "aaaaaaaa"})
    desk.mail.deliver(other)
    got = desk.delivered(other, "office@shop.test")
    tap.ok(desk.row(other) is None, "a mail to another address is not recorded")
    tap.equal(got.get_all("X-Redress-Ticket"), ["aaaaaaaa"], "a mail to another address is left as it is")
    body = other.as_bytes().replace(b"\r\n", b"\n").split(b"\n\n", 1)[1]
    tap.equal(got.raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1], body, "… to the byte")
    personal = letters.complaint("Feng <feng@customer.test>", to=ANNA)
    desk.mail.deliver(personal)
    tap.ok(not (desk.row(personal) or {}).get("ticket"), "a first mail to an agent's own address opens no ticket")

    empty = letters.complaint("Chen <chen@customer.test>").as_bytes()
    lines = [line for line in empty.split(b"\r\n") if not line.lower().startswith((b"message-id:", b"from:", b"date:"))]
    desk.mail.deliver(b"\r\n".join(lines), envelope_from="chen@customer.test", envelope_to=[SERVICE])
    tap.ok(desk.query("SELECT id FROM ticket WHERE requester LIKE '%chen@customer.test%'")
           or desk.query("SELECT id FROM mail WHERE message_id IS NULL AND ticket IS NOT NULL"),
           "a complaint without From, Date and Message-ID has a ticket")
    status = desk.milter.stop()
    tap.equal(status, 0, "SIGTERM stops the milter with status 0")
