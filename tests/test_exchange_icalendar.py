"""Calendar files: other programs read what was meant, whatever names, places and zones there are."""

from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from unicodedata import category
from zoneinfo import ZoneInfo

import icalendar
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infoint.exchange.icalendar import numbered, off, talk, whole_day, write

NOW = datetime(2025, 3, 14, 15, tzinfo=UTC)
DAY = date(2025, 3, 14)
ZONES = [
    *("UTC", "Etc/UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "Africa/Casablanca"),
    *("Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Etc/GMT+5"),
]
HOSTILE = "Zoë\r\nEND:VEVENT\r\nBEGIN:VEVENT\x00,;\\n:\u2028\ud800李🌱"
TEXT = st.text(st.characters(), max_size=200) | st.just(HOSTILE)


def first(entry):
    return numbered(entry, None)[0]


def one_talk(start, minutes=20, name="Dana", place="", sheet="", uid="u"):
    return first(talk(uid, name, start, minutes, place, sheet))


def read(content):
    """What two parsers agree on."""
    other = vobject.readOne(content.decode())
    events = icalendar.Calendar.from_ical(content).events
    for event, its in zip(events, other.contents.get("vevent", []), strict=True):
        assert (event["UID"], str(event["SEQUENCE"])) == (its.uid.value, its.sequence.value)
        assert event["SUMMARY"] == its.summary.value
        assert f"{event.start:%c}" == f"{its.dtstart.value:%c}"  # its zone is of the first file with that zone's name
    return events


def in_words(text):
    """What can be seen of a text: no control characters, no breaks, and no distance between words."""
    plain = "".join(
        " " if category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text.replace("=?", "= ?").replace("?=", "? =")
    )
    return plain.split()


def test_a_talk_has_its_zone_its_place_its_sheet_and_an_alarm():
    start = datetime(2025, 3, 14, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    content = write([one_talk(start, 30, "Zoë Łukasz", "Café Grün, upstairs", "# Before\n\n- ask, listen; thank")], NOW)
    (event,) = read(content)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Talk with Zoë Łukasz", "Café Grün, upstairs")
    assert event["DESCRIPTION"] == "# Before\n\n- ask, listen; thank"
    assert (event.start, event.end) == (start, start + timedelta(minutes=30))
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (event["DTSTAMP"].dt, event["SEQUENCE"], event["UID"]) == (NOW, 0, "u")
    (alarm,) = event.walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(hours=-1))
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n" in content


def test_a_place_that_is_a_link_can_be_clicked():
    (event,) = read(write([one_talk(NOW, place="https://meet.example.com/a-b?c=d")], NOW))
    assert event["URL"] == event["LOCATION"] == "https://meet.example.com/a-b?c=d"
    (event,) = read(write([one_talk(NOW, place="the café, see https://example.com")], NOW))
    assert "URL" not in event


def test_a_follow_up_is_a_whole_day_that_takes_no_time():
    (event,) = read(write([first(whole_day("u", date(2025, 2, 28), "Thank Dana", "infoint write Dana"))], NOW))
    assert (event.start, event.end, event["TRANSP"]) == (date(2025, 2, 28), date(2025, 3, 1), "TRANSPARENT")
    assert event.walk("VALARM") == []


def test_what_is_off_is_cancelled_and_does_not_ring():
    (event,) = read(write([first(off("u", NOW))], NOW))
    assert (event["STATUS"], event["UID"], event.walk("VALARM")) == ("CANCELLED", "u", [])


def test_an_empty_calendar_is_one():
    assert read(write([], NOW)) == []


def test_the_number_goes_up_with_every_change_and_only_then():
    kept, numbers = None, []
    for day, text in [(14, "Thank"), (14, "Thank"), (17, "Thank"), (17, "Thank Zoë"), (14, "Thank"), (14, "Thank")]:
        entry, kept = numbered(whole_day("u", date(2025, 3, day), text, ""), kept)
        numbers.append(entry["sequence"])
    assert numbers == [0, 0, 1, 2, 3, 3]


@settings(deadline=None)
@given(TEXT, TEXT, TEXT)
def test_whatever_is_typed_is_one_entry_in_lines_that_are_not_too_long(name, place, sheet):
    content = write(
        [one_talk(NOW, name=name, place=place, sheet=sheet), first(whole_day("v", DAY, f"Thank {name}", ""))], NOW
    )

    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert all("\ufffd" not in line.decode() for line in content.split(b"\r\n")) or "\ufffd" in name + place + sheet
    assert content.count(b"\n") == content.count(b"\r\n")
    meeting, follow_up = read(content)
    assert meeting["SUMMARY"].split() == ["Talk", "with", *in_words(name)]
    assert str(meeting.get("LOCATION", "")).split() == in_words(place)
    assert str(meeting.get("DESCRIPTION", "")).split() == in_words(sheet)
    assert (meeting["UID"], follow_up["UID"], follow_up.start) == ("u", "v", DAY)
    assert set(meeting) - {"LOCATION", "DESCRIPTION", "URL"} == {
        *("UID", "SUMMARY", "DTSTART", "DTEND", "SEQUENCE", "DTSTAMP", "CLASS"),
    }


def since_2020(*moment):
    return (datetime(*moment, tzinfo=UTC) - datetime(2020, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)


def offset_at(moment, content):
    """How far that moment's clock is from UTC, for whom only the zone in the file tells it (RFC 5545, 3.6.5)."""
    zone, onsets = icalendar.Calendar.from_ical(content).timezones[0], []
    for part in zone.subcomponents:
        walls = [part.DTSTART, *(wall for wall, _ in part.rdates)]
        onsets += [((wall - part.TZOFFSETFROM).replace(tzinfo=UTC), part.TZOFFSETTO) for wall in walls]
    return max((onset for onset in onsets if onset[0] <= moment), key=itemgetter(0))[1]


@settings(deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 20 * 366 * 24 * 60), st.integers(1, 1000))
@example("America/New_York", since_2020(2025, 3, 9, 7, 30), 20)
@example("America/New_York", since_2020(2025, 11, 2, 5, 45), 20)
@example("Australia/Lord_Howe", since_2020(2025, 10, 4, 15, 45), 20)
@example("Europe/Dublin", since_2020(2025, 3, 30, 1, 30), 20)
def test_the_zone_in_the_file_tells_the_hour_that_was_meant(zone, after, minutes):
    start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=after)
    content = write([one_talk(start.astimezone(ZoneInfo(zone)), minutes)], NOW)

    (event,) = read(content)
    for found, meant in ((event.start, start), (event.end, start + timedelta(minutes=minutes))):
        if "TZID" in event["DTSTART"].params:
            assert found.replace(tzinfo=UTC) - offset_at(meant, content) == meant
        else:
            assert found == meant
    assert ("TZID" in event["DTSTART"].params) == (zone not in {"UTC", "Etc/UTC"})
