# desk.py - a whole complaint desk: the servers, redress, and what tests ask of them
# SPDX-License-Identifier: MIT
import datetime
import glob
import json
import os
import sqlite3
import time

from .certificates import make_authority, make_certificate, use_certificate
from .dovecot import Dovecot
from .mails import Mailer
from .place import Failure, Place, wait_until
from .postfix import Postfix
from .programs import Control, Milter, Sidecar, use_patterns
from .site import Site

# The events that clocks.md's table gives an effect: simulate is fed with them.
EFFECT = ("customer_mail", "agent_reply", "bounce", "urgency", "resolve", "reopen", "merge_into", "erase")
SERVICE, SALES, ANNA = "service@shop.test", "sales@shop.test", "anna@shop.test"


def message_id(message):
    return str(message["Message-ID"]).strip().strip("<>")


def rfc3339(moment):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """with Desk() as desk: everything runs; leaving ends it all.

    fake_time: one file gives the time to all servers and daemons; forward() moves it on.
    """

    def __init__(self, keep=False, fake_time=False, with_milter=True, postfix_settings=None, root=None):
        self.place = Place(keep, root)
        self.offset = 0
        if fake_time:
            self.fake_time()
        make_authority(self.place)
        make_certificate(self.place, "right", ["IP:127.0.0.1", "DNS:localhost", "DNS:mail.shop.test"])
        use_certificate(self.place, "right")
        self.site = Site(self.place)
        self.dovecot = Dovecot(self.place)
        self.postfix = Postfix(self.place, "unix:" + self.site.socket if with_milter else None, postfix_settings)
        self.milter = Milter(self.place, self.site)
        self.sidecar = Sidecar(self.place, self.site)
        self.control = Control(self.place, self.site)
        self.mail = Mailer(self.place)

    # ---- its life ------------------------------------------------------------------------------------

    def start(self, milter=True, sidecar=True):
        self.site.write()
        use_patterns(self.place, self.site)
        self.dovecot.start(wait=False)
        if milter:
            self.milter.start(wait=False)
        self.postfix.start(wait=False)
        self.dovecot.wait_ready()
        if milter:
            self.milter.wait_ready()
        if sidecar:
            self.sidecar.start()
        self.postfix.wait_ready()
        return self

    def stop(self):
        for server in (self.sidecar, self.milter, self.postfix, self.dovecot):
            server.kill()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and not issubclass(kind, (SystemExit, KeyboardInterrupt)):
            self.tell_logs()
        self.stop()
        self.place.remove()

    def tell_logs(self, lines=12):
        """The end of every log, as TAP diagnosis."""
        for path in sorted(glob.glob(self.place.path("log", "*.log"))):
            with open(path, encoding="utf-8", errors="replace") as file:
                end = file.read().rstrip("\n").split("\n")[-lines:]
            print("# ---- end of %s" % path)
            for line in end:
                print("# " + line[:400])

    # ---- its time --------------------------------------------------------------------------------------

    def fake_time(self):
        """From now on what is started goes by a time that forward() sets."""
        libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1") + glob.glob("/usr/lib/faketime/libfaketimeMT.so.1")
        if not libraries:
            raise Failure("libfaketime is not installed")
        self.place.write("time", "+0\n")
        self.place.environment.update({
            "LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": self.place.path("time"), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Else a wait on a condition with the monotonic clock ends at once.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0"})

    def forward(self, seconds):
        """Moves the time of all servers and daemons on, or back."""
        self.offset += int(seconds)
        self.place.write("time.new", "%+d\n" % self.offset)
        # In one step: a half-written file would be read as some other time.
        os.replace(self.place.path("time.new"), self.place.path("time"))

    def now(self):
        return time.time() + self.offset

    # ---- what it knows -----------------------------------------------------------------------------------

    def query(self, sql, *values):
        """Rows of the database as dictionaries, read beside the running programs."""
        database = sqlite3.connect("file:%s?mode=ro" % self.site.database, uri=True, timeout=10)
        try:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(sql, values)]
        finally:
            database.close()

    def rows(self, message):
        """The rows of a mail (there should be one)."""
        try:
            return self.query("SELECT * FROM mail WHERE message_id = ?", message_id(message))
        except sqlite3.OperationalError:
            return []

    def row(self, message):
        rows = self.rows(message)
        return rows[0] if rows else None

    def wait_row(self, message, seconds=15):
        return wait_until(lambda: self.row(message), seconds, "the row of mail %s" % message_id(message))

    def wait_ticket(self, message, seconds=15):
        return wait_until(lambda: (self.row(message) or {}).get("ticket"), seconds,
                          "the ticket of mail %s" % message_id(message))

    def wait_seen(self, message, seconds=15):
        """Until the sidecar has looked at a mail in its folder."""
        return wait_until(lambda: self.query("SELECT 1 FROM sighting JOIN mail ON sighting.mail = mail.id WHERE "
                                             "message_id = ? AND source = 'folder'", message_id(message)),
                          seconds, "the sidecar to see mail %s" % message_id(message))

    def events(self, ticket, kind=None):
        rows = self.query("SELECT event.*, event_private.evidence FROM event LEFT JOIN event_private "
                          "ON event_private.event = event.id WHERE ticket = (SELECT number FROM ticket WHERE id = ?) "
                          "ORDER BY at, id", ticket)
        for row in rows:
            row["fields"] = json.loads(row["fields"])
        return [row for row in rows if kind is None or row["type"] == kind]

    def show(self, ticket):
        return self.control.json("show", ticket)

    def clock(self, ticket, name="first_response"):
        """The last clock of that name as `show` prints it, None without one."""
        clocks = [clock for clock in self.show(ticket)["clocks"] if clock["clock"] == name]
        return clocks[-1] if clocks else None

    def wait_clock(self, ticket, state, name="first_response", seconds=15):
        def look():
            clock = self.clock(ticket, name)
            return clock if clock and clock["state"] == state else None
        return wait_until(look, seconds, "clock %s of %s to be %s" % (name, ticket, state), pause=0.1)

    def simulated(self, ticket):
        """(what `simulate` computes from the ticket's events, what `show` prints): they must be equal."""
        shown = self.show(ticket)
        events = [dict(event["fields"], id=str(event["id"]), at=rfc3339(event["at"]), type=event["type"])
                  for event in self.events(ticket) if event["type"] in EFFECT]
        path = self.place.write("simulate.json", json.dumps(
            {"policy": self.site.policy, "now": shown["now"], "events": events}))
        simulated = json.loads(self.control.run("simulate", path))
        clocks = [{name: value for name, value in clock.items() if name != "because"} for clock in shown["clocks"]]
        return simulated, {"ticket": {"state": shown["state"], "urgency": shown["urgency"]}, "clocks": clocks}

    def outbox(self, ticket):
        return self.query("SELECT * FROM outbox WHERE ticket = ? ORDER BY due", ticket)

    # ---- what people do ------------------------------------------------------------------------------------

    def delivered(self, message, login=SERVICE, folder="INBOX", seconds=15):
        """The mail as its owner finds it."""
        return wait_until(lambda: self.mail.find(login, str(message["Message-ID"]), folder), seconds,
                          "mail %s in %s of %s" % (message_id(message), folder, login), pause=0.1)
