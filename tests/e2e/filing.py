#!/usr/bin/python3
# filing.py - mails are filed by the state of their ticket, with MOVE and without; a crash between COPY and EXPUNGE loses and doubles nothing
# SPDX-License-Identifier: MIT
import os
import sqlite3
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE, message_id  # noqa: E402
from servers.dovecot import version  # noqa: E402
from servers.scenario import move, wait_state  # noqa: E402
from servers.tap import Tap  # noqa: E402

RESOLVED, WAITING, NONE = "Complaints/Resolved", "Complaints/Waiting", "Complaints/None"
WITHOUT_MOVE = ("imap_capability = IMAP4rev1 SASL-IR LITERAL+ UIDPLUS IDLE ID SPECIAL-USE\n" if version() < (2, 4) else
                "imap_capability {\n  MOVE = no\n}\n")

def real(folder):
    return folder if folder == "INBOX" else folder.replace("/", ".")

def places(desk, message):
    """Every folder in which the mail lies, as often as it lies there."""
    name = message_id(message)
    found = []
    for folder in ("INBOX", RESOLVED, WAITING, NONE, "Mine"):
        for path in desk.dovecot.maildir(SERVICE, real(folder)):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    found += [folder] if name in file.read() else []
            except FileNotFoundError:
                pass  # moved meanwhile
    return sorted(found)

def wait_place(desk, message, folder, seconds=20):
    wait_until(lambda: places(desk, message) == [folder], seconds, "the mail to lie in %s" % folder, pause=0.1)
    return True

def row(desk, message):
    return desk.query("SELECT c.folder, c.uid, f.* FROM filing f JOIN copy c USING (mail, account) WHERE mail = ?", desk.row(message)["id"])[0]

def settled(desk, message):
    def look():
        now = row(desk, message)
        return now["moving"] is None and now["target"] == now["done"]
    return wait_until(look, 20, "the move to be written down", pause=0.1)

def begin(desk, name):
    message = letters.complaint("%s <%s@customer.test>" % (name, name.lower()))
    desk.mail.deliver(message)
    ticket = desk.wait_ticket(message)
    wait_until(lambda: desk.query("SELECT 1 FROM filing WHERE mail = ?", desk.row(message)["id"]), 20, "the mail to be seen in INBOX")
    return message, ticket

def as_after_a_crash(desk, message, folder):
    """The database as it was when a move there had begun; since then the ticket has reopened."""

    database = sqlite3.connect(desk.site.database, timeout=10)
    changed = database.execute("UPDATE filing SET done = NULL, moving = ? WHERE mail = ?", (folder, desk.row(message)["id"])).rowcount
    assert changed == 1, changed
    database.commit()
    database.close()

def by_state(tap, desk, how):
    message, ticket = begin(desk, "Li")
    desk.control.run("resolve", ticket)
    tap.ok(wait_place(desk, message, RESOLVED) and settled(desk, message), how + "a resolved ticket's mail is filed")
    desk.control.run("reopen", ticket)
    tap.ok(wait_place(desk, message, "INBOX") and settled(desk, message), how + "… reopened it comes back")
    kinds = [one["type"] for one in desk.events(ticket) if one["actor"] == "service"]
    tap.equal(kinds, [], how + "what redress moves is no command")
    return message, ticket

with Tap() as tap, Desk() as desk:
    # Dovecot's Maildir separates folders by dots: the configuration says "/" all the same.
    desk.site.config["mailboxes"][0]["filing"] = {"waiting": WAITING, "resolved": RESOLVED, "not_complaint": NONE}
    desk.start()
    message, ticket = by_state(tap, desk, "MOVE: ")
    move(desk, message, real(RESOLVED))
    wait_state(desk, ticket, "state", "resolved")
    settled(desk, message)
    move(desk, message, "INBOX", folder=real(RESOLVED))
    tap.ok(wait_state(desk, ticket, "state", "open"), "an agent's own moves are commands as ever")
    settled(desk, message)
    move(desk, message, "Mine")
    wait_until(lambda: row(desk, message)["folder"] == "Mine", 20, "the mail to be seen there")
    desk.control.run("resolve", ticket)
    settled(desk, message)
    tap.equal(places(desk, message), ["Mine"], "what an agent has laid elsewhere stays there")

    # Moved, and dead before it was written down; meanwhile the customer has written again.
    message, ticket = begin(desk, "Wang")
    desk.sidecar.kill()
    as_after_a_crash(desk, message, real(RESOLVED))
    move(desk, message, real(RESOLVED))
    desk.sidecar.start()
    tap.ok(wait_place(desk, message, "INBOX") and settled(desk, message), "a move that was not written down is found, and the wish of now carried out")
    tap.equal(desk.query("SELECT state FROM ticket WHERE id = ?", ticket)[0]["state"], "open", "… it resolves nothing")

    desk.sidecar.stop()
    desk.dovecot.stop()
    with open(desk.place.path("dovecot", "dovecot.conf"), "a", encoding="ascii") as file:
        file.write(WITHOUT_MOVE)
    desk.dovecot.start()
    desk.sidecar.start()
    by_state(tap, desk, "COPY: ")

    # One was copied, and its original not removed; the other not even copied. Beside both a stranger's mail with the same Message-ID.
    message, _ = begin(desk, "Zhao")
    other, _ = begin(desk, "Qian")
    desk.sidecar.kill()
    for one in (message, other):
        as_after_a_crash(desk, one, real(RESOLVED))
        desk.mail.append(SERVICE, real(RESOLVED), letters.complaint("Eve <eve@customer.test>", message_id=str(one["Message-ID"])))
    connection = desk.mail.imap(SERVICE)
    connection.select("INBOX")
    connection.uid("copy", str(desk.mail.find(SERVICE, str(message["Message-ID"])).uid), '"%s"' % real(RESOLVED))
    connection.logout()
    tap.equal((places(desk, message), places(desk, other)), ([RESOLVED, RESOLVED, "INBOX"], [RESOLVED, "INBOX"]), "as they lie after the crash")
    desk.sidecar.start()
    settled(desk, message)
    tap.ok(wait_until(lambda: places(desk, message) == [RESOLVED, "INBOX"], 20, "one copy and the stranger's mail"),
           "its copy is found, and comes back as the ticket is open; nothing is lost, nothing doubled")
    settled(desk, other)
    tap.equal(places(desk, other), [RESOLVED, "INBOX"], "a stranger's mail of the same Message-ID is no copy: nothing is removed")
    tap.equal(desk.sidecar.stop(), 0, "SIGTERM stops the sidecar with status 0")
