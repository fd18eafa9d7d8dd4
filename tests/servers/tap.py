# tap.py - the Test Anything Protocol, for tests written in Python
# SPDX-License-Identifier: MIT
import sys
import traceback


class Tap:
    """with Tap() as tap: tap.ok(...). An exception is a failed test, with its trace as diagnosis."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and not issubclass(kind, (SystemExit, KeyboardInterrupt)):
            self.ok(False, "runs to its end", "".join(traceback.format_exception(kind, value, trace)))
        print("1..%d" % self.count, flush=True)
        if kind is None or not issubclass(kind, (SystemExit, KeyboardInterrupt)):
            sys.stdout.flush()
            sys.exit(1 if self.failed or not self.count else 0)

    def ok(self, good, name, diagnosis=""):
        self.count += 1
        if not good:
            self.failed += 1
        print("%sok %d - %s" % ("" if good else "not ", self.count, name.replace("#", "number ")), flush=True)
        if not good and diagnosis:
            self.note(diagnosis)
        return bool(good)

    def equal(self, got, wanted, name):
        return self.ok(got == wanted, name, "got:    %r\nwanted: %r" % (got, wanted))

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why), flush=True)

    @staticmethod
    def note(text):
        for line in str(text).rstrip("\n").split("\n"):
            print("# " + line, flush=True)
