"""Letters that left the house: what is kept of each, and what it waits for."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

_KINDS = {
    "outreach": "outreach_sent",
    "nudge": "nudge_sent",
    "confirm": "confirmation_sent",
    "thanks": "thank_you_sent",
    "news": "introduction_thanked",
    "update": "update_sent",
}
"""What is logged once a letter went out, by the use of its template; else it was a touch of ours."""


def text_hash(text: str) -> str:
    r"""A fingerprint of a text that spaces, line breaks and capitals do not change.

    >>> text_hash("Hi Dana,\n\nhow are you?") == text_hash("hi dana, how are YOU? ")
    True
    """
    from hashlib import sha256  # loads all of OpenSSL: only when a text is looked at

    return sha256(" ".join(text.casefold().split()).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """One letter that left, as a row: kept before anything leaves.

    `way` is how it left (open, print, copy, eml, mailto, imap). `state` is "unknown" from before it leaves until
    it is known to have done so, then "drafted"; "sent" once the user said yes; "written" when it
    never left, or the user said that it did not go out.
    """

    id: str
    person_id: str
    template: str
    channel: str
    recipients: str
    subject: str
    body: str
    body_hash: str
    message_id: str
    way: str
    state: str
    written_at: datetime
    changed_at: datetime

    @property
    def waits(self) -> bool:
        """Whether the user has not said yet if it went out."""
        return self.state in ("drafted", "unknown")

    @property
    def kind(self) -> str:
        """The kind of event that is logged when it went out."""
        return _KINDS.get(self.template.partition("/")[0], "touched")

    @property
    def thread(self) -> str:
        """The subject without the Re: before it."""
        return re.sub(r"^(re: *)+", "", self.subject, flags=re.IGNORECASE)

    def told(self, zone: tzinfo) -> str:
        """What is known of it, and how to find out the rest."""
        day = self.written_at.astimezone(zone)
        when = f"{day:%a} {day.day} {day:%b %Y}"
        if self.state != "unknown":
            return f"it has been ready since {when} ({self.way})"
        place = "your Drafts and Sent folders" if self.channel == "email" else "your messages with them"
        shown = self.subject or " ".join(self.body.split()[:6])
        return f'something broke off on {when}, so nobody can say from here: look for "{shown}" in {place}'
