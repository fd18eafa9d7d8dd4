# elsewhere.py - Cyrus and Courier in place of Dovecot's IMAP, each in a copy of this system's file tree
# SPDX-License-Identifier: MIT
#
# Their packages conflict with Dovecot's and with each other: each is installed into an overlay over "/", which only its
# own mount namespace sees. Dovecot stays for what is not under test: the logins of Postfix's submission, and, before
# Courier, the delivery into the Maildirs that both read. Needs root, overlayfs and Debian's archive.
import os
import subprocess

from .dovecot import MAIL_USER, PASSWORD, Dovecot
from .place import Failure

LOGINS = ["service", "sales", "anna", "bob", "carl"]
CUSTOMERS = ["hurt", "late", "sent", "asks"]
USERS = [name + "@shop.test" for name in LOGINS] + [name + "@customer.test" for name in CUSTOMERS]

IN_CHROOT = """set -e
mount -t overlay overlay -o lowerdir=/,upperdir={tree}/upper,workdir={tree}/work {tree}/system
mount -t proc proc {tree}/system/proc
mount --rbind /dev {tree}/system/dev
mkdir -p {tree}/system/run {tree}/system{root}
mount --bind {root} {tree}/system{root}
unset LD_PRELOAD
exec chroot {tree}/system {command}
"""


