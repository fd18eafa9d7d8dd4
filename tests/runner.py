# runner.py - runs the steps of tests/run: what depends on what, two at a time, and one honest last line
# SPDX-License-Identifier: MIT
import argparse
import collections
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.path.insert(0, HERE)
from servers.place import adopt, descendants, kill_descendants, kill_tree, processes  # noqa: E402

RESULT = re.compile(r"^(not )?ok (\d+)\s*(?:- )?([^#]*)(#\s*skip\S*\s*(.*))?", re.I)

Step = collections.namedtuple("Step", "name command needs limit alone environment")
Outcome = collections.namedtuple("Outcome", "passed failed skipped seconds lines")


def step(name, command, needs=(), limit=300, alone=False, **environment):
    return Step(name, command, tuple(needs), limit, alone, environment)


def scripts(folder):
    return sorted(path for path in glob.glob(os.path.join(HERE, folder, "*"))
                  if os.access(path, os.X_OK) and os.path.isfile(path))


def plan(work, full):
    """The steps, in the order in which they are begun."""
    build = os.path.join(TOP, "contrib", "build")
    installed = os.path.join(work, "gcc", "installed")
    tested = {"REDRESS_PREFIX": installed}

    def make(kind, *words):
        return ["make", "-C", os.path.join(work, kind, "objects"), *words]

    def unit(kind, needs):
        return step("unit tests (%s)" % kind, make(kind, "-s", "check", "PROVEFLAGS=-v"), [needs], limit=400)

    steps = [
        step("build with gcc", [build, os.path.join(work, "gcc"), "--enable-werror", "CC=gcc"], limit=400),
        step("unit tests (gcc)", make("gcc", "-s", "-j2", "check", "PROVEFLAGS=-v"), ["build with gcc"], limit=400),
    ]
    for path in scripts("checks"):
        steps.append(step("check " + os.path.basename(path), [path], ["build with gcc"], limit=300, **tested))
    for path in scripts("e2e"):
        steps.append(step("e2e " + os.path.basename(path), [path], ["build with gcc"], limit=240, **tested))
    steps += [
        step("build with sanitizers",
             [build, os.path.join(work, "sanitizers"), "--enable-werror", "--enable-sanitizers", "CC=gcc",
              # At -O1 gcc warns of truncations that it knows to be none at -O2.
              "CFLAGS=-g -O1 -Wno-format-truncation"], limit=500),
        unit("sanitizers", "build with sanitizers"),
        step("build with clang", [build, os.path.join(work, "clang"), "--enable-werror", "CC=clang"], limit=400),
        step("distcheck", make("gcc", "-s", "distcheck", "AM_DISTCHECK_CONFIGURE_FLAGS=--enable-werror"),
             ["unit tests (gcc)"], limit=500),
    ]
    steps.append(step("fuzz", [os.path.join(HERE, "fuzz")] + (["--minutes", "10"] if full else []), ["build with gcc"],
                      limit=9000 if full else 300, **tested))
    if full:
        steps.append(step("coverage", [os.path.join(HERE, "coverage")], ["build with gcc"], limit=900, **tested))
    for path in scripts("torture") + scripts("bench"):
        kind = os.path.basename(os.path.dirname(path))
        steps.append(step("%s %s" % (kind, os.path.basename(path)), [path] + (["--full"] if full else ["--short"]),
                          ["build with gcc"], limit=7200 if full else 300, alone=True, **tested))
    return steps


def read_tap(lines, status):
    """(passed, failed, skipped, lines worth showing) of a program's output."""
    passed = failed = skipped = 0
    shown = []
    seen_failure = False
    plans = seen = 0
    for line in lines:
        match = RESULT.match(line)
        if match:
            seen += 1
            seen_failure = False
            if match.group(1):
                failed += 1
                seen_failure = True
                shown.append(line)
            elif match.group(4):
                skipped += 1
                shown.append("SKIPPED: %s: %s" % (match.group(3).strip(), match.group(5) or "no reason given"))
            else:
                passed += 1
        elif re.match(r"^1\.\.\d+", line):
            plans += int(re.match(r"^1\.\.(\d+)", line).group(1))
        elif line.startswith("#") and (seen_failure or line.startswith("# figure: ")):
            shown.append(line)
    if not seen and status == 0 and not plans:
        passed = 1
    elif plans != seen:
        failed += 1
        shown.append("not ok - the plan says %d tests, %d were seen" % (plans, seen))
    if status != 0 and not failed:
        failed += 1
        shown.append("not ok - ended with status %d" % status)
        shown += lines[-25:]
    return passed, failed, skipped, shown


