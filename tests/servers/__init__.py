# servers - a private mail site for tests and for the demo: Postfix, Dovecot and redress on loopback
# SPDX-License-Identifier: MIT
#
# Everything lives in one temporary directory and on high ports of 127.0.0.1, needs root, and dies
# with the process that started it. Python's standard library only.
from .desk import Desk
from .place import Failure, Place, wait_until

__all__ = ["Desk", "Failure", "Place", "wait_until"]
