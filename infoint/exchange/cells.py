"""How the cells of a table are read: as one line, an address, a date."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Literal

OLDEST = 1970
"""Dates of an earlier year are taken for mistakes of typing (and 1900 is what a spreadsheet makes of 0)."""

Order = Literal["dmy", "mdy", "both", ""]


def unguarded(cell: str) -> str:
    """A cell without the ' that an export puts in front of what a spreadsheet would take for a formula.

    >>> unguarded("'=HYPERLINK"), unguarded("'s-Hertogenbosch")
    ('=HYPERLINK', "'s-Hertogenbosch")
    """
    return cell[1:] if re.match(r"'[ ']*[=+\-@\t\r]", cell) else cell


def guarded(cell: str) -> str:
    """A cell with a ' in front where a spreadsheet would take it for a formula.

    >>> guarded("=HYPERLINK"), guarded(" +1"), guarded("Dana")
    ("'=HYPERLINK", "' +1", 'Dana')
    """
    return f"'{cell}" if re.match(r"[ ']*[=+\-@\t\r]", cell) else cell


def clean(cell: str) -> str:
    r"""A cell as one line: outer and double spaces and line breaks gone, the guard taken off.

    >>> clean("  Dana \n Ruiz ")
    'Dana Ruiz'
    """
    line = " ".join(cell.split())
    return " ".join(unguarded(cell.lstrip()).split()) if line[:1] == "'" else line


def is_empty(cell: str) -> bool:
    """Whether a cell says nothing; an unticked box stands in every row of some sheets.

    >>> is_empty("  "), is_empty("FALSE"), is_empty("no")
    (True, True, False)
    """
    return not cell or cell.isspace() or cell == "FALSE"


def key(text: str) -> str:
    """A header or a status for comparing: lower case, words and digits only.

    >>> key(" Thank-you  sent? ")
    'thank you sent'
    """
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def email_address(text: str) -> str:
    """An email address in lower case, or "" for what is none; a domain that many share is looked at once.

    >>> email_address(" Dana@Example.com "), email_address("dana at example")
    ('dana@example.com', '')
    """
    local, _, domain = text.strip().rpartition("@")
    if re.fullmatch(r"[a-z\d]{1,64}", local, re.IGNORECASE | re.ASCII):
        return _validated(f"x@{domain}").replace("x", local.lower(), 1)
    return _validated(text.strip())


@lru_cache(maxsize=4096)
def _validated(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return ""


_PROFILE = "https://www.linkedin.com/in/"
_WEB = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[\w-]+)(/[^\s?#]*)?(?:[?#]\S*)?", re.IGNORECASE)


def web_address(text: str) -> str:
    """A profile's address in one form, whatever stood around it, or "" for what is none.

    >>> web_address("http://de.linkedin.com/in/dana-ruiz/?trk=nav")
    'https://www.linkedin.com/in/dana-ruiz'
    >>> web_address("yes")
    ''
    """
    if text.startswith(_PROFILE) and text[len(_PROFILE) :].replace("-", "").isalnum():
        return text  # nearly all of an export
    found = _WEB.fullmatch(text.strip())
    if not found or not found[0].isprintable():
        return ""
    host = found[1].lower()
    if f".{host}".endswith(".linkedin.com"):
        host = "www.linkedin.com"
    return f"https://{host}{(found[2] or '').rstrip('/')}"


_NAMES = "january february march april may june july august september october november december".split()  # noqa: SIM905
_DATE = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    r"(\d{4}|\d\d?|[a-z]{3,9})(?:st|nd|rd|th)?[\s.,/-]+(\d\d?|[a-z]{3,9})(?:st|nd|rd|th)?[\s.,/-]+(\d{4}|\d\d?)"
    r"(?:(?:T|,?\s+)\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?:\s*[AP]\.?M\.?)?(?:\s*(?:Z|UTC|[+-]\d\d:?\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)


def date_readings(text: str) -> tuple[date | None, date | None]:
    """What a date means with the day first, and with the month first; an hour after it is left out.

    The two are the same but for all-number dates. None stands where that reading does not exist.

    >>> date_readings("14 Mar 2025")
    (datetime.date(2025, 3, 14), datetime.date(2025, 3, 14))
    >>> date_readings("3/14/25"), date_readings("soon")
    ((None, datetime.date(2025, 3, 14)), (None, None))
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None, None
    one, two, three = found.groups()
    if one.isdigit() and two.isdigit() and len(one) < 4:
        return _day(three, two, one), _day(three, one, two)
    year, month, day = (one, two, three) if len(one) == 4 and one.isdigit() else (three, one, two)
    if two.isalpha():
        year, month, day = (three, two, one)
    only = _day(year, month, day)
    return only, only


def _day(year: str, month: str, day: str) -> date | None:
    named = next((n for n, name in enumerate(_NAMES, 1) if name.startswith(month.lower())), month)
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(named), int(day))
    except ValueError:
        return None
    return found if found.year >= OLDEST else None


def proven_order(texts: Iterable[str]) -> tuple[Order, str]:
    """The order that a column's dates prove, and the first date that nothing decides, or "".

    >>> proven_order(["3/4/2025", "13/4/2025"]), proven_order(["3/4/2025", "2025-04-13"])
    (('dmy', ''), ('', '3/4/2025'))
    >>> proven_order(["13/4/2025", "4/13/2025"])
    ('both', '')
    """
    proven: set[Order] = set()
    doubtful = ""
    for text in texts:
        day_first, month_first = date_readings(text)
        if day_first and month_first:
            doubtful = doubtful or (text if day_first != month_first else "")
        elif day_first or month_first:
            proven.add("dmy" if day_first else "mdy")
    if proven:
        return "both" if len(proven) == 2 else proven.pop(), ""
    return "", doubtful
