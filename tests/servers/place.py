# place.py - a directory, ports and processes that never outlive the program that made them
# SPDX-License-Identifier: MIT
import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36
# Below the kernel's range for outgoing connections, so that none of those takes a port of ours.
FIRST_PORT, LAST_PORT, PORTS_EACH = 20000, 32000, 20


class Failure(Exception):
    """What went wrong, in words for the person who reads the test's output."""


def wait_until(condition, seconds=10.0, what="", pause=0.02):
    """Asks until the answer is true and returns it; a Failure after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure("waited %.1f s in vain for %s" % (seconds, what or condition))
        time.sleep(pause)


def processes(session=None):
    """All processes (of a session) as {pid: parent's pid}; zombies are left out."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z" and session in (None, int(fields[3])):
                found[int(name)] = int(fields[1])
    return found


def descendants(pid):
    parents = processes()
    found, last = set(), {pid}
    while last:
        last = {child for child, parent in parents.items() if parent in last} - found
        found |= last
    return found


def kill_tree(pid):
    """SIGKILL for a process, all below it and all of its session. It is stopped first, so that it has no
    more children while they are counted."""
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        pass
    end = time.monotonic() + 10
    killed = set()
    while True:
        victims = descendants(pid) | set(processes(session=pid)) | ({pid} & set(processes()))
        for victim in sorted(victims):
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        # They are ours now (adopt): unburied they would seem alive to those who hold lock files by number.
        killed |= victims - {pid}
        killed = {victim for victim in killed if not buried(victim)}
        if not victims and not killed:
            return
        if time.monotonic() > end:
            raise Failure("process %d and what it started cannot be killed" % pid)
        time.sleep(0.002)


def buried(pid):
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        # Not ours (yet): its parent is dying, too.
        return not os.path.exists("/proc/%d" % pid)


def adopt():
    """Orphans of our children become our children (they cannot escape), and all die at our exit."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    atexit.register(kill_descendants)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda received, _: sys.exit(128 + received))


def kill_descendants():
    for _ in range(200):
        left = descendants(os.getpid())
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            pass
        if not left:
            return
        time.sleep(0.01)


class Place:
    """A directory and a block of ports. `keep` leaves the directory behind for a look."""

    adopted = False

    def __init__(self, keep=False, root=None):
        if os.geteuid() != 0:
            raise Failure("private Postfix and Dovecot need root: run this with sudo")
        if not Place.adopted:
            adopt()
            Place.adopted = True
        self.owner = os.getpid()
        self.keep = keep or bool(os.environ.get("REDRESS_KEEP"))
        if root:
            os.makedirs(root, mode=0o755)
            self.root = os.path.realpath(root)
        else:
            self.root = os.path.realpath(tempfile.mkdtemp(prefix="redress-"))
        os.chmod(self.root, 0o755)
        self.guard, self.first_port = self._claim_ports()
        self.ports = {}
        self.environment = {key: value for key, value in os.environ.items()
                            if key in ("PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")}
        self.environment.setdefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        self.environment["LC_ALL"] = "C.UTF-8"
        self.environment["TZ"] = "UTC"
        self.directory("log", mode=0o777)
        atexit.register(self.remove)

    @staticmethod
    def _claim_ports():
        """A listening socket guards the block against other tests that run at the same time."""
        start = FIRST_PORT + (os.getpid() * PORTS_EACH) % (LAST_PORT - FIRST_PORT)
        for step in range(0, LAST_PORT - FIRST_PORT, PORTS_EACH):
            port = FIRST_PORT + (start - FIRST_PORT + step) % (LAST_PORT - FIRST_PORT)
            guard = socket.socket()
            try:
                guard.bind(("127.0.0.1", port))
                guard.listen(1)
            except OSError:
                guard.close()
                continue
            return guard, port
        raise Failure("no block of free ports between %d and %d" % (FIRST_PORT, LAST_PORT))

    def port(self, name):
        if name not in self.ports:
            self.ports[name] = self.first_port + 1 + len(self.ports)
            assert len(self.ports) < PORTS_EACH
        return self.ports[name]

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def directory(self, *parts, mode=0o755, user=None, group=None):
        path = self.path(*parts)
        os.makedirs(path, exist_ok=True)
        if user or group:
            shutil.chown(path, user, group)
        os.chmod(path, mode)
        return path

    def write(self, name, text, mode=0o644, user=None):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        if user:
            shutil.chown(path, user)
        return path

    def log(self, name):
        try:
            with open(self.path("log", name + ".log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def spawn(self, name, command, user=None, group=None, extra_environment=None):
        """Starts a program in the foreground; what it prints is appended to log/NAME.log."""
        environment = dict(self.environment, **(extra_environment or {}))
        rights = {"user": user, "group": group, "extra_groups": []} if user else {}
        with open(self.path("log", name + ".log"), "ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.root,
                                    env=environment, start_new_session=True, **rights)

    def listening(self, port, address="127.0.0.1"):
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((address, port)) == 0

    def remove(self):
        if os.getpid() != self.owner:
            return
        self.guard.close()
        if self.keep:
            print("# kept: %s" % self.root, file=sys.stderr)
        else:
            kill_descendants()
            shutil.rmtree(self.root, ignore_errors=True)


class Server:
    """A child process that can be stopped kindly, killed with all below it, and started again."""

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self, place):
        self.place = place
        self.process = None

    def command(self):
        raise NotImplementedError

    def ready(self):
        raise NotImplementedError

    def rights(self):
        return {}

    def start(self, wait=True):
        if self.running():
            raise Failure("%s runs already" % self.name)
        self.process = self.place.spawn(self.name, self.command(), **self.rights())
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=20):
        def look():
            if not self.running():
                raise Failure("%s ended with %s at its start:\n%s" % (
                    self.name, self.process.returncode, self.place.log(self.name)[-2000:]))
            return self.ready()
        wait_until(look, seconds, "%s to be ready" % self.name)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds=15):
        """The kind way. Returns the exit status; a Failure if it does not end."""
        if not self.running():
            return self.process.returncode if self.process else None
        self.process.send_signal(self.stop_signal)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            kill_tree(self.process.pid)
            raise Failure("%s did not stop within %d s" % (self.name, seconds)) from None
        # What a server leaves behind when it has ended in order (Postfix waits for nobody).
        kill_tree(self.process.pid)
        return status

    def kill(self):
        """kill -9 of the process and of all its children, at once."""
        if self.process is not None:
            kill_tree(self.process.pid)
            self.process.wait()

    def restart(self):
        self.stop()
        return self.start()
