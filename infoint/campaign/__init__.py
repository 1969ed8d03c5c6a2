"""The campaign: one person's search, kept in one file.

Each method reads the journal, calls one pure function and appends what follows. This is the only
room of the library that reads the clock. A file for each part: `people`, `facts`, `days`, `letters`,
`meetings`, `numbers`, all of them on `core`.
"""

from pathlib import Path

from infoint.campaign.letters import Letters
from infoint.campaign.meetings import Meetings


class Campaign(Letters, Meetings):
    """One person's search: people, what happened, what is due, and what was learnt.

    Use `infoint.open` to get one. `clock` gives the present moment (UTC); all else follows from
    what was recorded.

    >>> from infoint import Person
    >>> with Campaign(":memory:", create=True) as campaign:
    ...     dana = campaign.add(Person(name="Dana Ruiz", relationship="friend"))
    ...     _ = campaign.log("dana", "wrote", at="2025-03-03")
    ...     campaign.standing("dana").stage
    'approached'
    """


def open_campaign(path: str | Path | None = None, *, create: bool = False) -> Campaign:
    """Open a campaign's file; without a path the default one; ":memory:" keeps nothing.

    Raises
    ------
    CampaignError
        When there is none (and `create` is not given), or the file cannot be used.

    """
    return Campaign(default_path() if path is None else path, create=create)


def default_path() -> Path:
    """Where a campaign lies unless told otherwise: `$INFOINT_CAMPAIGN`, else `infoint/career.db` at home."""
    import os

    told = os.environ.get("INFOINT_CAMPAIGN")
    return Path(told).expanduser() if told else Path.home() / "infoint" / "career.db"
