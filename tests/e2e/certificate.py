#!/usr/bin/python3
# certificate.py - a server that cannot prove who it is gets no password
# SPDX-License-Identifier: MIT
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import itertools  # noqa: E402
import re  # noqa: E402

from servers import Desk, wait_until  # noqa: E402
from servers import letters  # noqa: E402
from servers.certificates import make_authority, make_certificate, use_certificate  # noqa: E402
from servers.desk import SERVICE  # noqa: E402
from servers.tap import Tap  # noqa: E402

CERTIFICATES = (("strange", "an unknown authority's", "issuer is unknown"),
                ("misnamed", "another name's", "does not match the expected"),
                ("expired", "an expired", "uses expired certificate"))
WATCHED = set(itertools.product(("service", "sales", "anna"), ("INBOX", "Sent", '"other folders"')))


def refused(desk, reason):
    """What the sidecar could not watch for that reason since its last start, and will look at again."""
    return set(re.findall(r'watching failed account=(\S+) what=("[^"]*"|\S+) why=".*%s.*" again_in_s=' % reason,
                          desk.sidecar.log()[desk.sidecar.before:]))


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

    for name, words, reason in CERTIFICATES:
        use_certificate(desk.place, name)
        desk.dovecot.restart()
        done = desk.control.try_run("check")
        said = (done.stdout + done.stderr).lower()
        tap.ok(done.returncode != 0 and "certificate" in said, "`check` names %s certificate" % words, said)
        before = desk.place.log("dovecot").count("Login: user=<service@shop.test>")
        asked = letters.complaint("%s <%s@customer.test>" % (name, name))
        desk.mail.deliver(asked, port="unseen")
        desk.sidecar.start(wait=False)
        wait_until(lambda: refused(desk, "certificate") >= WATCHED, 15, "all folders to be refused with %s certificate" % words)
        tap.ok(desk.sidecar.running(), "the sidecar lives on with %s certificate, and tries again" % words)
        tap.equal(desk.place.log("dovecot").count("Login: user=<service@shop.test>") - before, 0,
                  "it does not log in to a server with %s certificate" % words)
        tap.ok(desk.row(asked) is None, "… and reads no mail there")
        tap.equal(refused(desk, reason), WATCHED, "… and its log says why")
        desk.sidecar.stop()
    use_certificate(desk.place, "right")
    desk.dovecot.restart()
    desk.sidecar.start()
    last = letters.complaint("right <right@customer.test>")
    desk.mail.deliver(last, port="unseen")
    tap.ok(desk.wait_ticket(last, 30), "with the right certificate it works again")
    tap.equal(len(desk.mail.folder(SERVICE)), 4, "no mail was lost")
