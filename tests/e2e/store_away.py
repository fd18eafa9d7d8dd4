#!/usr/bin/python3
# store_away.py - the database is locked, full of nonsense or not writable: mail passes, and is recorded later
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import shutil  # noqa: E402
import sqlite3  # noqa: E402
import time  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.site import USER  # noqa: E402
from servers.tap import Tap  # noqa: E402

with Tap() as tap, Desk() as desk:
    desk.start(sidecar=False)
    first = letters.complaint("First <first@customer.test>")
    desk.mail.deliver(first)
    tap.ok(desk.row(first), "the database takes a mail")

    lock = sqlite3.connect(desk.site.database, isolation_level=None, timeout=10)
    lock.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()
    passing = letters.complaint("Passing <passing@customer.test>")
    desk.mail.deliver(passing)
    took = time.monotonic() - begun
    tap.ok(took < 5, "with the database locked a mail passes after %.1f s" % took)
    got = desk.delivered(passing)
    named = got["X-Redress-Ticket"]
    tap.ok(named, "… tagged with the ticket that it will have")
    tap.ok("passed" in desk.milter.log() and "queue_id=" in desk.milter.log(), "… and the log says so with the queue id",
           desk.milter.log()[-500:])
    lock.execute("ROLLBACK")
    lock.close()
    desk.sidecar.start()
    tap.equal(desk.wait_ticket(passing), named, "the sidecar (or the milter, late) records it under that very id")
    desk.wait_seen(passing)
    desk.milter.stop()  # which first records what it still has to
    tap.equal((len(desk.rows(passing)), len(desk.events(named, "customer_mail"))), (1, 1), "… once")

    # A database that cannot be opened: its directory is gone.
    desk.sidecar.stop()
    data = desk.place.path("redress", "data")
    os.rename(data, data + ".away")
    desk.milter.start(wait=False)
    wait_until(lambda: desk.milter.ready() or not desk.milter.running(), 10, "the milter to run or to refuse")
    tap.note("milter %s without its database" % ("runs" if desk.milter.running() else "refuses to start"))
    without = letters.complaint("Without <without@customer.test>")
    desk.mail.deliver(without)
    tap.ok(desk.delivered(without), "with no database at all a mail passes")
    done = desk.control.try_run("check")
    tap.ok(done.returncode != 0 and "database" in (done.stdout + done.stderr).lower(), "`check` names the database",
           done.stdout + done.stderr)
    desk.milter.kill()
    os.rename(data + ".away", data)
    desk.milter.start()
    desk.sidecar.start()
    tap.ok(desk.wait_ticket(without), "when it is back the mail gets its ticket")

    # A file that is no database.
    desk.milter.stop()
    desk.sidecar.stop()
    for end in ("-wal", "-shm"):
        if os.path.exists(desk.site.database + end):
            os.unlink(desk.site.database + end)
    with open(desk.site.database, "r+b") as file:
        file.write(b"this is no database, " * 100)
    desk.milter.start(wait=False)
    wait_until(lambda: desk.milter.ready() or not desk.milter.running(), 10, "the milter to run or to refuse")
    broken = letters.complaint("Broken <broken@customer.test>")
    desk.mail.deliver(broken)
    tap.ok(desk.delivered(broken), "with a corrupted database a mail passes")
    done = desk.control.try_run("check")
    tap.ok(done.returncode != 0 and "database" in (done.stdout + done.stderr).lower(), "`check` names the corrupted database",
           done.stdout + done.stderr)
    tap.equal(len(desk.mail.folder(SERVICE)), 4, "no mail was lost")

    # A newer redress finds the database of an older one, which somebody still holds.
    desk.sidecar.stop()
    desk.milter.stop()
    for end in ("", "-wal", "-shm"):
        if os.path.exists(desk.site.database + end):
            os.remove(desk.site.database + end)
    holder = sqlite3.connect(desk.site.database, isolation_level=None)
    holder.execute("PRAGMA journal_mode = WAL")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "schema", "version_6.sql"), encoding="utf-8") as schema:
        holder.executescript(schema.read())
    for end in ("", "-wal", "-shm"):
        shutil.chown(desk.site.database + end, USER, USER)
    done = desk.control.try_run("check", "--offline")
    tap.ok("older schema 6" in " ".join(done.stdout.split()) and "restart redress-milter" in done.stdout,
           "`check` says of an older database that the daemons want a restart", done.stdout)
    holder.execute("BEGIN IMMEDIATE")
    before = len(desk.milter.log())
    desk.milter.start()
    tap.ok("has the older schema 6" in desk.milter.log()[before:], "the log says that the database is migrated",
           desk.milter.log()[before:])
    meanwhile = letters.complaint("Meanwhile <meanwhile@customer.test>")
    desk.mail.deliver(meanwhile)
    named = desk.delivered(meanwhile)["X-Redress-Ticket"]
    tap.ok(named, "a mail that comes meanwhile passes, with its ticket")
    holder.execute("ROLLBACK")
    holder.close()
    desk.sidecar.start()
    tap.equal(desk.wait_ticket(meanwhile), named, "… and is recorded under that very id when it is done")
    tap.ok(os.path.exists(desk.site.database + ".v6.backup"), "a copy of the older one is kept")
