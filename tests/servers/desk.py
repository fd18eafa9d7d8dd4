# desk.py - a whole complaint desk: servers, redress and its configuration
# SPDX-License-Identifier: MIT
from .certificates import make_authority, make_certificate, use_certificate
from .dovecot import Dovecot
from .mails import Mailer
from .place import Place
from .postfix import Postfix


class Desk:
    def __init__(self, keep=False):
        self.place = Place(keep)
        make_authority(self.place)
        make_certificate(self.place, "right", ["IP:127.0.0.1", "DNS:localhost", "DNS:mail.shop.test"])
        use_certificate(self.place, "right")
        self.dovecot = Dovecot(self.place)
        self.postfix = Postfix(self.place)
        self.mail = Mailer(self.place)

    def start(self):
        self.dovecot.start()
        self.postfix.start()
