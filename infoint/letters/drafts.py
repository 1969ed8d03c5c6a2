"""Ways out of the house for a letter: links that fill a window to write in, and drafts of mail."""

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from urllib.parse import quote

from infoint.errors import InvalidPerson
from infoint.people import Profile

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MAX_LINK = 1800
WINDOWS = {
    "gmail": "https://mail.google.com/mail/?view=cm&fs=1&to={}&su={}",
    "outlook": "https://outlook.live.com/mail/0/deeplink/compose?to={}&subject={}",
    "program": "mailto:{}?subject={}",
}
"""Where a letter is written: web mail by its compose link, and the mail program."""
_WEB_MAIL = {"gmail.com": "gmail", "googlemail.com": "gmail"} | dict.fromkeys(
    ("outlook.com", "hotmail.com", "live.com", "msn.com"), "outlook"
)
_MAX_NAME = 200
_MAX_REFERENCES = 10


def header_text(text: str) -> str:
    r"""Text that can stand in a header: one line, no control characters, no encoded words.

    >>> header_text("Dana\r\nBcc: eve@example.com =?utf-8?q?x?=")
    'Dana Bcc: eve@example.com = ?utf-8?q?x? ='
    """
    return " ".join(_UNSAFE.sub(" ", text).replace("=?", "= ?").replace("?=", "? =").split())


def usual_window(email: str) -> str:
    """Where somebody with that address probably writes.

    >>> usual_window("robin@gmail.com"), usual_window("robin@example.org")
    ('gmail', 'program')
    """
    return _WEB_MAIL.get(email.rpartition("@")[2].casefold(), "program")


def compose_link(window: str, to: str, subject: str, body: str) -> str:
    r"""A link that opens a window with the letter in it; a long letter leaves its text out, to be pasted.

    A mailto: link is after RFC 6068.

    >>> compose_link("program", "dana@example.com", "Tea & advice", "Hello\nDana")
    'mailto:dana@example.com?subject=Tea%20%26%20advice&body=Hello%0D%0ADana'

    Raises
    ------
    InvalidPerson
        When the address is none, or more than one.

    """
    known_as = quote(_address("", to).addr_spec, safe="@") if to else ""
    link = WINDOWS[window].format(known_as, quote(header_text(subject), safe=""))
    lines = re.sub(r"\r\n?|\n", "\r\n", body)
    whole = f"{link}&body={quote(lines, safe='', errors='replace')}"
    return whole if len(whole) < _MAX_LINK else link


def profile_link(url: str) -> str:
    """The address of a LinkedIn profile, or "" when it is none: nothing else is ever opened.

    >>> profile_link("linkedin.com/in/dana-ruiz"), profile_link("javascript:alert(1)")
    ('https://linkedin.com/in/dana-ruiz', '')
    """
    found = re.fullmatch(r"(?:https?://)?((?:[\w-]+\.)?linkedin\.com/[\w%~./-]+)/?(?:[?#].*)?", url.strip(), re.ASCII)
    return f"https://{found[1]}" if found else ""


def eml(
    to: str,
    name: str,
    subject: str,
    body: str,
    sender: Profile | None,
    message_id: str,
    references: Sequence[str] = (),
    *,
    unsent: bool = True,
) -> bytes:
    """The bytes of a draft: headers are exactly those set here, whatever the names contain.

    `references` are the Message-IDs of the thread it goes on with, oldest first; `unsent` tells
    mail programs to open the file for writing.

    Raises
    ------
    InvalidPerson
        When there is no address to write to, or it is no address.

    """
    policy = SMTP.clone(max_line_length=998)
    message = EmailMessage(policy=policy)
    message["To"] = _address(name, to)
    if sender and sender.email:
        message["From"] = _address(sender.name, sender.email)
    message["Subject"] = header_text(subject)
    message["Message-ID"] = message_id
    if references:
        message["In-Reply-To"], message["References"] = references[-1], " ".join(references[-_MAX_REFERENCES:])
    if unsent:
        message["X-Unsent"] = "1"
    message.set_content(body, cte="quoted-printable")
    wanted = sorted(key.casefold() for key in message)
    raw = message.as_bytes()
    found = sorted(key.casefold() for key in BytesParser(policy=policy).parsebytes(raw))
    if found != wanted:
        raise InvalidPerson("name", name, "it would change the letter's headers")
    return raw


def message_id(letter_id: str, sender: Profile | None) -> str:
    """The Message-ID of a letter: its own id at the sender's domain, so that no host name leaks.

    >>> message_id("01J", Profile(name="Robin", email="robin@example.org")), message_id("01J", None)
    ('<01j@example.org>', '<01j@invalid>')
    """
    domain = _address("", sender.email).domain if sender and sender.email else "invalid"
    return f"<{letter_id.lower() or 'not-kept'}@{domain}>"


def _address(name: str, email: str) -> Address:
    """One address for a header; a domain with other letters than ASCII as mail servers know it."""
    local, _, domain = email.rpartition("@")
    try:
        return Address(
            header_text(name)[:_MAX_NAME].strip(),
            addr_spec=f"{local}@{domain.encode('idna').decode()}" if domain else email,
        )
    except (ValueError, IndexError, HeaderParseError) as error:
        raise InvalidPerson("email", email, "an address like dana@example.com is needed") from error
