#!/usr/bin/python3
# rules.py - the tools for those who write packs: check, list, test, explain, coverage, compile
# SPDX-License-Identifier: MIT
import html.parser
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from servers.programs import find  # noqa: E402
from servers.tap import Tap  # noqa: E402

PACK = {
    "language": "en", "version": "1",
    "words": {"thing": ["lamp", "kettle"]},
    "scopes": {"negation": {"match": ["not"], "reach": 2}},
    "rules": [
        {"id": "a.broken", "match": ["{thing} ..3 broken"], "complaint": 2, "category": {"quality/damaged": 2},
         "examples": {"hit": ["My lamp arrived broken."], "miss": ["The glass was broken."]}},
        {"id": "a.good", "match": ["good"], "complaint": -1, "examples": {"hit": ["a good one"], "miss": ["This is not good."]}},
        {"id": "b.chase", "feature": "unanswered", "least": 2, "urgency": 1,
         "examples": {"hit": [{"text": "hello", "unanswered": 2}], "miss": ["hello"]}},
        {"id": "b.nothing", "match": ["perhaps"]},
    ],
}
MAIL = """Subject: <b>Lamp</b> & "more"
From: Kim <kim@customer.test>

My LAMP is,
my lamp  was broken<script>alert('x')</script>. \x1b[31m Not good.
"""


class Reader(html.parser.HTMLParser):
    """Tags and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.marked, self.inside = [], "", [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag == "mark"

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        self.words += data
        if self.inside:
            self.marked.append(data)


class Place:
    def __init__(self, folder):
        self.folder = folder
        self.environment = dict(os.environ, REDRESS_CONFIG=os.path.join(folder, "none.json"), XDG_CACHE_HOME=folder)
        self.environment.pop("REDRESS_CACHE", None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def pack(self, pack):
        self.write("packs/en.json", json.dumps(pack, indent=1))

    def rules(self, *arguments):
        return subprocess.run([find("redressctl"), "rules", *arguments, "--packs", self.path("packs")],
                              capture_output=True, text=True, env=self.environment, timeout=60)

    def lines(self, *arguments):
        return [json.loads(line) for line in self.rules(*arguments, "--json").stdout.splitlines()]


def changed(**members):
    """The pack with its first rule changed."""
    return dict(PACK, rules=[dict(PACK["rules"][0], **members)] + PACK["rules"][1:])


with Tap() as tap, tempfile.TemporaryDirectory() as folder:
    place = Place(folder)
    place.pack(PACK)
    mail = place.write("mail.eml", MAIL)

    done = place.rules("check")
    tap.equal(done.returncode, 0, "check passes a good pack")
    tap.ok("en:b.nothing" in done.stdout and "change nothing" in done.stdout, "check names a rule without effect", done.stdout)
    for pattern, what in (("{thing} ..40 broken", "20"), ("*", "almost anything"), ("good  lamp", "never found"),
                          ("((((x ..20 y)* (z ..20 w)*)* (v ..20 u)*)* (q ..9 r)*)* bad", "too large")):
        place.pack(changed(match=["lamp", pattern]))
        done = place.rules("check")
        tap.ok(done.returncode == 65 and what in done.stderr and "en:a.broken" in done.stderr and "en.json:" in done.stderr,
               "check refuses %s with rule and line" % pattern[:20], done.stderr)
    place.pack(PACK)

    listed = [rule["id"] for rule in place.lines("list", "--category", "quality")]
    tap.equal(listed, ["en:a.broken"], "list takes a category with all below it")
    tap.ok("quality/damaged" in place.rules("list").stdout, "list shows what follows from a hit")

    done = place.rules("test")
    tap.ok(done.returncode == 0 and "6 examples, 0 wrong" in done.stdout, "test runs the examples of the pack", done.stdout)
    tap.ok("family en:b" in done.stdout, "test names a family with too few examples", done.stdout)
    place.pack(changed(examples={"hit": ["My kettle works."], "miss": ["A broken lamp, a lamp that is broken"]}))
    done = place.rules("test")
    tap.ok(done.returncode == 65 and done.stdout.count("WRONG") == 2 and "en.json:" in done.stdout, "test shows wrong ones", done.stdout)
    place.pack(PACK)

    (told,) = place.lines("explain", mail)
    text = told["text"].encode()
    words = {mark["rule"]: text[mark["from"]:mark["to"]].decode() for mark in told["marks"]}
    tap.equal(words, {"en:a.broken": "lamp  was broken", "en:a.good": "good"}, "explain finds the hits in the text as written")
    tap.equal([mark["taken_back_by"] for mark in told["marks"]], [None, "negation"], "explain says what took a hit back")
    shown = place.rules("explain", mail).stdout
    tap.ok("[lamp  was broken]1" in shown and "taken back by negation" in shown, "explain marks them on a terminal", shown)
    tap.ok("\x1b" not in shown, "no control byte of a mail reaches the terminal", repr(shown))
    page = place.rules("explain", "--html", mail).stdout
    read = Reader(page)
    tap.ok("script" not in read.tags and "b" not in read.tags, "the page has no tag of the mail", page)
    tap.ok("<script>alert('x')</script>" in read.words, "the page shows them as text", page)
    tap.ok("lamp  was broken" in read.marked, "the page marks the hits", repr(read.marked))

    done = place.rules("coverage", folder + "/absent.jsonl")
    tap.ok(done.returncode == 66 and not done.stdout, "coverage says nothing of rules when no mail was read", done.stdout)
    done = place.rules("list", "--signal", "nonsense")
    tap.ok(not done.stdout and "no rule" in done.stderr, "list says so when no rule is like that", done.stdout)
    for wrong, said in ((("list", "--colour"), "there is no option '--colour'"), (("list", "--text"), "--text wants a value"),
                        (("test", "--all=x"), "--all takes no value")):
        done = subprocess.run([find("redressctl"), "rules", *wrong], capture_output=True, text=True)
        tap.ok(done.returncode == 64 and said in done.stderr.splitlines()[0] and len(done.stderr.splitlines()) == 2 and not done.stdout,
               "a wrong option is told once, with the usage: %s" % wrong[1], done.stderr)
    with open("/dev/full", "w") as full:
        done = subprocess.run([find("redressctl"), "rules", "list", "--packs", place.path("packs"), "--json"], stdout=full,
                              stderr=subprocess.PIPE, text=True)
        long = subprocess.run([find("redressctl"), "rules", "list"], stdout=full, stderr=subprocess.PIPE, text=True)
    tap.equal([done.returncode, long.returncode], [74, 74], "output that cannot be written is no success, however long it is")

    place.write("corpus.jsonl", json.dumps({"subject": "x", "text": "the kettle is broken"}) + "\n")
    never = {rule["rule"] for rule in place.lines("coverage", folder + "/corpus.jsonl", mail) if "rule" in rule}
    tap.equal(never, {"en:a.good", "en:b.chase", "en:b.nothing"}, "coverage names rules that never fire")

    output = place.path("deep/below/patterns")
    done = place.rules("compile", "--output", output)
    tap.ok(done.returncode == 0 and os.path.getsize(output) > 1000, "compile writes a file", done.stderr)
    done = place.rules("compile", "--output", "/proc/none")
    tap.ok(done.returncode == 78 and "/proc/none" in done.stderr, "compile says where it cannot write", done.stderr)
