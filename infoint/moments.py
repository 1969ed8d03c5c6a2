"""Dates and times as people type them, read in the user's own zone."""

import re
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Literal

from infoint.errors import UnreadableMoment

NOON = time(12)
_LONGEST = 60
_NUMBERS = re.compile(r"(?<!\S)(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{2}|\d{4}))?(?=[\s,]|$)")
_HOURS = re.compile(r"\b(hour|minute|min|now)s?\b", re.IGNORECASE)
_NEXT = re.compile(r"^next\s+((?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b", re.IGNORECASE)


def read(
    text: str, now: datetime, zone: tzinfo = UTC, prefer: Literal["past", "future"] = "past"
) -> tuple[datetime, str]:
    """Read a date or a time; gives the moment in UTC and its precision, "minute" or "day".

    A day without an hour is given as noon UTC of that date, which is that day in every zone's
    calendar. What can be read two ways is refused with both readings.

    >>> now = datetime(2025, 3, 12, 10, tzinfo=UTC)
    >>> read("yesterday 16:00", now)
    (datetime.datetime(2025, 3, 11, 16, 0, tzinfo=datetime.timezone.utc), 'minute')
    >>> read("2025-03-01", now)[1]
    'day'
    >>> read("3/4", now)
    Traceback (most recent call last):
    ...
    infoint.errors.UnreadableMoment: '3/4' can be read as 2025-03-04 or as 2025-04-03.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        raise UnreadableMoment(text[:_LONGEST] + "…")
    here = now.astimezone(zone)
    if exact := _iso(text, zone):
        return exact
    _refuse_two_readings(text, here)
    from dateparser.date import DateDataParser

    words = _NEXT.sub(r"\1", text)
    settings: dict[str, Any] = {
        "RELATIVE_BASE": here.replace(tzinfo=None),
        "PREFER_DATES_FROM": prefer if words == text else "future",
        "RETURN_TIME_AS_PERIOD": True,
    }
    try:
        data = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
        if data.period in ("month", "year"):  # the day must follow, as in "last month": none is made up for "March"
            settings["REQUIRE_PARTS"] = ["day"]
            data = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
    except (ValueError, OverflowError):
        raise UnreadableMoment(text) from None
    if data.date_obj is None:
        raise UnreadableMoment(text)
    if data.period == "time" or _HOURS.search(words):
        return _in_utc(data.date_obj.replace(second=0, microsecond=0), zone), "minute"
    return day(data.date_obj.date()), "day"


def day(date_: date) -> datetime:
    """A day without an hour, as an event keeps it: noon UTC of that date."""
    return datetime.combine(date_, NOON, UTC)


def _iso(text: str, zone: tzinfo) -> tuple[datetime, str] | None:
    try:
        if len(text) <= 10:
            return day(date.fromisoformat(text)), "day"
        return _in_utc(datetime.fromisoformat(text), zone), "minute"
    except (ValueError, OverflowError):
        return None


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _refuse_two_readings(text: str, here: datetime) -> None:
    numbers = _NUMBERS.search(text)
    if not numbers:
        return
    one, other = int(numbers[1]), int(numbers[3])
    year = int(numbers[4] or here.year)
    year += 2000 if year < 100 else 0
    if one != other and 1 <= one <= 12 and 1 <= other <= 12:
        raise UnreadableMoment(text, (f"{year}-{one:02}-{other:02}", f"{year}-{other:02}-{one:02}"))
