# mails.py - mails as clients send them: over SMTP, over submission, and laid into folders by IMAP
# SPDX-License-Identifier: MIT
import email
import email.policy
import email.utils
import imaplib
import smtplib
import ssl
import time
from email.message import EmailMessage

from .dovecot import PASSWORD


def mail(sender, to, subject, text, headers=None, message_id=None, reply_to_mail=None):
    """A plain mail; `reply_to_mail` puts it into that mail's thread. No non-standard defaults."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = email.utils.formatdate(localtime=False)
    message["Message-ID"] = message_id or email.utils.make_msgid(domain=email.utils.parseaddr(sender)[1].split("@")[1])
    if reply_to_mail is not None:
        parent = reply_to_mail["Message-ID"].strip()
        message["In-Reply-To"] = parent
        message["References"] = ((reply_to_mail["References"] or "") + " " + parent).strip()
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    return message


def address(text):
    return email.utils.parseaddr(text)[1]


class Mailer:
    """Sends by the ports of a desk."""

    def __init__(self, place):
        self.place = place
        self.prefix = ""  # Courier puts all folders below INBOX

    def real(self, folder):
        return folder if folder == "INBOX" else self.prefix + folder

    def tls(self):
        context = ssl.create_default_context(cafile=self.place.path("tls", "ca.pem"))
        return context

    def deliver(self, message, port="smtp", envelope_from=None, envelope_to=None, client=None):
        """From the world; client: the address that Postfix is to believe it comes from. Returns when the
        server has answered 250."""
        sender = address(str(message["From"])) if envelope_from is None else envelope_from
        to = envelope_to or [pair[1] for pair in email.utils.getaddresses(
            [str(value) for name in ("To", "Cc") for value in message.get_all(name, [])])]
        data = message if isinstance(message, bytes) else message.as_bytes()
        with smtplib.SMTP("127.0.0.1", self.place.port(port), timeout=30) as server:
            if client:
                server.ehlo()
                code, answer = server.docmd("XCLIENT", "ADDR=%s NAME=[UNAVAILABLE]" % client)
                if code != 220:
                    raise RuntimeError("XCLIENT: %d %r" % (code, answer))
                server.ehlo_resp = server.helo_resp = None
            server.sendmail(sender, to, data)

    def submit(self, message, login, password=PASSWORD, port="submission", envelope_to=None):
        """As an agent's mail client does: STARTTLS, login, send."""
        with smtplib.SMTP("127.0.0.1", self.place.port(port), timeout=30) as server:
            server.starttls(context=self.tls())
            server.login(login, password)
            server.send_message(message, address(str(message["From"])), envelope_to)

    def imap(self, login, password=PASSWORD):
        connection = imaplib.IMAP4_SSL("127.0.0.1", self.place.port("imaps"), ssl_context=self.tls(), timeout=30)
        connection.login(login, password)
        return connection

    def append(self, login, folder, message, at=None, flags="(\\Seen)"):
        """Lays a mail into a folder, as a client does with what it has sent."""
        connection = self.imap(login)
        try:
            when = imaplib.Time2Internaldate(time.time() if at is None else at)
            answer, text = connection.append(self.real(folder), flags, when, message.as_bytes())
            if answer != "OK":
                raise RuntimeError("APPEND to %s: %s" % (folder, text))
        finally:
            connection.logout()

    def move(self, message, login, folder, to):
        """Moves a mail into another folder, which is made if need be."""
        connection = self.imap(login)
        try:
            connection.create(to)
            connection.select('"%s"' % folder)
            for uid in connection.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]:
                if isinstance(uid, tuple) and str(message["Message-ID"]).strip().encode() in uid[1]:
                    number = uid[0].split(b"UID ")[1].split()[0].decode()
                    connection.uid("COPY", number, '"%s"' % to)
                    connection.uid("STORE", number, "+FLAGS", "(\\Deleted)")
            connection.expunge()
        finally:
            connection.logout()

    def folder(self, login, folder="INBOX"):
        """All mails of a folder, oldest first."""
        connection = self.imap(login)
        try:
            if connection.select('"%s"' % self.real(folder), readonly=True)[0] != "OK":
                return []
            found = []
            _, (uids,) = connection.uid("search", None, "ALL")
            for uid in uids.split():
                _, parts = connection.uid("fetch", uid, "(FLAGS BODY.PEEK[])")
                whole = [part for part in parts if isinstance(part, tuple)]  # other clients' changes may stand beside it
                if not whole:
                    continue
                message = email.message_from_bytes(whole[0][1], policy=email.policy.default)
                message.uid = int(uid)
                message.raw = whole[0][1]
                parts = [part for part in parts if part is whole[0] or (isinstance(part, bytes) and not part[:1].isdigit())]
                message.flags = b" ".join(part if isinstance(part, bytes) else part[0] for part in parts).decode("latin-1")
                found.append(message)
            return found
        finally:
            connection.logout()

    def find(self, login, message_id, folder="INBOX"):
        for message in self.folder(login, folder):
            if (message["Message-ID"] or "").strip() == message_id.strip():
                return message
        return None
