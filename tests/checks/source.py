# source.py - the project's files, as the checks read them
# SPDX-License-Identifier: MIT
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LAYERS = ("lib", "rules", "ticket", "milter", "sidecar", "ctl")
GENERATED = re.compile(r"(^|/)(\.git|autom4te\.cache|build[^/]*|__pycache__|\.deps)(/|$)")


class Source:
    """Files of a tree by their path in it. In a checkout: what git knows or would add."""

    def __init__(self, top=TOP):
        self.top = top
        self.texts = {}
        for path in self._paths():
            full = os.path.join(top, path)
            if os.path.isfile(full) and not os.path.islink(full) and os.path.getsize(full) < 2_000_000:
                with open(full, encoding="utf-8", errors="replace") as file:
                    self.texts[path] = file.read()

    def _paths(self):
        if os.path.exists(os.path.join(self.top, ".git")):
            listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", self.top, "ls-files", "-z", "--cached", "--others",
                                     "--exclude-standard"], capture_output=True, text=True)
            if listed.returncode == 0:
                return sorted(path for path in listed.stdout.split("\0") if path)
        found = []
        for folder, _, names in os.walk(self.top):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self.top)
                if not GENERATED.search(path):
                    found.append(path)
        return sorted(found)

    def c_files(self, *folders):
        wanted = folders or LAYERS + ("tests",)
        return [(path, text) for path, text in self.texts.items()
                if path.endswith((".c", ".h")) and path.split("/")[0] in wanted]


def code_only(text, keep_strings=False):
    """C without comments (and without the insides of strings); lines stay where they are."""
    def blank(match):
        token = match.group(0)
        if token.startswith(("/*", "//")):
            return re.sub(r"[^\n]", " ", token)
        return token if keep_strings else token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
