#!/usr/bin/python3
# milter_protocol.py - miltertest talks to the milter: negotiation, tags, forged headers, faults, reload, stop
# SPDX-License-Identifier: MIT
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)
from servers.certificates import make_authority
from servers.place import Place, wait_until
from servers.programs import Milter, find
from servers.site import USER, Site
from servers.tap import Tap

SCRIPTS = os.path.join(TESTS, "milter")


def converse(tap, place, site, name):
    """Runs one script; each of its tests is one of ours."""
    done = subprocess.run(["miltertest", "-D", "socket=" + site.config["milter"]["socket"], "-D", "scripts=" + SCRIPTS, "-s",
                           os.path.join(SCRIPTS, name + ".lua")], capture_output=True, text=True, env=place.environment,
                          timeout=60)
    results = re.findall(r"^(not )?ok \d+ - (.*)$", done.stdout, re.M)
    plan = re.search(r"^1\.\.(\d+)$", done.stdout, re.M)
    for bad, what in results:
        tap.ok(not bad, "%s: %s" % (name, what))
    if not plan or int(plan.group(1)) != len(results) or done.returncode != 0:
        tap.ok(False, "%s runs to its end" % name, done.stdout + done.stderr)


def count(site, query):
    with sqlite3.connect("file:%s?mode=ro" % site.database, uri=True) as database:
        return database.execute(query).fetchone()[0]


def check_option(tap, place, site):
    def check():
        return subprocess.run([find("redress-milter"), "-t", "-c", site.path], capture_output=True, text=True, user=USER,
                              group=USER, extra_groups=[], env=place.environment)
    done = check()
    tap.ok(done.returncode == 0 and done.stdout.count("\n") == 1, "-t says in one line that all is well", done.stderr)
    good = dict(site.config["milter"])
    site.config["milter"]["socket"] = "unix:" + place.path("nowhere", "milter.sock")
    site.write()
    done = check()
    tap.ok(done.returncode == 78 and "install -d -o redress -g postfix -m 2750" in done.stderr,
           "-t names the command that makes a missing directory", done.stderr)
    site.config["milter"] = good
    site.write()
    directory = os.path.dirname(site.socket)
    os.chmod(directory, 0o2777)
    done = check()
    started = subprocess.run([find("redress-milter"), "-c", site.path], capture_output=True, text=True, user=USER, group=USER,
                             extra_groups=[], env=place.environment, timeout=30)
    tap.ok(all(one.returncode == 78 and "chmod 2750 '%s'" % directory in one.stderr for one in (done, started)),
           "-t and a start refuse a directory that everybody may write into", done.stderr + started.stderr)
    os.chmod(directory, 0o2750)
    site.config["unknown_key"] = 1
    site.write()
    done = check()
    tap.ok(done.returncode == 65 and "unknown_key" in done.stderr and done.stderr.count("\n") == 1,
           "-t names a wrong key in one line", done.stderr)
    del site.config["unknown_key"]
    site.write()


def reloads(tap, place, site, milter):
    site.config["mode"] = "shadow"
    site.write()
    milter.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "info: reloaded" in milter.log(), 5, "the reload")
    converse(tap, place, site, "shadow")
    site.config["mode"] = "nonsense"
    site.write()
    milter.process.send_signal(signal.SIGUSR1)
    wait_until(lambda: "reload refused" in milter.log(), 5, "the refusal")
    tap.ok("/mode" in milter.log(), "a wrong configuration is refused at reload, and the log says where", milter.log()[-500:])
    converse(tap, place, site, "shadow")
    site.config["mode"] = "live"
    site.write()
    for _ in range(20):
        milter.process.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    wait_until(lambda: milter.log().count("info: reloaded") >= 2, 10, "the reload")
    tap.ok(milter.running(), "many reloads in a row do not stop it")
    converse(tap, place, site, "forged")


def busy_store(tap, place, site, milter):
    """A database that is locked makes nobody wait long, and nothing is refused."""
    lock = sqlite3.connect(site.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    converse(tap, place, site, "forged")
    took = time.monotonic() - began
    tap.ok(took < 4, "with a locked database five mails pass in less than 4 s", "%.1f s" % took)
    tap.ok("passed provisionally" in milter.log(), "and the log says so, with the queue id", milter.log()[-800:])
    lock.execute("ROLLBACK")
    lock.close()


def main():
    with Tap() as tap:
        place = Place()
        make_authority(place)
        site = Site(place)
        site.write()
        check_option(tap, place, site)
        milter = Milter(place, site)
        milter.start()
        tap.equal(oct(os.stat(site.socket).st_mode & 0o777), "0o660", "the socket is for its group only")
        for name in ("complaint", "forged", "others", "submission", "body"):
            converse(tap, place, site, name)
        tap.equal(count(site, "SELECT count(*) FROM mail WHERE message_id = 'one@customer.test'"), 1,
                  "the same mail twice is one row")
        reloads(tap, place, site, milter)
        wait_until(lambda: count(site, "SELECT count(*) FROM health WHERE program = 'milter'") > 0, 15, "the counters")
        tap.ok(True, "the counters stand in the health table")
        busy_store(tap, place, site, milter)
        second = subprocess.run([find("redress-milter"), "-c", site.path], capture_output=True, text=True, timeout=20,
                                user=USER, group=USER, extra_groups=[], env=place.environment)
        tap.ok(second.returncode == 78 and "another milter" in second.stderr, "a second milter does not take the socket away",
               second.stderr)
        began = time.monotonic()
        tap.equal(milter.stop(), 0, "SIGTERM ends it with status 0")
        tap.ok(time.monotonic() - began < 3, "without anything in flight in less than 3 s")
        tap.ok(not os.path.exists(site.socket), "the socket is gone")
        tap.ok("info: counter" in milter.log(), "the counters are logged at the end")
        milter.start()
        milter.kill()
        milter.start()
        converse(tap, place, site, "others")
        tap.ok(True, "after kill -9 it starts again over the stale socket")


main()
