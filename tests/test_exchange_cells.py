"""How cells are read: as one line, addresses, dates, and the order of a column of dates."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoint.exchange.cells import clean, date_readings, email_address, guarded, proven_order, unguarded, web_address


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("'=1+1", "=1+1"),
        ("' @dana", "@dana"),
        ("'-5", "-5"),
        ("'\tx", "x"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("O'Neil", "O'Neil"),
        ("  Dana\n Ruiz ", "Dana Ruiz"),
        ("'", "'"),
    ],
)
def test_the_guard_of_an_exported_cell_is_taken_off_and_nothing_else(cell, read):
    assert clean(cell) == read


@given(st.text(max_size=20), st.sampled_from("=+-@\t\r"))
def test_a_guarded_cell_comes_back_as_it_was(rest, sign):
    assert unguarded("'" + sign + rest) == sign + rest


@given(st.text(st.sampled_from(" '=+-@\t\rab"), max_size=8))
def test_what_an_export_guards_an_import_takes_as_it_was(cell):
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).lstrip()[:1] or guarded(cell).lstrip()[0] not in "=+-@"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Dana@Example.COM ", "dana@example.com"),
        ("zoë@example.org", "zoë@example.org"),
        ("dana@lab.test", "dana@lab.test"),
        ("dana at example.com", ""),
        ("dana@example.com; lee@example.com", ""),
        ("a" * 400 + "@example.com", ""),
    ],
)
def test_an_email_address_is_lower_case_or_nothing(text, address):
    assert email_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "https://www.linkedin.com/in/dana-ruiz",
        " http://linkedin.com/in/dana-ruiz/ ",
        "LinkedIn.com/in/dana-ruiz?trk=nav#top",
        "https://fr.linkedin.com/in/dana-ruiz?next=https://example.com/x",
    ],
)
def test_every_form_of_a_profile_address_becomes_one(text):
    assert web_address(text) == "https://www.linkedin.com/in/dana-ruiz"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://Example.com/People/Dana/", "https://example.com/People/Dana"),
        ("https://www.linkedin.com/in/j%C3%B6rg", "https://www.linkedin.com/in/j%C3%B6rg"),
        ("yes", ""),
        ("javascript:alert(1)", ""),
        ("ftp://example.com/x", ""),
        ("see linkedin.com/in/dana", ""),
        ("", ""),
    ],
)
def test_other_addresses_keep_their_path_and_what_is_none_is_nothing(text, address):
    assert web_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-14",
        "2025/3/14",
        "2025-03-14 09:00:00 UTC",
        "2025-03-14T09:00:00+01:00",
        "14 Mar 2025",
        "14-Mar-25",
        "14. March 2025",
        "14th march 2025",
        "Fri, 14 Mar 2025",
        "Mar 14, 2025",
        "March 14th, 2025, 9:05 AM",
        "3/14/25, 9:05 AM",
        "14.03.2025",
        "14-3-2025 17:30",
    ],
)
def test_a_date_that_reads_one_way_only_is_that_day(text):
    assert set(date_readings(text)) <= {date(2025, 3, 14), None}
    assert any(date_readings(text))


@pytest.mark.parametrize(
    "text",
    ["", "soon", "3/14", "Mar 14", "May 2025", "31/31/2025", "2025-02-30", "0/0/00", "45000", "1/1/1900", "9:05"],
)
def test_what_is_no_whole_date_is_none(text):
    assert date_readings(text) == (None, None)


def test_a_date_of_numbers_has_two_readings():
    assert date_readings("3/4/2025") == (date(2025, 4, 3), date(2025, 3, 4))


@settings(deadline=None)
@given(
    st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y"])
)
def test_any_day_written_day_first_reads_back(day, form):
    assert date_readings(day.strftime(form))[0] == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2025", "13/4/2025"], ("dmy", "")),
        (["4/13/2025", "3/4/2025"], ("mdy", "")),
        (["13/4/2025", "4/13/2025", "3/4/2025"], ("both", "")),
        (["2025-01-02", "3/4/2025", "5/6/2025"], ("", "3/4/2025")),
        (["4/4/2025", "soon", ""], ("", "")),
    ],
)
def test_the_order_of_a_column_is_proven_and_never_guessed(texts, order):
    assert proven_order(texts) == order
