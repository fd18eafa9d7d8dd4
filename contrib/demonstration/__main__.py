# __main__.py - the demo's scenario: a day at a complaint desk, on real servers, no step faked
# SPDX-License-Identifier: MIT
import os
import re
import signal
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "tests")]
import day  # noqa: E402
from look import URGENCY, WIDTH, Screen, fit, paint  # noqa: E402
from servers import Desk, Failure, wait_until  # noqa: E402
from servers.dovecot import PASSWORD  # noqa: E402
from servers.mails import mail  # noqa: E402
from servers.programs import use_patterns  # noqa: E402

SERVICE, AGENT, AGENT_FROM = "service@shop.test", "anna@shop.test", "Anna Li <anna@shop.test>"
TAGS = ("X-Redress-Ticket", "X-Redress-Category", "X-Redress-Urgency", "X-Redress-Due", "X-Redress-MAC", "Importance",
        "X-Priority")


class Demonstration:
    def __init__(self, desk, screen):
        self.desk = desk
        self.screen = screen
        self.sent = {}     # letter's id -> the mail as sent
        self.tickets = {}  # letter's id -> ticket

    def tell(self, *words):
        """Runs redressctl and shows what it prints."""
        self.screen.command("redressctl", *words)
        colour = "--color=always" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else "--color=never"
        self.screen.quote(self.desk.control.run(*words, colour, environment={"COLUMNS": str(WIDTH - 5)}))

    # ---- the scenes -------------------------------------------------------------------------------

    def start(self):
        self.screen.heading("A mail server of our own")
        begun = time.monotonic()
        self.desk.site.write()
        if sys.stdout.isatty():
            print("   … compiling the rules", end="\r", flush=True)
        use_patterns(self.desk.place, self.desk.site)
        self.screen.good("the rules are compiled (%.1f s)" % (time.monotonic() - begun))
        begun = time.monotonic()
        self.desk.start()
        self.screen.good("Postfix, Dovecot, redress-milter and redress-sidecar are up (%.1f s), on 127.0.0.1 only" % (
            time.monotonic() - begun))
        done = self.desk.control.try_run("check")
        self.screen.check(done.returncode == 0, "redressctl check finds all in order", done.stdout + done.stderr)

    def receive(self):
        self.screen.heading("Twelve mails arrive at %s" % SERVICE)
        self.screen.say("By SMTP, as from the world. Postfix asks redress before it says 250.")
        self.screen.blank()
        for letter in day.LETTERS:
            message = mail(letter.sender, SERVICE, letter.subject, letter.text, letter.headers)
            self.desk.mail.deliver(message, envelope_from=letter.envelope_from)
            self.sent[letter.id] = message
        mails, wrong = {}, []
        width = WIDTH - 4 - 13 - 12 - 24
        print("   " + paint(fit("from", 13) + fit("subject", width) + fit("urgency", 12) + "category", "dim"))
        for letter in day.LETTERS:
            message = self.sent[letter.id]
            got = mails[letter.id] = self.desk.delivered(message, SERVICE)
            category, urgency = str(got["X-Redress-Category"]), str(got["X-Redress-Urgency"])
            right = category == (letter.category or "none") and (letter.category is None or urgency == letter.urgency)
            name = re.sub(r"\s*<.*", "", letter.sender)
            shown = fit(urgency, 10) if letter.category else fit("–", 10)
            print("   " + fit(name, 12) + " " + fit(letter.subject, width - 1) + " "
                  + (paint(shown, URGENCY.get(urgency, "dim")) if letter.category else paint(shown, "dim")) + "  "
                  + (category if category != "none" else paint("no complaint", "dim"))
                  + ("" if right else paint("  ✘ should be %s, %s" % (letter.category or "none", letter.urgency), "red")), flush=True)
            if not right:
                wrong.append("%s: %s, %s instead of %s, %s" % (letter.id, category, urgency, letter.category, letter.urgency))
            row = self.desk.row(message)
            if bool(row and row["ticket"]) != bool(letter.category):
                wrong.append("%s: %s" % (letter.id, "has no row" if not row else "its ticket is %s" % row["ticket"]))
            elif letter.category:
                self.tickets[letter.id] = row["ticket"]
        self.screen.blank()
        self.screen.check(not wrong, "six complaints are six tickets, with the right category and urgency; "
                          "six other mails have none", "\n".join(wrong))
        if wrong and len(self.tickets) < 6:
            raise Failure("not every complaint became a ticket; the rest of the demo needs them")
        self.mails = mails

    def headers(self):
        self.screen.heading("What redress wrote into the mail")
        self.screen.say("Any mail client can sort, colour and alarm by these. The MAC proves that they are ours; forged ones are "
                        "removed on arrival.")
        self.screen.blank()
        got = self.mails["fire"]
        lines = ["%s %s" % (paint(name + ":", "bold"), re.sub(r"\s+", " ", str(got[name]))) for name in
                 ("From", "Subject") + TAGS if got[name] is not None]
        self.screen.quote("\n".join(lines))

    def board_before(self):
        self.screen.heading("The board: what is burning, and until when")
        self.tell("board")

    def answer(self):
        screen, desk = self.screen, self.desk
        screen.heading("Anna answers, in her own mail client")
        desk.mail.submit(self.reply("kettle", day.ANSWER_KETTLE), AGENT)
        screen.say("• To 李伟, by Postfix submission with her login: proof enough; his clock stops at once.")
        reply = self.reply("parcel", day.ANSWER_PARCEL)
        desk.mail.append(AGENT, "Sent", reply, at=desk.now())
        screen.say("• To Tom Baker, by another server; only a copy lies in her Sent folder: the sidecar finds it by IMAP.")
        desk.mail.submit(self.reply("towel", day.ANSWER_TOWEL), AGENT)
        screen.say("• To 赵敏, whose address does not exist: the answer comes back.")
        desk.mail.deliver(self.reply("refund", day.FORGED, to="chengang@customer.test, " + SERVICE))
        screen.say("• Somebody else writes to 陈刚 with Anna's address as sender, and no login.")
        screen.blank()
        met = desk.wait_clock(self.tickets["parcel"], "met", seconds=20)
        wait_until(lambda: desk.events(self.tickets["towel"], "bounce"), 20, "the bounce")
        for name, state, text in (
                ("kettle", "met", "李伟's clock is stopped: submitted by anna, confirmed"),
                ("parcel", "met", "Tom Baker's clock is stopped: found in anna's Sent, as a copy that its owner could have dated"),
                ("towel", "running", "赵敏's clock runs again: an answer that bounced is no answer"),
                ("refund", "running", "陈刚's clock runs on: a sender's address proves nothing"),
                ("fire", "running", "王芳's clock runs on: nobody has answered her")):
            clock = desk.clock(self.tickets[name])
            screen.check(clock and clock["state"] == state, text, clock)
        screen.check(met["stopped"] is not None, "each stop says when it happened", met)

    def reply(self, name, text, to=None):
        asked = self.mails[name]
        subject = "Re: " + str(asked["Subject"])
        return mail(AGENT_FROM, to or str(asked["From"]), subject, text, reply_to_mail=asked)

    def why(self):
        self.screen.heading("Why one clock stopped and another did not")
        for name in ("kettle", "towel"):
            self.tell("show", self.tickets[name])
            self.screen.blank()

    def resolve(self):
        self.screen.heading("李伟 has his new kettle: resolved, and followed up")
        ticket = self.tickets["kettle"]
        self.tell("resolve", ticket)
        self.tell("outbox")
        states = {row["kind"]: row["state"] for row in self.desk.outbox(ticket)}
        self.screen.check(states == {"check": "scheduled", "care": "scheduled"},
                          "a check in one to two days and a caring question in one to two weeks are scheduled", states)

    def follow_up(self):
        screen, desk = self.screen, self.desk
        row = desk.outbox(self.tickets["kettle"])[0]
        hours = (row["due"] - desk.now()) / 3600 + 0.2
        screen.heading("%.0f hours later (one file gives the time to all servers)" % hours)
        desk.forward(hours * 3600)

        def arrived():
            return [message for message in desk.mail.folder("liwei@customer.test") if AGENT not in str(message["From"])]
        got = wait_until(arrived, 60, "the follow-up to reach the customer", pause=0.3)
        message = got[0]
        screen.say("李伟 finds in his INBOX:")
        lines = ["%s %s" % (paint(name + ":", "bold"), message[name]) for name in
                 ("From", "To", "Reply-To", "Subject", "Date", "In-Reply-To") if message[name]]
        screen.quote("\n".join(lines) + "\n\n" + message.get_body(("plain",)).get_content())
        screen.check(len(got) == 1, "the customer has it once")
        thread = "%s %s" % (message["In-Reply-To"], message["References"])
        screen.check(str(self.sent["kettle"]["Message-ID"]).strip() in thread and SERVICE in str(message["From"]),
                     "it lies in his thread, in his language, from the shop's address", thread)
        screen.check(desk.mail.find(SERVICE, str(message["Message-ID"]), "Sent") is not None, "a copy lies in Sent of " + SERVICE)
        states = {row["kind"]: row["state"] for row in desk.outbox(self.tickets["kettle"])}
        screen.check(states == {"check": "sent", "care": "scheduled"}, "the care mail waits for its week", states)

    def board_after(self):
        self.screen.heading("The board a day later: who was forgotten")
        # Both daemons report every few seconds of true time; until then the board doubts that they live.
        wait_until(lambda: all(row["at"] > self.desk.now() - 600 for row in self.desk.query(
            "SELECT max(at) AS at FROM health GROUP BY program")), 30, "both daemons to report")
        self.tell("board")
        wrong = []
        for name, ticket in self.tickets.items():
            simulated, shown = self.desk.simulated(ticket)
            if simulated != shown:
                wrong.append("%s: shown %s\nsimulated %s" % (name, shown, simulated))
        self.screen.check(not wrong, "every clock of every ticket is what `redressctl simulate` computes from its events",
                          "\n".join(wrong))
        fire = self.desk.clock(self.tickets["fire"])
        self.screen.check(fire["state"] == "missed", "王芳, whom nobody answered, stands on top as missed", fire)
        self.screen.check(len(self.desk.mail.folder(SERVICE)) >= len(day.LETTERS), "all mails lie in the mailbox; none was held or lost")

    def stay(self):
        screen, place = self.screen, self.desk.place
        screen.heading("It stays up: look around")
        rows = (("IMAP", "127.0.0.1 port %d (STARTTLS) or %d (TLS)" % (place.port("imap"), place.port("imaps"))),
                ("SMTP, as the world", "127.0.0.1 port %d" % place.port("smtp")),
                ("SMTP, as an agent", "127.0.0.1 port %d (STARTTLS, login)" % place.port("submission")),
                ("logins", "%s (the desk), %s (an agent)," % (SERVICE, AGENT)),
                ("", "liwei@customer.test (a customer; any name at customer.test)"),
                ("password", PASSWORD + " (for all)"),
                ("certificate", "made by %s" % place.path("tls", "ca.pem")))
        for name, value in rows:
            print("   " + paint(fit(name, 20), "bold") + value)
        screen.blank()
        screen.say("Write a complaint from any customer to %s, and look at it:" % SERVICE)
        environment = " ".join("%s=%s" % (key, value) for key, value in place.environment.items()
                               if key == "LD_PRELOAD" or key.startswith("FAKETIME"))
        program = os.path.join(os.environ.get("REDRESS_PREFIX", "/usr/local"), "bin", "redressctl")
        script = place.write("redressctl", "#!/bin/sh\n# The desk's time is not the machine's: this sets both right.\n"
                             "exec env %s %s -c %s \"$@\"\n" % (environment, program, self.desk.site.path), 0o755)
        screen.command("sudo", script, "board")
        screen.command("sudo", script, "show", self.tickets["fire"])
        screen.command("neomutt", "-f", "imaps://service%%40shop.test@127.0.0.1:%d/" % place.port("imaps"))
        screen.blank()
        print("   " + paint("Ctrl-C ends all of it and removes %s." % place.root, "bold"), flush=True)
        try:
            signal.pause()
        except SystemExit:
            print("\n   " + paint("ended", "dim"), flush=True)


def main():
    screen = Screen()
    once = "--once" in sys.argv
    begun = time.monotonic()
    try:
        with Desk(fake_time=True, keep="--keep" in sys.argv) as desk:
            show = Demonstration(desk, screen)
            for scene in (show.start, show.receive, show.headers, show.board_before, show.answer, show.why, show.resolve,
                          show.follow_up, show.board_after):
                scene()
            screen.blank()
            if screen.wrong:
                print(paint("   %d things were not as they should be: %s" % (len(screen.wrong), "; ".join(screen.wrong)), "red", "bold"))
            else:
                print(paint("   All was as it should be (%.0f s)." % (time.monotonic() - begun), "green", "bold"), flush=True)
            if not once:
                show.stay()
    except Failure as failure:
        print(paint("   ✘ the demo cannot go on: %s" % failure, "red", "bold"), file=sys.stderr)
        return 1
    return 1 if screen.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