class Runner:
    def __init__(self, steps, work, jobs):
        self.steps = steps
        self.work = work
        self.jobs = jobs
        self.outcomes = {}
        self.lock = threading.Condition()
        self.busy = 0
        self.waiting = list(steps)
        self.started = time.monotonic()

    def say(self, text):
        print(text, flush=True)

    def next_step(self):
        """The first step that may begin now; None when nothing is left to do."""
        with self.lock:
            while True:
                if not self.waiting:
                    return None
                for candidate in self.waiting:
                    if any(need not in self.outcomes for need in candidate.needs):
                        continue
                    if candidate.alone and (self.busy or any(not other.alone for other in self.waiting)):
                        continue
                    self.waiting.remove(candidate)
                    self.busy += 1 if not candidate.alone else self.jobs
                    return candidate
                self.lock.wait()

    def worker(self):
        while True:
            chosen = self.next_step()
            if chosen is None:
                return
            broken = [need for need in chosen.needs if self.outcomes[need].failed]
            outcome = Outcome(0, 1, 0, 0.0, ["not ok - cannot be run: '%s' failed" % broken[0]]) \
                if broken else self.run(chosen)
            with self.lock:
                self.outcomes[chosen.name] = outcome
                self.busy -= 1 if not chosen.alone else self.jobs
                self.show(chosen, outcome)
                self.lock.notify_all()

    def run(self, chosen):
        begun = time.monotonic()
        path = os.path.join(self.work, re.sub(r"\W+", "-", chosen.name).strip("-") + ".log")
        with open(path, "wb") as log:
            try:
                process = subprocess.Popen(chosen.command, stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=subprocess.STDOUT, cwd=self.work, start_new_session=True,
                                           env=dict(os.environ, **chosen.environment))
            except OSError as error:
                return Outcome(0, 1, 0, 0.0, ["not ok - cannot run %s: %s" % (chosen.command[0], error)])
            try:
                status = process.wait(chosen.limit)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    kill_tree(process.pid)
                    process.wait()
                status = None
        with open(path, encoding="utf-8", errors="replace") as log:
            lines = log.read().split("\n")
        passed, failed, skipped, shown = read_tap(lines, status or 0)
        if status is None:
            failed += 1
            shown.append("not ok - was not ready after %d s" % chosen.limit)
            shown += lines[-15:]
        return Outcome(passed, failed, skipped, time.monotonic() - begun, shown)

    def show(self, chosen, outcome):
        word = "FAILED" if outcome.failed else "ok    "
        counts = "%d passed" % outcome.passed
        if outcome.failed:
            counts += ", %d failed" % outcome.failed
        if outcome.skipped:
            counts += ", %d skipped" % outcome.skipped
        self.say("%6.1f s  %s %-34s %5.1f s  %s" % (
            time.monotonic() - self.started, word, chosen.name, outcome.seconds, counts))
        for line in outcome.lines[:60]:
            self.say("            " + line[:300])

    def go(self):
        workers = [threading.Thread(target=self.worker, daemon=True) for _ in range(self.jobs)]
        for thread in workers:
            thread.start()
        for thread in workers:
            thread.join()


def survivors():
    """What the steps left running, by name; it is ended here, and it is a failure."""
    time.sleep(0.2)
    names = []
    for pid in descendants(os.getpid()) & set(processes()):
        try:
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                names.append(file.read().replace(b"\0", b" ").decode("utf-8", "replace").strip() or str(pid))
        except OSError:
            pass
    kill_descendants()
    return names


def main():
    parser = argparse.ArgumentParser(prog="tests/run")
    parser.add_argument("names", nargs="*", help="only steps whose name contains one of these")
    parser.add_argument("--full", action="store_true", help="long campaigns too")
    parser.add_argument("--keep", action="store_true", help="leave builds and logs behind")
    parser.add_argument("--list", action="store_true", help="name the steps")
    parser.add_argument("-j", "--jobs", type=int, default=max(2, min(4, (os.cpu_count() or 2) + 1)))
    arguments = parser.parse_args()
    adopt()
    work = tempfile.mkdtemp(prefix="redress-tests-")
    os.chmod(work, 0o755)
    steps = plan(work, arguments.full)
    if arguments.names:
        wanted = {one.name for one in steps if any(name in one.name for name in arguments.names)}
        while True:
            more = {need for one in steps if one.name in wanted for need in one.needs} - wanted
            if not more:
                break
            wanted |= more
        steps = [one for one in steps if one.name in wanted]
        if not steps:
            os.rmdir(work)
            print("no step has that name")
            return 64
    if arguments.list:
        os.rmdir(work)
        print("\n".join(one.name for one in steps))
        return 0
    if arguments.keep:
        os.environ["REDRESS_KEEP"] = "1"
    os.environ["REDRESS_CACHE"] = os.path.join(work, "patterns.cache")  # the packs are compiled once for all
    runner = Runner(steps, work, arguments.jobs)
    runner.go()
    left = survivors()
    runner.show(Step("leaves no process", [], (), 0, False, {}),
                Outcome(0 if left else 1, 1 if left else 0, 0, 0.0, ["still there: " + name for name in left]))
    passed = sum(one.passed for one in runner.outcomes.values()) + (0 if left else 1)
    failed = sum(one.failed for one in runner.outcomes.values()) + (1 if left else 0)
    skipped = sum(one.skipped for one in runner.outcomes.values())
    if arguments.keep or (failed and not os.environ.get("CI")):
        print("builds and logs: " + work)
    else:
        shutil.rmtree(work, ignore_errors=True)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped), flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
