#!/usr/bin/python3
# reload.py - configurations: refused with the place of the fault, reloaded without losing a mail
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import errno  # noqa: E402
import pwd  # noqa: E402
import subprocess  # noqa: E402
import threading  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.programs import find  # noqa: E402
from servers.site import USER  # noqa: E402
from servers.tap import Tap  # noqa: E402


def test_of(desk, program):
    return subprocess.run([find(program), "-t", "-c", desk.site.path], capture_output=True, text=True, user=USER,
                          group=USER, extra_groups=[], env=desk.place.environment, timeout=30)


def open_to_write(path):
    """A FIFO that somebody reads; None as long as nobody does."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return None
        raise


def reloaded_at_its_start(tap, desk, server, word):
    """While it reads its configuration: systemctl start and reload behind each other, or a log that is rotated."""
    server.stop()
    before, path = len(server.log()), desk.site.path
    os.rename(path, path + ".kept")
    os.mkfifo(path)
    os.chown(path, pwd.getpwnam(USER).pw_uid, -1)
    server.start(wait=False)
    pipe = wait_until(lambda: open_to_write(path), 10, "%s to read its configuration" % server.name)
    os.rename(path + ".kept", path)
    server.reload()
    with open(path, "rb") as file:
        os.write(pipe, file.read())
    os.close(pipe)
    server.wait_ready()
    wait_until(lambda: word in server.log()[before:], 10, "%s to reload" % server.name)
    tap.ok(server.running(), "a reload that is asked for while %s starts is done when it has started" % server.name)


with Tap() as tap, Desk() as desk:
    desk.start()
    for program in ("redress-milter", "redress-sidecar"):
        done = test_of(desk, program)
        tap.ok(done.returncode == 0, "%s -t accepts a right configuration" % program, done.stdout + done.stderr)
        done = subprocess.run([find(program), "--help"], capture_output=True, text=True, timeout=30)
        tap.ok(done.returncode == 0 and "-c, --config FILE" in done.stdout and not done.stderr, "%s --help" % program, done.stderr)
        done = subprocess.run([find(program), desk.site.path], capture_output=True, text=True, timeout=30)
        tap.ok(done.returncode == 64 and desk.site.path in done.stderr.splitlines()[0], "what is not expected is named", done.stderr)

    desk.site.config["mailbox"] = []
    desk.site.write()
    for program in ("redress-milter", "redress-sidecar"):
        done = test_of(desk, program)
        tap.ok(done.returncode != 0, "%s -t refuses an unknown key" % program)
        tap.ok("redress.json:" in done.stderr and "mailbox" in done.stderr, "… and says file, line and key", done.stderr)
        tap.ok(len(done.stderr.strip().split("\n")) <= 3, "… in few words", done.stderr)
    desk.milter.reload()
    desk.sidecar.reload()
    asked = letters.complaint()
    desk.mail.deliver(asked)
    tap.ok(desk.row(asked)["ticket"], "a wrong configuration at reload leaves the old one in force")
    tap.ok(desk.milter.running() and desk.sidecar.running(), "… and the daemons alive")
    wait_until(lambda: "redress.json:" in desk.milter.log() and "redress.json:" in desk.sidecar.log(), 10,
               "both logs to say what is wrong")
    tap.ok(True, "… and their logs say what is wrong")

    del desk.site.config["mailbox"]
    desk.site.config["mailboxes"][0]["addresses"].append("new@shop.test")
    before = letters.complaint("Before <before@customer.test>", to="new@shop.test")
    desk.mail.deliver(before)
    tap.ok(desk.row(before) is None, "an address that is not configured is no complaint address")
    desk.site.write()
    failures = []
    stop = threading.Event()
    sent = []

    def flow():
        number = 0
        while not stop.is_set():
            number += 1
            message = letters.complaint("Flow %d <flow%d@customer.test>" % (number, number))
            try:
                desk.mail.deliver(message)
                sent.append(message)
            except Exception as error:  # whatever it is, it is a mail that was not taken
                failures.append(error)

    thread = threading.Thread(target=flow)
    thread.start()
    for _ in range(5):
        desk.milter.reload()
        wait_until(lambda: len(sent) % 4 == 3, 10, "mails to flow", pause=0.001)
    wait_until(lambda: len(sent) >= 20, 20, "mails to flow")
    stop.set()
    thread.join()
    tap.equal(failures, [], "no mail is refused while the milter reloads five times")
    tap.equal([message for message in sent if not (desk.row(message) or {}).get("ticket")], [],
              "each of %d mails has its ticket" % len(sent))
    after = letters.complaint("After <after@customer.test>", to="new@shop.test")
    desk.mail.deliver(after)
    tap.ok((desk.row(after) or {}).get("ticket"), "a new address is known after the reload")

    desk.place.write("redress/etc/password", "x\n", 0o644, USER)
    done = test_of(desk, "redress-sidecar")
    tap.ok(done.returncode != 0 and "chmod" in done.stderr, "a secret that others can read is refused, with the chmod that mends it",
           done.stderr)
    os.chmod(desk.place.path("redress", "etc", "password"), 0o640)
    reloaded_at_its_start(tap, desk, desk.milter, "info: reloaded ")
    reloaded_at_its_start(tap, desk, desk.sidecar, "info: reloading")
