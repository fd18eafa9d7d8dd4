# site.py - redress.json and its secrets for a private desk
# SPDX-License-Identifier: MIT
#
# Two mailboxes (service, sales), each a shared IMAP account of that name; agents: anna answers for
# service and has an account of her own, carl answers for sales only, dora has left.
import copy
import json
import os

from .dovecot import PASSWORD

USER = "daemon"  # redress runs as some user without rights, in the group that owns the socket's directory

OFFICE = {"timezone": "Asia/Shanghai",
          "hours": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def targets(calendar, first, plan, resolution):
    return {"calendar": calendar, "first_response": first, "next_response": first, "plan": plan,
            "resolution": resolution}


POLICY = {
    "version": "test-1",
    "calendars": {"always": {"always": True}, "office": OFFICE},
    "targets": {"critical": targets("always", "10m", "1h", "24h"), "high": targets("always", "30m", "1h", "24h"),
                "normal": targets("office", "2h", "8h", "24h"), "low": targets("office", "8h", "24h", "72h")},
    "pause_resolution_while_waiting": True,
    "auto_close_after": "7d",
    "reopen_within": "30d",
    "warn_at": [50, 80, 100],
    "follow_up": {"check": {"after": "1d", "until": "2d"}, "care": {"after": "7d", "until": "14d"},
                  "calendar": "always", "never_categories": ["safety", "legal"], "never_signals": ["extortion"],
                  "never_outcomes": ["silence", "declined"]},
}


class Site:
    """The configuration as a dictionary to be changed at will, and written before a start or reload."""

    def __init__(self, place, ca="ca.pem"):
        self.place = place
        for name, mode in (("etc", 0o755), ("data", 0o750), ("cache", 0o755)):
            place.directory("redress", name, mode=mode, user=USER, group=USER)
        # As in production: set-gid, so that Postfix may use the socket and others may not.
        place.directory("redress", "socket", mode=0o2750, user=USER, group="postfix")
        place.write("redress/etc/key.k1", "a secret that is used for tests only\n", 0o600, USER)
        place.write("redress/etc/password", PASSWORD + "\n", 0o600, USER)
        self.policy = copy.deepcopy(POLICY)
        secret = {"password_file": "password"}
        imap = dict(secret, host="127.0.0.1", port=place.port("imaps"), tls="implicit", ca=place.path("tls", ca),
                    poll="5s")
        follow_up = {"check": "send", "care": "send"}
        self.config = {
            "database": place.path("redress", "data", "redress.db"),
            "keys": [{"id": "k1", "file": "key.k1"}],
            "packs": ["zh", "en"],
            "pack_cache": place.path("redress", "cache", "patterns"),
            "policy": "policy.json",
            "mode": "live",
            "send": True,
            "hosts": ["mail.shop.test"],
            "authserv_ids": ["mail.shop.test"],
            "trusted_clients": ["127.0.0.1"],
            "agents": [
                {"id": "anna", "name": "Anna Li", "addresses": ["anna@shop.test"], "logins": ["anna@shop.test"],
                 "mailboxes": ["service"]},
                {"id": "carl", "name": "Carl Wu", "addresses": ["carl@shop.test"], "logins": ["carl@shop.test"],
                 "mailboxes": ["sales"]},
                {"id": "dora", "name": "Dora He", "addresses": ["dora@shop.test"], "logins": ["dora@shop.test"],
                 "mailboxes": ["service"], "until": "2024-01-01T00:00:00Z"},
            ],
            "accounts": [
                dict(imap, id="service", user="service@shop.test"),
                dict(imap, id="sales", user="sales@shop.test"),
                dict(imap, id="anna", user="anna@shop.test", agent="anna"),
            ],
            "smtp": dict(secret, host="127.0.0.1", port=place.port("outgoing"), tls="starttls",
                         ca=place.path("tls", ca), user="service@shop.test"),
            "mailboxes": [
                {"id": "service", "name": "Shop Test", "addresses": ["service@shop.test", "tousu@shop.test"],
                 "from": "service@shop.test", "account": "service", "language": "zh", "follow_up": follow_up},
                {"id": "sales", "name": "Shop Test", "addresses": ["sales@shop.test"], "account": "sales",
                 "language": "en", "follow_up": follow_up},
            ],
            "milter": {"socket": "unix:" + self.socket},
            "log": "stderr",
        }

    @property
    def socket(self):
        return self.place.path("redress", "socket", "milter.sock")

    @property
    def path(self):
        return self.place.path("redress", "etc", "redress.json")

    @property
    def database(self):
        return self.config["database"]

    def write(self, path=None):
        self.place.write("redress/etc/policy.json", json.dumps(self.policy, indent=2) + "\n")
        path = path or os.path.relpath(self.path, self.place.root)
        return self.place.write(path, json.dumps(self.config, indent=2, ensure_ascii=False) + "\n")
