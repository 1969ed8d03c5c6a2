"""A calendar file (RFC 5545): talks with their hour, zone and alarm, follow-ups as whole days.

An entry is a mapping of properties, by their names in the RFC.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zlib import crc32

PRODID = "-//infoint//informational interviews//EN"
"""By this line a file is known to be ours, and may be renewed."""
ALARM = timedelta(hours=1)
"""So long before a talk it rings (ours)."""
Entry = dict[str, Any]


def talk(uid: str, name: str, start: datetime, minutes: int, place: str, sheet: str) -> Entry:
    """A talk, in the zone of `start`; a place that is a link can be clicked.

    >>> start = datetime(2025, 3, 14, 15, tzinfo=UTC)
    >>> talk("u", "Dana", start, 20, "https://example.com/call", "")["url"]
    'https://example.com/call'
    """
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)
    link = {"url": place} if re.fullmatch(r"https?://[!-~]+", place) else {}
    more = {"location": place, "description": sheet}
    return {"uid": uid, "summary": f"Talk with {name}", "dtstart": start, "dtend": end} | more | link


def whole_day(uid: str, day: date, summary: str, more: str) -> Entry:
    """A follow-up: it takes no time of that day."""
    days = {"dtstart": day, "dtend": day + timedelta(days=1), "transp": "TRANSPARENT"}
    return {"uid": uid, "summary": summary, "description": more} | days


def off(uid: str, start: date) -> Entry:
    """What was in an earlier file and is off: calendars take it out, or strike it through."""
    return {"uid": uid, "summary": "No longer due", "dtstart": start, "status": "CANCELLED"}


def numbered(entry: Entry, kept: list[Any] | None) -> tuple[Entry, list[Any]]:
    """The entry with its SEQUENCE, one up when anything changed; and what to keep: that, a mark, the start.

    >>> entry, kept = numbered(whole_day("u", date(2025, 3, 14), "Thank Dana", ""), None)
    >>> entry["sequence"], numbered(whole_day("u", date(2025, 3, 17), "Thank Dana", ""), kept)[0]["sequence"]
    (0, 1)
    """
    mark, start = crc32(ascii(entry).encode()), entry["dtstart"]
    sequence = kept[0] + (kept[1] != mark) if kept else 0
    moment = start.astimezone(UTC) if isinstance(start, datetime) else start
    return entry | {"sequence": sequence}, [sequence, mark, moment.isoformat()]


def write(entries: Iterable[Entry], now: datetime) -> bytes:
    r"""The bytes of the file; `now` becomes the stamp of every entry.

    >>> entry = whole_day("u", date(2025, 3, 14), "Thank Zoë", "")
    >>> b"DTSTART;VALUE=DATE:20250314\r\n" in write([entry], datetime(2025, 3, 13, tzinfo=UTC))
    True
    """
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    for entry in entries:
        event = Event()
        for name, value in (entry | {"dtstamp": now, "class": "PRIVATE"}).items():
            if value != "":
                event.add(name, _clean(value) if isinstance(value, str) else value)
        if "location" in entry:
            event.add_component(Alarm.new(description=_clean(entry["summary"])))
            event.subcomponents[0].add("action", "DISPLAY")
            event.subcomponents[0].add("trigger", -ALARM)
        calendar.add_component(event)
    years = [event.start.year for event in calendar.events] or [now.year]
    calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    _mend_zones(calendar)
    return bytes(calendar.to_ical())


def _clean(text: str) -> str:
    """Lines without control characters; what is typed cannot begin a property of its own."""
    from infoint.letters.drafts import header_text

    return "\n".join(map(header_text, text.splitlines()))


def _mend_zones(calendar: Any) -> None:
    """Tell an hour at which clocks go forward on the clock before it (RFC 5545, 3.6.5).

    The package tells it on the clock after it: others would change theirs an hour late.
    """
    from icalendar import vDDDLists

    for zone in calendar.timezones:
        place = zone.to_tz()
        for part in zone.subcomponents:
            gap = max(part.TZOFFSETTO - part.TZOFFSETFROM, timedelta())
            onsets = [part.DTSTART, *(onset for onset, _ in part.rdates)]
            part.DTSTART, *later = [onset - gap if _exists(onset, place) else onset for onset in onsets]
            if later:
                part["RDATE"] = vDDDLists(later)


def _exists(wall: datetime, zone: tzinfo) -> bool:
    there = wall.replace(tzinfo=zone)
    return there.astimezone(UTC).astimezone(zone) == there
