# clocks_reference.py - a second, slow implementation of the clocks, to compare redressctl with
# SPDX-License-Identifier: MIT
#
# Written from the specification alone and as plainly as possible: working time is a byte per
# second, local times are found by looking through the minutes of UTC one by one. It knows a
# limited span of time only, shares nothing with the C code and uses Python's own zone reader.
import datetime
import functools
import re
import zoneinfo

DAY = 86400
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
KINDS = ["first_response", "next_response", "plan", "resolution", "promise"]
LEVELS = ["low", "normal", "high", "critical"]
EPOCH = datetime.datetime(1970, 1, 1)


class OutOfReach(Exception):
    """The scenario leaves the span of time that this reference lays out."""


def parse_time(text):
    when = datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    return int(when.timestamp())


def format_time(at):
    return None if at is None else (EPOCH + datetime.timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_duration(text):
    if text is None:
        return None
    units = {"d": DAY, "h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([dhms])", text))


# ---- Local time ---------------------------------------------------------------------------

def local_second(zone, at):
    """What a clock on the wall shows at an instant, as seconds since 1970 of its own time."""
    return at + int(datetime.datetime.fromtimestamp(at, zone).utcoffset().total_seconds())


@functools.lru_cache(maxsize=None)
def window(name, day):
    """(instant, wall clock) minute by minute around a local day; only the offset where it never changes."""
    zone = zoneinfo.ZoneInfo(name)
    first, last = (day - 2) * DAY, (day + 3) * DAY
    if len({local_second(zone, at) - at for at in range(first, last, 900)}) == 1:
        return None, local_second(zone, first) - first
    return [(at, local_second(zone, at)) for at in range(first, last, 60)], None


@functools.lru_cache(maxsize=None)
def instant_of(name, day, second):
    """The instant of a local time, or None when the zone skips that date."""
    minutes, offset = window(name, day)
    wanted = day * DAY + second
    if minutes is None:
        return wanted - offset
    if not any(day * DAY <= wall < (day + 1) * DAY for _, wall in minutes):
        return None
    for at, wall in minutes:  # the first, when it exists twice
        if wall == wanted:
            return at
    for (_, wall), (_, next_wall) in zip(minutes, minutes[1:]):
        if wall < wanted < next_wall:  # in the gap
            gap = next_wall - wall - 60
            return next(at for at, later in minutes if later == wanted + gap)
    raise AssertionError("no such time and no gap")


# ---- Calendars --------------------------------------------------------------------------------

class Calendar:
    """Working time laid out as a byte per second, from some days before `start` on, day by day as far as it is asked."""

    DAYS = 500

    def __init__(self, spec, start):
        self.spec = spec
        self.day = start // DAY - 3  # the next local day to lay out
        self.first = self.day * DAY
        self.work = bytearray()

    def lay_out_until(self, at):
        """Each local day's spans; what lies more than two days before the last of them is complete."""
        while self.day * DAY < at + 3 * DAY:
            if (self.day * DAY - self.first) // DAY > self.DAYS:
                raise OutOfReach
            self.work.extend(b"\0" * max(0, (self.day + 3) * DAY - self.first - len(self.work)))
            for begin, end in self.spans(self.day):
                begin, end = max(begin - self.first, 0), end - self.first
                if end > begin:
                    self.work[begin:end] = b"\1" * (end - begin)
            self.day += 1

    def spans(self, day):
        if self.spec.get("always"):
            return [(day * DAY, (day + 1) * DAY)]
        date = (EPOCH + datetime.timedelta(days=day)).strftime("%Y-%m-%d")
        weekday = WEEKDAYS[(day + 3) % 7]
        if date in self.spec.get("workdays", {}):
            weekday = self.spec["workdays"][date]
        elif date in self.spec.get("holidays", []):
            return []
        found = []
        for span in self.spec["hours"].get(weekday, []):
            ends = [instant_of(self.spec["timezone"], day, int(text[:2]) * 3600 + int(text[3:]) * 60) for text in span]
            if None not in ends:
                found.append(ends)
        return found

    def between(self, a, b):
        if b <= a:
            return 0
        self.lay_out_until(b)
        return self.work.count(1, a - self.first, b - self.first)

    def add(self, start, seconds):
        at = start
        while seconds > 0:
            step = next(step for step in (3600, 60, 1) if step == 1 or self.between(at, at + step) < seconds)
            seconds -= self.between(at, at + step)
            at += step
        return at


