# look.py - how the demo looks on a terminal
# SPDX-License-Identifier: MIT
import os
import shutil
import sys
import unicodedata

COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
WIDTH = max(60, min(100, shutil.get_terminal_size().columns))
CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36",
         "alarm": "1;37;41"}
URGENCY = {"critical": "alarm", "high": "red", "normal": "yellow", "low": "green"}


def paint(text, *styles):
    if not COLOUR or not styles:
        return text
    return "\033[%sm%s\033[0m" % (";".join(CODES[style] for style in styles), text)


def columns(text):
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(0 if unicodedata.combining(character) else
               2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def fit(text, width):
    """The text cut or filled to a width."""
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns(text))


def wrap(text, width, indent=""):
    lines, line = [], ""
    for word in text.split(" "):
        if line and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line = word
        else:
            line = (line + " " + word) if line else word
    return "\n".join(indent + part for part in lines + [line])


class Screen:
    def __init__(self):
        self.step = 0
        self.wrong = []

    def heading(self, title):
        self.step += 1
        number = " %d " % self.step
        line = "─" * max(3, WIDTH - columns(number) - columns(title) - 4)
        print("\n" + paint(number, "bold", "cyan") + paint(title, "bold") + "  " + paint(line, "dim"), flush=True)

    def say(self, text):
        print(wrap(text, WIDTH - 4, "   "), flush=True)

    def good(self, text):
        print("   " + paint("✔", "green") + " " + text, flush=True)

    def check(self, good, text, detail=""):
        """A thing that should be so. What is not so is said, and remembered for the exit status."""
        if good:
            self.good(text)
        else:
            print("   " + paint("✘ " + text, "red", "bold"), flush=True)
            for line in str(detail).split("\n")[:8]:
                if line:
                    print("       " + line, flush=True)
            self.wrong.append(text)

    def quote(self, text, style=None):
        """Real output or a real mail, behind a bar."""
        for line in text.rstrip("\n").split("\n"):
            print("   " + paint("│", "blue") + " " + (paint(line, style) if style else line), flush=True)

    def command(self, *words):
        print("   " + paint("$ " + " ".join(words), "cyan"), flush=True)

    def blank(self):
        print(flush=True)
