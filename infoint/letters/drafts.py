"""Ways out of the house for a letter: a mailto: link, and a draft file that mail programs open."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import make_msgid
from urllib.parse import quote

from infoint.errors import InvalidPerson
from infoint.people import Profile

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MAX_MAILTO = 1800
_MAX_NAME = 200


def header_text(text: str) -> str:
    r"""Text that can stand in a header: one line, no control characters, no encoded words.

    >>> header_text("Dana\r\nBcc: eve@example.com =?utf-8?q?x?=")
    'Dana Bcc: eve@example.com = ?utf-8?q?x? ='
    """
    return " ".join(_UNSAFE.sub(" ", text).replace("=?", "= ?").replace("?=", "? =").split())


def mailto(to: str, subject: str, body: str) -> str:
    r"""A link after RFC 6068; a long letter leaves its text out, to be pasted.

    >>> mailto("dana@example.com", "Tea & advice", "Hello\nDana")
    'mailto:dana@example.com?subject=Tea%20%26%20advice&body=Hello%0D%0ADana'
    """
    link = f"mailto:{quote(header_text(to), safe='@')}?subject={quote(header_text(subject), safe='')}"
    lines = re.sub(r"\r\n?|\n", "\r\n", body)
    whole = f"{link}&body={quote(lines, safe='')}"
    return whole if len(whole) < _MAX_MAILTO else link


def eml(to: str, name: str, subject: str, body: str, sender: Profile | None) -> bytes:
    """The bytes of a draft: headers are exactly those set here, whatever the names contain.

    Raises
    ------
    InvalidPerson
        When there is no address to write to, or it is no address.

    """
    policy = SMTP.clone(max_line_length=998)
    message = EmailMessage(policy=policy)
    message["To"] = _address(name, to)
    domain = "invalid"
    if sender and sender.email:
        message["From"] = own = _address(sender.name, sender.email)
        domain = own.domain
    message["Subject"] = header_text(subject)
    message["Message-ID"] = make_msgid(domain=domain)
    message["X-Unsent"] = "1"
    message.set_content(body, cte="quoted-printable")
    wanted = sorted(key.casefold() for key in message)
    raw = message.as_bytes()
    found = sorted(key.casefold() for key in BytesParser(policy=policy).parsebytes(raw))
    if found != wanted:
        raise InvalidPerson("name", name, "it would change the letter's headers")
    return raw


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
