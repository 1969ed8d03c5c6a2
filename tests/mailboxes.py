"""Made-up mail, and the places where it lies."""

import mailbox
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

ME = "robin@example.org"
START = datetime(2025, 3, 3, 9, tzinfo=UTC)


def at(days=0, hours=0):
    return START + timedelta(days=days, hours=hours)


def message(sender, to, subject, text, when=START, id_="", answers="", html="", **headers):
    """One message as bytes; `answers` is the id it refers to."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    if when:
        made["Date"] = when if isinstance(when, str) else format_datetime(when)
    if id_:
        made["Message-ID"] = f"<{id_}>"
    if answers:
        made["In-Reply-To"] = made["References"] = f"<{answers}>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if html:
        made.set_content(html, subtype="html")
    else:
        made.set_content(text)
    return made.as_bytes()


def report(failed, action="failed", status="5.1.1", about="", when=START, daemon="mailer-daemon@mx.example.net"):
    """A delivery report in the form of RFC 3464."""
    quoted = f"Message-ID: <{about}>\n" if about else ""
    return f"""From: Mail Delivery System <{daemon}>
To: {ME}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(when)}
Message-ID: <report-{failed}-{when:%H%M}@mx.example.net>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

This is the mail system.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {failed}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

From: {ME}
To: {failed}
{quoted}
--b--
""".encode()


def invitation(sender, to, method, when=START, *, start="20250310T150000Z", answer="", id_="", place="Cafe"):
    calendar = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x
METHOD:{method}
BEGIN:VEVENT
UID:talk@example.com
DTSTAMP:20250303T000000Z
DTSTART{start if start[0] in ":;" else ":" + start}
DURATION:PT30M
LOCATION:{place}
ORGANIZER:mailto:{ME}
ATTENDEE{f";PARTSTAT={answer}" if answer else ""}:mailto:{sender}
END:VEVENT
END:VCALENDAR
"""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Date"] = sender, to, "Our talk", format_datetime(when)
    made["Message-ID"] = f"<{id_ or method + answer + '@example.com'}>"
    made.set_content("An invitation")
    made.add_alternative(calendar.encode(), "text", "calendar", cte="base64", params={"method": method})
    return made.as_bytes()


def mbox(path, messages):
    box = mailbox.mbox(path)
    for each in messages:
        box.add(mailbox.mboxMessage(each))
    box.close()
    return path


def maildir(path, messages):
    box = mailbox.Maildir(path)
    for each in messages:
        box.add(each)
    return path


def folder(path, messages):
    path.mkdir()
    for number, each in enumerate(messages):
        (path / f"{number}.eml").write_bytes(each)
    return path


def takeout(path, messages):
    """All mail in one mbox inside an archive, as Google gives it."""
    inside = mbox(path.with_suffix(".tmp"), messages)
    name = "Takeout/Mail/All mail Including Spam and Trash.mbox"
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inside, name)
    else:
        with tarfile.open(path, "w:gz") as archive:
            archive.add(inside, name)
    inside.unlink()
    return path


PLACES = {
    "all.mbox": mbox,
    "Inbox": mbox,
    "takeout.zip": takeout,
    "takeout.tgz": takeout,
    "Maildir": maildir,
    "messages": folder,
}
"""The shapes a mailbox has, and what makes each of a list of messages."""
