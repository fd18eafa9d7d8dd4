# building.py - links a program of this folder with the layers of a build tree
# SPDX-License-Identifier: MIT
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PACKAGES = ["jansson", "sqlite3", "gmime-3.0", "libhs", "icu-uc", "icu-i18n", "libxml-2.0", "gnutls", "libetpan"]


def tree():
    """That of contrib/build beside $REDRESS_PREFIX, else the current directory."""
    beside = os.path.join(os.environ.get("REDRESS_PREFIX", "."), "..", "objects")
    return beside if os.path.exists(os.path.join(beside, "libredress_lib.a")) else "."


def link(build, source, program, layers):
    """`layers`: "ticket", "rules", "lib" or the last of them, highest first."""
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *PACKAGES], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.split()
    # Debian's libetpan.pc hands on a file of its build machine.
    flags = [flag for flag in flags if not flag.startswith("-specs=")]
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-pthread", "-I" + TOP, "-o", program,
                    os.path.join(HERE, source), *(os.path.join(build, "libredress_%s.a" % layer) for layer in layers),
                    *flags, "-llinear", "-lm"], check=True)