def working_seconds(spec, first, last):
    """Of all local days from first up to last: each day's spans, seconds covered twice once."""
    calendar, spans = Calendar(spec, first * DAY), []
    for day in range(first, last):
        spans += [(begin, end) for begin, end in calendar.spans(day) if end > begin]
    total, reached = 0, -1 << 62
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total


# ---- Clocks -----------------------------------------------------------------------------------

class Clock:
    def __init__(self, kind, event, place):
        self.kind, self.event, self.place = kind, event, place
        self.start = event["at"]
        self.calendar = self.target = self.due_fixed = None
        self.index = 0
        self.stopped = self.ended = self.urgency = None  # ended: "stop", "unanswered", "withdrawn"
        self.pauses = []  # [begin, end or None]
        self.why = [event["id"]]

    @property
    def running(self):
        return self.ended is None

    @property
    def paused(self):
        return bool(self.pauses) and self.pauses[-1][1] is None

    def closed_pauses(self, moment):
        return [(begin, moment if end is None else end) for begin, end in self.pauses]

    def used(self, moment):
        """Working time until a moment that is not used up by pauses."""
        if self.kind == "promise":
            return moment - self.start
        seconds = self.calendar.between(self.start, moment)
        for begin, end in self.closed_pauses(moment):
            seconds -= self.calendar.between(begin, min(end, moment))
        return seconds

    def paused_seconds(self, moment):
        return sum(end - begin for begin, end in self.closed_pauses(moment))

    def due(self, moment, calendar=None, target=None):
        """The earliest instant outside the pauses by which the target has been used."""
        if self.kind == "promise":
            return self.due_fixed
        calendar, target = calendar or self.calendar, self.target if target is None else target
        if target is None:
            return None
        at, used = self.start, 0
        for begin, end in self.closed_pauses(moment):
            here = calendar.between(at, begin)
            if used + here > target or (used + here == target and calendar.add(at, target - used) < begin):
                break
            used, at = used + here, end
        return calendar.add(at, target - used)

    def state(self, now):
        if self.ended == "withdrawn":
            return "withdrawn"
        moment = now if self.running else self.stopped
        late = moment > self.due(moment)
        if self.ended == "unanswered" and not late:
            return "cancelled"
        if self.ended == "stop" and not late:
            return "met"
        if late:
            return "missed"
        return "paused" if self.paused else "running"


class Ticket:
    def __init__(self, policy, calendars):
        self.policy, self.calendars = policy, calendars
        self.clocks = []
        self.open = self.waiting = self.resolved = self.over = False
        self.resolved_at = None
        self.answered = False
        self.urgency = None

    def target(self, kind, urgency):
        row = self.policy["targets"][urgency]
        return self.calendars[row["calendar"]], parse_duration(row.get(kind))

    def running(self, *kinds):
        return [clock for clock in self.clocks if clock.running and clock.kind in kinds]

    def start(self, kind, event, place):
        clock = Clock(kind, event, place)
        clock.calendar, clock.target = self.target(kind, self.urgency)
        self.clocks.append(clock)

    def end(self, clocks, event, how):
        for clock in clocks:
            clock.ended, clock.stopped, clock.urgency = how, event["at"], self.urgency
            clock.why.append(event["id"])

    def customer_mail(self, event, place):
        if not self.open:
            self.open, self.urgency = True, event["urgency"]
            for kind in ("first_response", "plan", "resolution"):
                self.start(kind, event, place)
            return
        thanks = event.get("thanks_only", False)
        if self.resolved:
            within = parse_duration(self.policy.get("reopen_within"))
            if thanks or (within is not None and event["at"] - self.resolved_at > within):
                return
            self.reopen(event, place)
        self.waiting = False
        for clock in self.running("resolution"):
            if clock.paused:
                clock.pauses[-1][1] = event["at"]
                clock.why.append(event["id"])
        if not thanks and not self.running("first_response", "next_response"):
            self.start("next_response", event, place)

    def agent_reply(self, event, place):
        self.answered = True
        self.end(self.running("promise"), event, "stop")
        self.end(self.running("first_response", "next_response"), event, "stop")
        if event.get("offers_plan"):
            self.end(self.running("plan"), event, "stop")
        if (event.get("offers_plan") or event.get("asks_customer")) and not self.resolved:
            self.waiting = True
            for clock in self.running("resolution"):
                if self.policy["pause_resolution_while_waiting"] and not clock.paused:
                    clock.pauses.append([event["at"], None])
                    clock.why.append(event["id"])
        self.promise(event, place)

    def promise(self, event, place):
        made = []
        for index, promise in enumerate(event.get("promises", [])):
            clock = Clock("promise", event, place)
            clock.due_fixed, clock.index = parse_time(promise["due"]), index
            made.append(clock)
        self.clocks += made
        return made

    def change_urgency(self, event, place):
        wanted, rules = event["urgency"], event["by"] == "rules"
        if wanted == self.urgency or (rules and LEVELS.index(wanted) < LEVELS.index(self.urgency)):
            return
        self.urgency = wanted
        for clock in self.running(*KINDS[:4]):
            clock.why.append(event["id"])
            calendar, target = self.target(clock.kind, wanted)
            if rules:
                if target is None:
                    continue  # never hides one
                if clock.target is not None and clock.due(event["at"], calendar, target) > clock.due(event["at"]):
                    continue
            clock.calendar, clock.target = calendar, target

    def resolve(self, event, place):
        self.end(self.running("promise"), event, "stop")
        if self.resolved:
            return
        self.end(self.running("resolution"), event, "stop")
        self.end(self.running("plan"), event, "stop" if self.answered else "unanswered")
        self.end(self.running("first_response", "next_response"), event, "unanswered")
        self.resolved, self.waiting, self.resolved_at = True, False, event["at"]

    def reopen(self, event, place):
        if self.resolved:
            self.resolved = self.waiting = False
            self.start("resolution", event, place)

    def finish(self, event, place):
        self.end(self.running(*KINDS), event, "unanswered")
        self.over = True

    def state(self, now):
        if self.over:
            return "closed"
        if self.resolved:
            closes = parse_duration(self.policy.get("auto_close_after"))
            return "closed" if closes is not None and now - self.resolved_at >= closes else "resolved"
        return "waiting" if self.waiting else "open"


