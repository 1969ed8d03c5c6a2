"""Raw messages as servers and mail programs write them: headers by hand, bytes out."""

import base64
import quopri
import tomllib
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NAME = "Robin Ferrier"
ME = "robin.ferrier@example.org"


@dataclass(frozen=True)
class Sample:
    """One incoming message, what is true of it, and the letters of ours that came before it."""

    set: str
    name: str
    raw: bytes
    label: dict[str, Any]
    letters: tuple[bytes, ...] = ()


def load(half: str, what: str) -> dict[str, Any]:
    return tomllib.loads((HERE / half / f"{what}.toml").read_text("utf-8"))


def fill(text: str, **values: str) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def mailbox(sender: str) -> str:
    name, address = parseaddr(sender)
    return sender if sender.isascii() or not address else f"{encoded(name)} <{address}>"


def part(content_type: str, text: str, cte: str = "8bit") -> bytes:
    """A MIME part or a message's end: its content headers, an empty line, its encoded text."""
    body = text.replace("\r\n", "\n").encode()
    if cte == "base64":
        body = base64.encodebytes(body)
    elif cte == "quoted-printable":
        body = quopri.encodestring(body)
    head = f"Content-Type: {content_type}\nContent-Transfer-Encoding: {cte}\n\n"
    return (head.encode() + body).replace(b"\n", b"\r\n")


def many(kind: str, parts: list[bytes], boundary: str, extra: str = "") -> bytes:
    head = f'Content-Type: multipart/{kind};{extra}\r\n boundary="{boundary}"\r\n\r\n'.encode()
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + each + b"\r\n" for each in parts)
    return head + inner + b"--" + boundary.encode() + b"--\r\n"


def message(fields: list[tuple[str, str]], end: bytes, extra: str = "") -> bytes:
    """A whole message; `extra` is header text as it stands in the files."""
    lines = [f"{name}: {value}" for name, value in fields if value]
    lines += extra.strip().split("\n") if extra.strip() else []
    return ("\r\n".join([*lines, "MIME-Version: 1.0"]) + "\r\n").encode() + end


def text_end(text: str, cte: str = "8bit") -> bytes:
    return part("text/plain; charset=utf-8", text.strip("\n") + "\n", cte)


def page_end(text: str, boundary: str, cte: str = "quoted-printable") -> bytes:
    """The text and the page of it side by side, as most programs send."""
    return many("alternative", [text_end(text, cte), part("text/html; charset=utf-8", html(text), cte)], boundary)


def html(text: str) -> str:
    """The plain text as a page of paragraphs."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<html><body><p>" + escaped.strip().replace("\n\n", "</p><p>").replace("\n", "<br>\n") + "</p></body></html>"


def letter(to: str, subject: str, text: str, ident: str, when: datetime, cc: str = "", extra: str = "") -> bytes:
    """A first letter of ours, as it lies in the Sent folder."""
    fields = [
        ("Message-ID", ident),
        ("Date", format_datetime(when)),
        ("From", f"{NAME} <{ME}>"),
        ("To", mailbox(to)),
        ("Cc", mailbox(cc)),
        ("Subject", encoded(subject)),
    ]
    return message(fields, text_end(text), extra)


def quoted(
    new: str, program: str, asked: str, when: datetime, them: str, subject: str = "", by: str = f"{NAME} <{ME}>"
) -> bytes:
    """The body of an answer in the habit of a mail program: the new words and the letter they answer."""
    line, name = f"On {when:%a, %d %b %Y at %H:%M}, {by} wrote:", by.split(" <", maxsplit=1)[0]
    marked = "\n".join(f"> {each}".rstrip() for each in asked.strip().split("\n"))
    new = new.strip("\n")
    if program == "none":
        return text_end(new)
    if program == "thunderbird":
        return text_end(
            f"Am {when:%d.%m.%y} um {when:%H:%M} schrieb {name}:\n{marked}\n\n{new}\n\n-- \n{them}\n", "8bit"
        )
    if program == "phone":
        return text_end(
            f"{new}\n\nSent from my phone\n\n> On {when:%d %b %Y}, at {when:%H:%M}, {name} wrote:\n>\n{marked}\n"
        )
    if program == "outlook":
        head = f"From: {by}\nSent: {when:%A, %d %B %Y %H:%M}\nTo: {them}\nSubject: {subject}\n\n"
        plain = f"{new}\n\n________________________________\n{head}{asked.strip()}\n"
        page = html(new).replace("</body></html>", f"<hr><div>{html(head + asked)[12:-14]}</div></body></html>")
    else:  # gmail, apple, html: the letter stands in a quotation of the page
        plain = f"{new}\n\n{line}\n\n{marked}\n"
        quote = f'<div class="gmail_quote">{line.replace("<", "&lt;")}<blockquote type="cite">{html(asked)[12:-14]}</blockquote></div>'
        page = html(new).replace("</body></html>", quote + "</body></html>")
    if program == "html":
        return part("text/html; charset=utf-8", page, "quoted-printable")
    parts = [
        part("text/plain; charset=utf-8", plain, "quoted-printable"),
        part("text/html; charset=utf-8", page, "base64" if program == "outlook" else "quoted-printable"),
    ]
    return many("alternative", parts, f"----=_alt_{program}_{when:%d%H%M}")
