"""The kinds of events, and what they are called in somebody else's table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from infoint.errors import TableError

KINDS = frozenset(
    {
        *("outreach_sent", "nudge_sent", "touched", "reply_received", "out_of_office", "bounced", "declined"),
        *("meeting_scheduled", "meeting_moved", "meeting_cancelled", "confirmation_sent", "meeting_held"),
        *("thank_you_sent", "introduction_received", "introduction_thanked", "follow_up_agreed", "update_sent"),
        *("lead_found", "promise_made", "promise_kept", "noted", "snoozed", "skipped", "closed"),
        *("do_not_contact", "do_not_contact_lifted", "landed", "retracted"),
    }
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What each of our kinds is called in a table."""

    LETTERS: ClassVar = ("outreach_sent", "nudge_sent")
    ANSWERS: ClassVar = ("reply_received", "declined", "meeting_scheduled", "meeting_moved", "meeting_held")

    given: Mapping[str, str]

    @classmethod
    def of(cls, kinds: Mapping[str, str] | None) -> "Kinds":
        """The kinds as a call names them (theirs to ours); what is no kind of ours is refused."""
        for ours in (kinds or {}).values():
            if ours not in KINDS:
                raise TableError(
                    f"kinds= names {ours!r}, which is no kind of event; there are {', '.join(sorted(KINDS))}."
                )
        return cls(dict(kinds or {}))

    def theirs(self, *kinds: str) -> list[str]:
        """All names in the table for some of our kinds."""
        renamed = [name for name, ours in self.given.items() if ours in kinds]
        return [*renamed, *(kind for kind in kinds if kind not in self.given)]

    @property
    def all(self) -> list[str]:
        """All names that mean something."""
        return self.theirs(*KINDS)
