# certificates.py - an authority of our own, made anew for each run by openssl
# SPDX-License-Identifier: MIT
import os
import shutil
import subprocess

from .place import Failure


def _openssl(place, *arguments):
    done = subprocess.run(["openssl", *arguments], cwd=place.path("tls"), env=place.environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure("openssl %s: %s" % (" ".join(arguments), done.stderr))


def make_authority(place, name="ca"):
    """tls/NAME.pem and tls/NAME.key: an authority that nobody else trusts."""
    place.directory("tls")
    _openssl(place, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", name + ".key", "-out", name + ".pem", "-days", "365", "-subj", "/CN=redress test authority",
             "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    return place.path("tls", name + ".pem")


def make_certificate(place, name, subject_names, authority="ca", days=365):
    """tls/NAME.pem and tls/NAME.key, signed by the authority. Names as in subjectAltName."""
    place.write("tls/%s.ext" % name, "subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
                % ",".join(subject_names))
    _openssl(place, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=redress test server")
    command = ("x509", "-req", "-in", name + ".csr", "-CA", authority + ".pem", "-CAkey", authority + ".key",
               "-CAcreateserial", "-extfile", name + ".ext", "-out", name + ".pem")
    try:
        _openssl(place, *command, "-days", str(days))
    except Failure:
        if days >= 0:
            raise
        # OpenSSL 3.4 and later make no expired certificate by a negative count of days.
        _openssl(place, *command, "-not_before", "20200101000000Z", "-not_after", "20200102000000Z")
    return place.path("tls", name + ".pem"), place.path("tls", name + ".key")


def use_certificate(place, name):
    """Lays a certificate where the servers look; they take it at their next start."""
    for end in (".pem", ".key"):
        shutil.copyfile(place.path("tls", name + end), place.path("tls", "server" + end))
    os.chmod(place.path("tls", "server.key"), 0o600)
