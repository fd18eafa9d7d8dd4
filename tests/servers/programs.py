# programs.py - the three programs of redress, as installed below a prefix
# SPDX-License-Identifier: MIT
import fcntl
import glob
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess

from .place import Failure, Server
from .site import USER


def find(name):
    """$REDRESS_PREFIX/{bin,sbin}/NAME (contrib/build makes such a place), else in the PATH."""
    prefix = os.environ.get("REDRESS_PREFIX")
    if prefix:
        for folder in ("bin", "sbin"):
            path = os.path.join(prefix, folder, name)
            if os.path.exists(path):
                return path
        raise Failure("no %s below REDRESS_PREFIX=%s" % (name, prefix))
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin")
    if not path:
        raise Failure("%s is not installed; set REDRESS_PREFIX to where contrib/build has put it "
                      "(DIRECTORY/installed)" % name)
    return path


def use_patterns(place, site):
    """Lays the compiled packs beside the database. They are made once for all tests of a build: it takes
    some seconds, which every program would else spend at its first start."""
    cache = site.config["pack_cache"]
    program = find("redress-milter")
    prefix = os.path.dirname(os.path.dirname(program))
    packs = sorted(glob.glob(os.path.join(prefix, "share", "redress", "packs", "*.json")))
    if not packs or not os.access(prefix, os.W_OK):
        return
    digest = hashlib.sha256()
    for path in packs + [program]:
        with open(path, "rb") as file:
            digest.update(file.read())
    made = os.path.join(prefix, "patterns-" + digest.hexdigest()[:16])
    with open(made + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(made):
            # At the true time: libfaketime makes it no quicker.
            subprocess.run([program, "-t", "-c", site.path], capture_output=True, user=USER, group=USER, extra_groups=[])
            if os.path.exists(cache):
                shutil.copyfile(cache, made + ".new")
                os.rename(made + ".new", made)
            return
    shutil.copyfile(made, cache)
    shutil.chown(cache, USER, USER)


class Program(Server):
    def __init__(self, place, site):
        super().__init__(place)
        self.site = site

    def command(self):
        return [find(self.name), "-c", self.site.path]

    def rights(self):
        return {"user": USER, "group": USER}

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        return self.place.log(self.name)


class Milter(Program):
    name = "redress-milter"

    def ready(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.site.socket) == 0


class Sidecar(Program):
    name = "redress-sidecar"

    def start(self, wait=True):
        self.before = len(self.log())
        return super().start(wait)

    def ready(self):
        return "info: ready " in self.log()[self.before:]


class Control:
    """redressctl."""

    def __init__(self, place, site):
        self.place = place
        self.site = site

    def run(self, *arguments, text=None, status=0, environment=None):
        """Standard output; a Failure when the exit status is not the wanted one (None: any)."""
        done = self.try_run(*arguments, text=text, environment=environment)
        if status is not None and done.returncode != status:
            raise Failure("redressctl %s: status %d\n%s%s" % (
                " ".join(arguments), done.returncode, done.stdout, done.stderr))
        return done.stdout

    def try_run(self, *arguments, text=None, environment=None):
        return subprocess.run([find("redressctl"), "-c", self.site.path, *arguments], input=text,
                              stdin=None if text is not None else subprocess.DEVNULL, capture_output=True, text=True,
                              cwd=self.place.root, user=USER, group=USER, extra_groups=[], timeout=60,
                              env=dict(self.place.environment, **(environment or {})))

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options))

    def lines(self, *arguments, **options):
        return [json.loads(line) for line in self.run(*arguments, "--json", **options).splitlines() if line]