class Elsewhere(Dovecot):
    """A server in a file tree of its own; `packages` are installed there once."""
    name = "imap-server"
    packages = ()

    def __init__(self, place, tree):
        super().__init__(place)
        self.tree = tree
        path = place.path("dovecot", "dovecot.conf")
        with open(path, encoding="ascii") as file:
            text = file.read()
        for name in ("imap", "imaps"):
            text = text.replace("port = %d\n" % place.port(name), "port = %d\n" % place.port("dovecot-" + name))
        with open(path, "w", encoding="ascii") as file:
            file.write(self.change(text))
        self.beside = Dovecot.command(self)
        for part in ("upper", "work", "system"):
            os.makedirs(os.path.join(tree, part), exist_ok=True)

    def change(self, text):
        return text

    def inside(self, command, wait=True):
        """Runs a shell command in the file tree."""
        script = IN_CHROOT.format(tree=self.tree, root=self.place.root, command="sh -c '%s'" % command)
        words = ["unshare", "-m", "--propagation", "private", "sh", "-c", script]
        if not wait:
            return words
        done = subprocess.run(words, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Failure("%s in %s: %s" % (command, self.tree, (done.stdout + done.stderr)[-2000:]))
        return done.stdout

    def install(self):
        """Installs the packages, without starting what they bring."""
        self.inside("printf \"#!/bin/sh\\nexit 101\\n\" >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d && "
                    "export DEBIAN_FRONTEND=noninteractive && apt-get install -y --no-install-recommends " + " ".join(self.packages))

    def start(self, wait=True):
        self.dovecot = self.place.spawn("dovecot", self.beside)
        return super().start(wait)

    def kill(self):
        super().kill()
        if getattr(self, "dovecot", None) is not None:
            from .place import kill_tree
            kill_tree(self.dovecot.pid)
            self.dovecot.wait()


CYRUS_CONF = """START {{
  recover cmd="ctl_cyrusdb -r"
}}
SERVICES {{
  imaps cmd="imapd -s -U 30" listen="127.0.0.1:{imaps}" prefork=0
  lmtpunix cmd="lmtpd" listen="{root}/dovecot/lmtp" prefork=0
}}
DAEMON {{
  idled cmd="idled"
}}
"""
IMAPD_CONF = """configdirectory: {root}/cyrus
partition-default: {root}/cyrus/spool
defaultpartition: default
proc_path: {root}/cyrus/proc
mboxname_lockpath: {root}/cyrus/lock
idlesocket: {root}/cyrus/socket/idle
notifysocket: {root}/cyrus/socket/notify
cyrus_user: {user}
virtdomains: userid
unixhierarchysep: yes
altnamespace: yes
allowplaintext: yes
sasl_mech_list: PLAIN LOGIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {root}/cyrus/sasldb2
autocreate_post: yes
autocreate_quota: 0
autocreate_users: anyone
autocreate_inbox_folders: Sent|Drafts|Junk|Archive
xlist-sent: Sent
xlist-drafts: Drafts
xlist-junk: Junk
xlist-archive: Archive
tls_server_cert: {root}/tls/server.pem
tls_server_key: {root}/tls/server.key
conversations: no
duplicatesuppression: no
"""


class Cyrus(Elsewhere):
    packages = ("cyrus-imapd", "sasl2-bin", "libsasl2-modules-db", "libsasl2-modules")

    def __init__(self, place, tree):
        super().__init__(place, tree)
        for name in ("cyrus", "cyrus/socket", "cyrus/proc", "cyrus/lock", "cyrus/spool", "cyrus/db"):
            place.directory(*name.split("/"), user=MAIL_USER, group=MAIL_USER)
        names = {"root": place.root, "imaps": place.port("imaps"), "user": MAIL_USER}
        place.write("cyrus/cyrus.conf", CYRUS_CONF.format(**names))
        place.write("cyrus/imapd.conf", IMAPD_CONF.format(**names))
        os.chmod(place.path("dovecot"), 0o777)
        os.chmod(place.path("tls", "server.key"), 0o644)

    def change(self, text):
        return text.replace("protocols = imap lmtp", "protocols = imap")

    def start(self, wait=True):
        words = "; ".join("printf %s | saslpasswd2 -p -c -f %s/cyrus/sasldb2 -u %s %s" % (
            PASSWORD, self.place.root, *reversed(user.split("@"))) for user in USERS)
        self.inside("%s; chown %s %s/cyrus/sasldb2" % (words, MAIL_USER, self.place.root))
        return super().start(wait)

    def command(self):
        # Its services read /etc/imapd.conf, whatever the master was told.
        return self.inside("cp {0}/cyrus/imapd.conf {0}/cyrus/cyrus.conf /etc/ && exec /usr/sbin/cyrmaster -D".format(self.place.root), wait=False)

    def ready(self):
        return (self.place.listening(self.place.port("imaps")) and os.path.exists(self.place.path("dovecot", "lmtp"))
                and os.path.exists(self.place.path("dovecot", "auth")))


class Courier(Elsewhere):
    """Over the Maildirs into which Dovecot's LMTP delivers; all folders lie below INBOX."""
    packages = ("courier-imap", "courier-authlib-userdb", "openssl")

    def start(self, wait=True):
        lines = []
        password = subprocess.run(["openssl", "passwd", "-1", PASSWORD], capture_output=True, text=True).stdout.strip()
        for user in USERS:
            name, domain = user.split("@")
            home = os.path.join("mail", domain, name)
            for folder in ("", ".Sent", ".Drafts", ".Junk", ".Archive"):
                for part in ("cur", "new", "tmp"):
                    self.place.directory(*home.split("/"), "Maildir", *([folder] if folder else []), part, user=MAIL_USER, group=MAIL_USER)
                if folder:
                    open(self.place.path(home, "Maildir", folder, "maildirfolder"), "w").close()
            path = self.place.path(home)
            lines.append("%s\tuid=8|gid=8|home=%s|mail=%s/Maildir|imappw=%s" % (user, path, path, password))
        subprocess.run(["chown", "-R", MAIL_USER + ":" + MAIL_USER, self.place.path("mail")], check=True)
        self.place.write("courier-userdb", "\n".join(lines) + "\n")
        with open(self.place.path("tls", "courier.pem"), "w", encoding="ascii") as file:
            for part in ("server.key", "server.pem"):
                with open(self.place.path("tls", part), encoding="ascii") as source:
                    file.write(source.read())
        return super().start(wait)

    def command(self):
        return self.inside(
            "cp {0}/courier-userdb /etc/courier/userdb && chmod 600 /etc/courier/userdb && makeuserdb && "
            "sed -i \"s/^authmodulelist=.*/authmodulelist=\\\"authuserdb\\\"/\" /etc/courier/authdaemonrc && "
            "sed -i -e \"s/^SSLPORT=.*/SSLPORT={1}/\" -e \"s/^SSLADDRESS=.*/SSLADDRESS=127.0.0.1/\" "
            "-e \"s,^TLS_CERTFILE=.*,TLS_CERTFILE={0}/tls/courier.pem,\" -e \"s/^IMAPDSSLSTART=.*/IMAPDSSLSTART=YES/\" /etc/courier/imapd-ssl && "
            "sed -i -e \"s/^MAXPERIP=.*/MAXPERIP=200/\" -e \"s/^MAXDAEMONS=.*/MAXDAEMONS=200/\" /etc/courier/imapd && "
            "mkdir -p /run/courier/authdaemon && chown -R courier /run/courier && "
            "(authdaemond start || /usr/sbin/courier-authdaemon start || /usr/lib/courier/courier-authlib/authdaemond start); "
            "(imapd-ssl start || /usr/lib/courier/imapd-ssl start); exec sleep 100000".format(self.place.root, self.place.port("imaps")),
            wait=False)
