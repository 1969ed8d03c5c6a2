"""Dates and times as people type them, read in the user's own zone.

The words are read by `dateparser`. It drops what it does not understand and swaps day and month
when that makes a date, so dates in numbers are read here, and what it gives is checked.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any, Literal

from infoint.errors import UnreadableMoment

NOON = time(12)
_LONGEST = 60
_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"\b((?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\b"
_NUMBERS = re.compile(r"(?<!\S)(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?\.?(?=[\s,]|$)")
_YEAR_FIRST = re.compile(r"(?<!\S)(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?=[\s,]|$)")
_ORDINAL = re.compile(r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)\b(?! (?:week|month))")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SHORT_YEAR = re.compile(rf"\b(\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-]+)(\d\d)(?=$|[ ,])")
_AHEAD = re.compile(rf"^(?:next|this|coming) (?={_WEEKDAY})")
_FULL_HOUR = re.compile(r"(?<!\bin )\b(\d{1,2})h\b(?! ago)")
_BARE_HOUR = re.compile(r"\bat (\d{1,2})$")
_UNCLEAR = re.compile(rf"^[\d ]*$|(?:\btoday|\btomorrow|\byesterday|{_WEEKDAY}) \d+$|\d(?:st|nd|rd|th) (?:week|month)")
_HOURS = re.compile(r"\b(?:hour|minute|min|(?<!from )now)s?\b|\d ?h\b")


def read(
    text: str, now: datetime, zone: tzinfo = UTC, prefer: Literal["past", "future"] = "past"
) -> tuple[datetime, str]:
    """Read a date or a time; gives the moment in UTC and its precision, "minute" or "day".

    A day without an hour is given as noon UTC of that date, which is that day in every zone's
    calendar; a part of a day ("monday morning") is that day. `prefer` says where a day without a
    year lies. What can be read two ways is refused with both readings. An hour that the change of
    clocks leaves out or repeats is counted as before the change (RFC 5545, 3.3.5).

    >>> now = datetime(2025, 3, 12, 10, tzinfo=UTC)
    >>> read("yesterday 16:00", now)
    (datetime.datetime(2025, 3, 11, 16, 0, tzinfo=datetime.timezone.utc), 'minute')
    >>> read("2025-03-01", now)[1]
    'day'
    >>> read("3/4", now, prefer="future")
    Traceback (most recent call last):
    ...
    infoint.errors.UnreadableMoment: '3/4' can be read as 2026-03-04 or as 2025-04-03.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        raise UnreadableMoment(text[:_LONGEST] + "…")
    here = now.astimezone(zone)
    words = _SHORT_YEAR.sub(r"\g<1>20\2", _FULL_HOUR.sub(r"\1:00", text.casefold()))
    words, ahead = _AHEAD.subn("", words)
    prefer = "future" if ahead else prefer
    words = _dated(words, text, here.date(), _DAY if prefer == "future" else -_DAY)
    if exact := _iso(words.upper(), zone):
        return exact
    if _UNCLEAR.search(words):
        raise UnreadableMoment(text)
    if (hour := _BARE_HOUR.search(words)) and 1 <= int(hour[1]) <= 12:
        both = [read(f"{words} {half}", now, zone, prefer)[0].astimezone(zone) for half in ("am", "pm")]
        raise UnreadableMoment(text, [f"{moment:%Y-%m-%d %H:%M}" for moment in both])
    return _in_words(_BARE_HOUR.sub(r"\1:00", words), text, here, prefer)


def day(date_: date) -> datetime:
    """A day without an hour, as an event keeps it: noon UTC of that date."""
    return datetime.combine(date_, NOON, UTC)


def _in_words(words: str, text: str, here: datetime, prefer: str) -> tuple[datetime, str]:
    """What the library reads, checked; hours from now are counted across a change of clocks."""
    from dateparser.date import DateDataParser

    from_now = _HOURS.search(words)
    base = here.astimezone(UTC) if from_now else here
    settings: dict[str, Any] = {
        "RELATIVE_BASE": base.replace(tzinfo=None),
        "PREFER_DATES_FROM": prefer,
        "RETURN_TIME_AS_PERIOD": True,
    }
    try:
        data = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
        if data.period in ("month", "year"):  # the day must follow, as in "last month": none is made up for "March"
            settings["REQUIRE_PARTS"] = ["day"]
            data = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
    except (ValueError, OverflowError):
        raise UnreadableMoment(text) from None
    found = data.date_obj
    has_hour = data.period == "time" or bool(from_now)
    if found is None or (":" in words and not has_hour):
        raise UnreadableMoment(text)
    if (named := re.search(_WEEKDAY, words)) and named[1][:3] != _WEEKDAYS[found.weekday()]:
        raise UnreadableMoment(text, why=f"{found:%Y-%m-%d} is a {found:%A}")
    if has_hour:
        return _in_utc(found.replace(second=0, microsecond=0), base.tzinfo or UTC), "minute"
    return day(found.date()), "day"


def _iso(text: str, zone: tzinfo) -> tuple[datetime, str] | None:
    try:
        if len(text) <= 10:
            return day(date.fromisoformat(text)), "day"
        return _in_utc(datetime.fromisoformat(text), zone), "minute"
    except (ValueError, OverflowError):
        return None


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _dated(words: str, text: str, today: date, step: timedelta) -> str:
    """The words with a date in numbers as ISO has it; refused when it can be read two ways, or none."""
    if (found := _ORDINAL.search(words)) and not re.search(rf"\b{_MONTH}", words):
        readings = _nearest(today, step, None, int(found[1]))
    elif found := _YEAR_FIRST.search(words):
        readings = _valid(int(found[1]), int(found[3]), int(found[4]))
    elif found := _NUMBERS.search(words):
        pairs = dict.fromkeys(((int(found[1]), int(found[3])), (int(found[3]), int(found[1]))))
        if found[4]:
            year = int(found[4]) + 2000 * (len(found[4]) == 2)
            readings = [day for pair in pairs for day in _valid(year, *pair)]
        else:
            readings = [day for pair in pairs for day in _nearest(today, step, *pair)]
        if not readings and found[2] == "." and not found[4]:
            return words  # 15.30 is an hour
    if not found:
        return words
    if len(readings) != 1:
        raise UnreadableMoment(text, map(str, readings))
    return f"{words[: found.start()]}{readings[0]}{words[found.end() :]}"


def _nearest(today: date, step: timedelta, month: int | None, number: int) -> list[date]:
    """The nearest such day of a month (of any month without one), today included; none when there is none."""
    days = (today + count * step for count in range(8 * 366))  # 29 February may be eight years away
    return list(islice((day for day in days if day.day == number and month in (None, day.month)), 1))


def _valid(year: int, month: int, number: int) -> list[date]:
    with suppress(ValueError):
        return [date(year, month, number)]
    return []
