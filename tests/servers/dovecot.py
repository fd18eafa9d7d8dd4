# dovecot.py - a private Dovecot: IMAP with TLS, LMTP for Postfix, and the logins of both
# SPDX-License-Identifier: MIT
#
# Dovecot 2.3 (Debian 12) and 2.4 (Debian 13) are configured in different words: both stand here, and
# nowhere else. Any address of a local domain is a mailbox; there is one password for all.
import base64
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import time

from .place import Failure, Server

PASSWORD = "only-for-tests"
MAIL_USER = "mail"

COMMON = """
base_dir = {root}/dovecot/run
state_dir = {root}/dovecot/state
log_path = {root}/log/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
recipient_delimiter = +
mail_max_userip_connections = 500
default_client_limit = 8192
service imap {{
  process_limit = 4096
}}
service imap-login {{
  {requests}
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {root}/dovecot/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {root}/dovecot/auth {{
    mode = 0666
  }}
}}
"""

FOLDERS = """
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = subscribe
  }}
"""

VERSION_2_3 = COMMON + """
mail_home = {root}/mail/%d/%n
mail_location = maildir:~/Maildir
mail_uid = {user}
mail_gid = {user}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_master_user_separator = *
ssl = yes
ssl_cert = <{root}/tls/server.pem
ssl_key = <{root}/tls/server.key
import_environment = TZ LD_PRELOAD FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE FAKETIME_DONT_FAKE_MONOTONIC FAKETIME_FORCE_MONOTONIC_FIX
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = passwd-file
  args = {root}/dovecot/users
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={root}/mail/%d/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
""" + FOLDERS + "}}\n"

VERSION_2_4 = """dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
""" + COMMON + """
mail_home = {root}/mail/%{{user | domain}}/%{{user | username}}
mail_driver = maildir
mail_path = ~/Maildir
mail_inbox_path = ~/Maildir
mail_uid = {user}
mail_gid = {user}
auth_allow_cleartext = yes
auth_mechanisms = plain login
auth_master_user_separator = *
ssl = yes
ssl_server_cert_file = {root}/tls/server.pem
ssl_server_key_file = {root}/tls/server.key
import_environment {{
  TZ = %{{env:TZ}}
  LD_PRELOAD = %{{env:LD_PRELOAD}}
  FAKETIME_TIMESTAMP_FILE = %{{env:FAKETIME_TIMESTAMP_FILE}}
  FAKETIME_NO_CACHE = %{{env:FAKETIME_NO_CACHE}}
  FAKETIME_DONT_FAKE_MONOTONIC = %{{env:FAKETIME_DONT_FAKE_MONOTONIC}}
  FAKETIME_FORCE_MONOTONIC_FIX = %{{env:FAKETIME_FORCE_MONOTONIC_FIX}}
}}
passdb static {{
  password = {password}
}}
userdb passwd-file {{
  passwd_file_path = {root}/dovecot/users
}}
userdb static {{
  allow_all_users = yes
  fields {{
    uid = {user}
    gid = {user}
    home = {root}/mail/%{{user | domain}}/%{{user | username}}
  }}
}}
namespace inbox {{
  inbox = yes
""" + FOLDERS + "}}\n"


# XOAUTH2 with tokens that are checked against a key on disk; any local user beside the passwords.
TOKENS_2_3 = """
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/dovecot/oauth2.conf
}}
"""
TOKENS_2_4 = """
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
oauth2 {{
  introspection_mode = local
  username_attribute = sub
  oauth2_local_validation {{
    dict fs {{
      fs posix {{
        prefix = {root}/dovecot/keys/
      }}
    }}
  }}
}}
"""


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def version():
    """(2, 3) or (2, 4), as installed."""
    try:
        text = subprocess.run(["dovecot", "--version"], capture_output=True, text=True).stdout
        return tuple(int(part) for part in text.split()[0].split(".")[:2])
    except (OSError, ValueError, IndexError):
        raise Failure("Dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)") from None


class Dovecot(Server):
    name = "dovecot"

    def __init__(self, place):
        super().__init__(place)
        template, requests = (VERSION_2_4, "restart_request_count = unlimited") if version() >= (2, 4) else (VERSION_2_3, "service_count = 0")
        place.directory("dovecot")
        place.directory("mail", user=MAIL_USER, group=MAIL_USER)
        self.set_owners({})
        place.write("dovecot/dovecot.conf", template.format(
            requests=requests, root=place.root, imap=place.port("imap"), imaps=place.port("imaps"), user=MAIL_USER, password=PASSWORD))

    def set_owners(self, owners):
        """{address: user number}: mailboxes that belong to somebody else than MAIL_USER. The kernel lets a user
        watch 128 mailboxes for news at the same time."""
        for address in owners:
            name, domain = address.split("@")
            self.place.directory("mail", domain, mode=0o777)
            os.chown(self.place.directory("mail", domain, name, mode=0o700), owners[address], owners[address])
        self.place.write("dovecot/users", "".join("%s::%d:%d::%s::\n" % (
            address, number, number, self.place.path("mail", *reversed(address.split("@")))) for address, number in owners.items()))

    def offer_tokens(self):
        """Before the start: XOAUTH2, too. Returns a function (user, seconds that it is good for) -> token."""
        key = secrets.token_bytes(32)
        self.place.write("dovecot/keys/default/HS256/default", base64.b64encode(key).decode())
        self.place.write("dovecot/oauth2.conf", "introspection_mode = local\nusername_attribute = sub\n"
                         "local_validation_key_dict = fs:posix:prefix=%s/\n" % self.place.path("dovecot", "keys"))
        with open(self.place.path("dovecot", "dovecot.conf"), "a", encoding="ascii") as file:
            file.write((TOKENS_2_4 if version() >= (2, 4) else TOKENS_2_3).format(root=self.place.root))

        def token(user, seconds):
            now = int(time.time())
            head = encode(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
            body = encode(json.dumps({"sub": user, "iat": now - 7200, "exp": now + seconds}).encode())
            return (head + b"." + body + b"." + encode(hmac.new(key, head + b"." + body, hashlib.sha256).digest())).decode()
        return token

    def command(self):
        return ["dovecot", "-F", "-c", self.place.path("dovecot", "dovecot.conf")]

    def ready(self):
        return (self.place.listening(self.place.port("imaps")) and os.path.exists(self.place.path("dovecot", "lmtp"))
                and os.path.exists(self.place.path("dovecot", "auth")))

    def kill(self):
        """What a dead Dovecot has locked nobody else holds; the next one would wait two minutes before it breaks a lock."""
        super().kill()
        for folder, _, files in os.walk(self.place.path("mail")):
            for name in files:
                if name.endswith(".lock"):
                    os.unlink(os.path.join(folder, name))

    def maildir(self, address, folder="INBOX"):
        """The files of a folder, read where Dovecot keeps them (quicker than IMAP for thousands)."""
        user, domain = address.split("@")
        base = self.place.path("mail", domain, user.split("+")[0], "Maildir", "" if folder == "INBOX" else "." + folder)
        found = []
        for part in ("new", "cur"):
            path = os.path.join(base, part)
            if os.path.isdir(path):
                found += [os.path.join(path, name) for name in os.listdir(path)]
        return found
