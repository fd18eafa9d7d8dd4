#!/usr/bin/python3
# restart.py - each server and daemon is restarted and killed in the middle of the work
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import signal  # noqa: E402
import smtplib  # noqa: E402
import time  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.programs import Milter, Sidecar  # noqa: E402
from servers.tap import Tap  # noqa: E402


def deliver(desk, message):
    """As a sender does: again until somebody answers 250."""
    end = time.monotonic() + 30
    while True:
        try:
            return desk.mail.deliver(message)
        except (OSError, smtplib.SMTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def append(desk, login, folder, message):
    end = time.monotonic() + 30
    while True:
        try:
            return desk.mail.append(login, folder, message)
        except Exception:  # imaplib's errors have no common base but this
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def works(tap, desk, number, what):
    """A complaint and its answer through everything."""
    asked = letters.complaint("Customer %d <customer%d@customer.test>" % (number, number))
    deliver(desk, asked)
    ticket = desk.wait_ticket(asked, 30)
    got = desk.delivered(asked, seconds=30)
    append(desk, "anna@shop.test", "Sent", letters.answer(got))
    desk.wait_clock(ticket, "met", seconds=40)
    tap.equal((len(desk.rows(asked)), len(desk.events(ticket, "customer_mail")), len(desk.events(ticket, "agent_reply"))),
              (1, 1, 1), "%s: a complaint and its answer count once" % what)


def hand_over(tap, desk):
    """The next milter is there while the one before finishes a mail. One mail."""
    before, mail = desk.milter, letters.complaint("Last <last@customer.test>")
    with smtplib.SMTP("127.0.0.1", desk.place.port("smtp"), timeout=30) as customer:
        customer.ehlo()
        customer.mail("last@customer.test")
        customer.rcpt(SERVICE)
        customer.docmd("DATA")
        before.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not os.path.exists(desk.site.socket), 10, "the socket to be given up")
        desk.milter = Milter(desk.place, desk.site).start()
        tap.ok(before.running(), "the next milter is ready before the last one has finished its mail")
        customer.send(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")) + b"\r\n.\r\n")
        tap.equal(customer.getreply()[0], 250, "… which is taken")
    tap.equal(before.process.wait(15), 0, "… and ends it in order")
    tap.ok(desk.milter.ready(), "the next one keeps its socket when the one before is gone")
    desk.wait_ticket(mail, 30)


def second_sidecar(tap, desk):
    """There is one at a time: the next one waits for a while for the one before to end. One mail."""
    def start():
        second = Sidecar(desk.place, desk.site)
        second.start(wait=False)
        wait_until(lambda: "waiting for another redress-sidecar to end" in second.log()[second.before:], 20, "the second to wait")
        return second

    second = start()
    works(tap, desk, 101, "beside a second sidecar")
    tap.equal(second.process.wait(30), 75, "the second one gives up: try again later")
    tap.ok("redress-sidecar (process %d) works with database" % desk.sidecar.process.pid in second.log()[second.before:],
           "… and names the first")
    second = start()
    tap.ok(not second.ready() and desk.sidecar.running(), "one that is started while the first still works does nothing yet")
    desk.sidecar.stop()
    desk.sidecar = second
    second.wait_ready()


with Tap() as tap, Desk() as desk:
    desk.start()
    number = 0
    for server in (desk.dovecot, desk.postfix, desk.milter, desk.sidecar):
        for way in ("restart", "kill"):
            number += 1
            middle = letters.complaint("Middle %d <middle%d@customer.test>" % (number, number))
            deliver(desk, middle)
            if way == "restart":
                server.restart()
            else:
                server.kill()
                server.start()
            works(tap, desk, number, "%s of %s" % ("restart" if way == "restart" else "kill -9", server.name))
            ticket = desk.wait_ticket(middle, 30)
            tap.ok(desk.delivered(middle, seconds=30) is not None and len(desk.rows(middle)) == 1,
                   "… and the mail before it is there once")

    # All at once, and nobody there when the mail comes.
    for server in (desk.milter, desk.sidecar):
        server.kill()
    lonely = letters.complaint("Lonely <lonely@customer.test>")
    deliver(desk, lonely)
    for server in (desk.postfix, desk.dovecot):
        server.kill()
    for server in (desk.dovecot, desk.postfix, desk.milter, desk.sidecar):
        server.start()
    tap.ok(desk.wait_ticket(lonely, 30), "a mail taken while redress was dead has its ticket when all is back")
    works(tap, desk, 99, "after all that")
    hand_over(tap, desk)
    works(tap, desk, 100, "after the milters took turns")
    second_sidecar(tap, desk)
    works(tap, desk, 102, "after the sidecars took turns")
    counts = desk.query("SELECT (SELECT count(*) FROM mail WHERE direction = 'in') AS mails, "
                        "(SELECT count(*) FROM ticket) AS tickets")
    tap.equal(counts, [{"mails": 22, "tickets": 22}], "22 complaints are 22 mails and 22 tickets")
    wait_until(lambda: desk.postfix.queued() == 0, 20, "the queue to be empty")
    lying = {str(mail["Message-ID"]) for mail in desk.mail.folder(SERVICE)}
    tap.equal(len(lying), 22, "… and lie in the mailbox (some twice: who did not hear that they were taken sends again)")
