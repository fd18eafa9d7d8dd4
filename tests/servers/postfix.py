# postfix.py - a private Postfix with the ports that a complaint desk has, and some that tests need
# SPDX-License-Identifier: MIT
#
#   smtp        from the world, with the milter
#   submission  agents, STARTTLS and a login (checked by Dovecot), with the milter
#   outgoing    what redress itself sends: a login, no milter
#   unseen      from the world without the milter: mail that redress missed
#   refusing    answers 550 to every recipient: the far server of the domain gone.test
import os
import subprocess

from .place import Failure, Server

LOCAL_DOMAINS = ("shop.test", "customer.test")
GONE_DOMAIN = "gone.test"
HOST = "mail.shop.test"

MAIN = """
compatibility_level = 3.6
queue_directory = {root}/postfix/queue
data_directory = {root}/postfix/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/log/mail.log
maillog_file_prefixes = {root}/log
import_environment = {environment}
export_environment = {environment}
myhostname = {host}
mydomain = shop.test
myorigin = shop.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
recipient_delimiter = +
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = inline:{{ {catch_all} }}
virtual_transport = lmtp:unix:{root}/dovecot/lmtp
transport_maps = inline:{{ {{ {gone} = smtp:[127.0.0.1]:{refusing} }} }}
smtp_host_lookup = native
smtp_dns_support_level = disabled
smtpd_client_port_logging = no
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = {root}/dovecot/auth
smtpd_tls_cert_file = {root}/tls/server.pem
smtpd_tls_key_file = {root}/tls/server.key
smtpd_tls_security_level = may
smtp_tls_security_level = none
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
default_process_limit = {processes}
queue_run_delay = 2s
minimal_backoff_time = 1s
maximal_backoff_time = 3s
lmtp_connection_cache_on_demand = yes
smtpd_milters = {milter}
non_smtpd_milters = {milter}
internal_mail_filter_classes = bounce
milter_default_action = accept
"""

MASTER = """
{smtp}      inet  n - n - - smtpd
{submission} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
{outgoing}  inet n - n - - smtpd
  -o syslog_name=postfix/outgoing
  -o smtpd_milters=
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
{unseen}    inet n - n - - smtpd
  -o syslog_name=postfix/unseen
  -o smtpd_milters=
{refusing}  inet n - n - - smtpd
  -o syslog_name=postfix/refusing
  -o smtpd_milters=
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o {{ smtpd_recipient_restrictions = check_recipient_access static:{{550 5.1.1 no such user here}} }}
  -o local_recipient_maps=
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

# What a site that exists is told to write (contrib/postfix); tests run with the very same limits.
MILTER_LIMITS = "default_action=accept, connect_timeout=2s, command_timeout=5s, content_timeout=10s"


class Postfix(Server):
    name = "postfix"

    def __init__(self, place, milter=None, settings=None, processes=30):
        """milter: "unix:/path" or "inet:127.0.0.1:port", or None; settings: more lines of main.cf."""
        super().__init__(place)
        self.milter = milter
        self.settings = settings or {}
        self.processes = processes
        place.directory("postfix", "etc")
        place.directory("postfix", "queue")
        place.directory("postfix", "data", user="postfix", mode=0o700)
        self.configure()

    def configure(self):
        place = self.place
        environment = "MAIL_CONFIG MAIL_LOGTAG TZ=UTC LANG=C LD_PRELOAD FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE"
        environment += " FAKETIME_DONT_FAKE_MONOTONIC FAKETIME_FORCE_MONOTONIC_FIX POSTLOG_SERVICE POSTLOG_HOSTNAME"
        milter = "{ %s, %s }" % (self.milter, MILTER_LIMITS) if self.milter else ""
        text = MAIN.format(
            root=place.root, host=HOST, domains=", ".join(LOCAL_DOMAINS), gone=GONE_DOMAIN, milter=milter,
            environment=environment, processes=self.processes, refusing=place.port("refusing"),
            catch_all=", ".join("{ @%s = ok }" % domain for domain in LOCAL_DOMAINS))
        text += "".join("%s = %s\n" % item for item in self.settings.items())
        place.write("postfix/etc/main.cf", text)
        place.write("postfix/etc/master.cf", MASTER.format(
            **{name: "127.0.0.1:%d" % place.port(name)
               for name in ("smtp", "submission", "outgoing", "unseen", "refusing")}))

    def command(self):
        return ["postfix", "-c", self.place.path("postfix", "etc"), "start-fg"]

    def ready(self):
        return self.place.listening(self.place.port("smtp"))

    def run(self, *command):
        """Runs postfix, postqueue, postsuper … for this instance; returns what it prints."""
        done = subprocess.run([command[0], "-c", self.place.path("postfix", "etc"), *command[1:]],
                              env=self.place.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure("%s: %s" % (" ".join(command), done.stderr))
        return done.stdout

    def queued(self):
        """How many mails still lie in the queue. (A cleanup that was killed leaves files behind that were
        never taken: they lack the mark of a complete one.)"""
        count = 0
        for part in ("incoming", "active", "deferred", "maildrop"):
            for folder, _, files in os.walk(self.place.path("postfix", "queue", part)):
                for name in files:
                    try:
                        count += bool(os.stat(os.path.join(folder, name)).st_mode & 0o100)
                    except FileNotFoundError:
                        pass  # delivered meanwhile
        return count

    def flush(self):
        """Tries everything in the queue now."""
        self.run("postqueue", "-f")

    def queue(self):
        """What lies in the queue and why, as Postfix tells it."""
        return self.run("postqueue", "-p")

    def log(self):
        return self.place.log("mail")
