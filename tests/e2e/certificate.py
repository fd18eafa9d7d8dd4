#!/usr/bin/python3
# certificate.py - a server that cannot prove who it is gets no password
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import time  # noqa: E402

from servers import Desk  # noqa: E402
from servers import letters  # noqa: E402
from servers.certificates import make_authority, make_certificate, use_certificate  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.tap import Tap  # noqa: E402

with Tap() as tap, Desk() as desk:
    make_authority(desk.place, "stranger")
    make_certificate(desk.place, "strange", ["IP:127.0.0.1", "DNS:localhost"], authority="stranger")
    make_certificate(desk.place, "misnamed", ["DNS:other.test"])
    make_certificate(desk.place, "expired", ["IP:127.0.0.1", "DNS:localhost"], days=-1)
    desk.start()
    done = desk.control.try_run("check")
    tap.equal(done.returncode, 0, "with the right certificate `check` finds nothing to complain of")
    if done.returncode:
        tap.note(done.stdout + done.stderr)
    desk.sidecar.stop()

    for name, words in (("strange", "an unknown authority's"), ("misnamed", "another name's"), ("expired", "an expired")):
        use_certificate(desk.place, name)
        desk.dovecot.restart()
        done = desk.control.try_run("check")
        said = (done.stdout + done.stderr).lower()
        tap.ok(done.returncode != 0 and "certificate" in said, "`check` names %s certificate" % words, said)
        before = desk.place.log("dovecot").count("Login: user=<service@shop.test>")
        asked = letters.complaint("%s <%s@customer.test>" % (name, name))
        desk.mail.deliver(asked, port="unseen")
        desk.sidecar.start(wait=False)
        time.sleep(2.5)
        tap.ok(desk.sidecar.running(), "the sidecar lives on with %s certificate, and tries again" % words)
        tap.equal(desk.place.log("dovecot").count("Login: user=<service@shop.test>") - before, 0,
                  "it does not log in to a server with %s certificate" % words)
        tap.ok(desk.row(asked) is None, "… and reads no mail there")
        tap.ok("certificate" in desk.sidecar.log().lower(), "… and its log says why")
        desk.sidecar.stop()
    use_certificate(desk.place, "right")
    desk.dovecot.restart()
    desk.sidecar.start()
    last = letters.complaint("right <right@customer.test>")
    desk.mail.deliver(last, port="unseen")
    tap.ok(desk.wait_ticket(last, 30), "with the right certificate it works again")
    tap.equal(len(desk.mail.folder(SERVICE)), 4, "no mail was lost")