def simulate(scenario):
    now = parse_time(scenario["now"])
    events = [dict(event, at=parse_time(event["at"]), place=place) for place, event in enumerate(scenario["events"])]
    events = sorted((event for event in events if event["at"] <= now), key=lambda event: (event["at"], event["place"]))
    while events and events[0]["type"] != "customer_mail":
        events.pop(0)
    if not events:
        return {"ticket": None, "clocks": []}
    start = events[0]["at"]
    ticket = Ticket(scenario["policy"], {name: Calendar(spec, start)
                                         for name, spec in scenario["policy"]["calendars"].items()})
    places = {event["id"]: place for place, event in enumerate(events)}
    first_bounce = {}
    for place, event in enumerate(events):
        if event["type"] == "bounce" and event["of"] in places and events[places[event["of"]]]["type"] == "agent_reply":
            first_bounce.setdefault(event["of"], place)
    act = {"customer_mail": ticket.customer_mail, "agent_reply": ticket.agent_reply, "urgency": ticket.change_urgency,
           "resolve": ticket.resolve, "reopen": ticket.reopen, "merge_into": ticket.finish, "erase": ticket.finish}
    withdrawn = {}  # place at which they stop: their promises

    for place, event in enumerate(events):
        if event["id"] in first_bounce and not ticket.over:
            bounce = first_bounce[event["id"]]
            made = ticket.promise(event, place)
            for clock in made:
                clock.ended = "withdrawn"
                clock.why = [events[p]["id"] for p in sorted((place, bounce))]
            withdrawn[max(place, bounce)] = made
        elif event["type"] in act and not ticket.over:
            act[event["type"]](event, place)
        for clock in withdrawn.get(place, []):
            clock.stopped, clock.urgency = event["at"], ticket.urgency

    shown = [clock for clock in ticket.clocks if clock.kind == "promise" or clock.target is not None]
    shown.sort(key=lambda clock: (clock.start, KINDS.index(clock.kind), clock.place, clock.index))
    return {"ticket": {"state": ticket.state(now), "urgency": ticket.urgency},
            "clocks": [show(clock, ticket, now) for clock in shown]}


def show(clock, ticket, now):
    moment = now if clock.running else clock.stopped
    return {"clock": clock.kind, "for": clock.event["id"],
            "urgency": ticket.urgency if clock.running else clock.urgency,
            "start": format_time(clock.start), "due": format_time(clock.due(moment)), "state": clock.state(now),
            "stopped": format_time(clock.stopped), "used_s": clock.used(moment),
            "paused_s": clock.paused_seconds(moment), "why": clock.why}
