"""The campaign: one person's search, kept in one file.

Each method reads the journal, calls one pure function and appends what follows. This is the only
room of the library that reads the clock. A file for each part: `people`, `facts`, `days`, `letters`,
`preparing`, `meetings`, `calendar`, `numbers`, `keeping`, `sync`, all of them on `core`.
"""

from pathlib import Path

from infoint.campaign.calendar import Calendar
from infoint.campaign.keeping import Keeping
from infoint.campaign.letters import Letters
from infoint.campaign.sync import Sync
from infoint.errors import CampaignBusy


class Campaign(Calendar, Letters, Keeping, Sync):
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


def rebuild(folder: str | Path, target: str | Path) -> Campaign:
    """Make a campaign of the plain files that `Campaign.export_all` wrote, as a new file, and open it.

    Raises
    ------
    UnreadableFile, NewerCampaign, CampaignExists
        When it cannot be made whole; then there is none.

    """
    from infoint.journal.archive import rebuild

    rebuild(Path(folder), Path(target))
    return Campaign(target)


def restore(source: str | Path, target: str | Path, keep: str | Path) -> None:
    """Put a copy that `backup` made in the place of a campaign; the present one, if any, is copied to `keep` first.

    Raises
    ------
    CampaignError
        When the copy is no campaign or is damaged, or another program is in the present one.

    """
    from infoint.journal import file

    source, target = Path(source), Path(target)
    fresh = target.with_name(f"{target.name}.restoring")
    fresh.unlink(missing_ok=True)
    file.copy(source, fresh)
    try:
        Campaign(fresh).close()  # looks whether it is whole, and brings it up to date
        if target.exists():
            with Campaign(target) as present:
                present.backup(keep)
            if Path(f"{target}-wal").exists():
                raise CampaignBusy(target)
        fresh.replace(target)
    finally:
        for leftover in fresh.parent.glob(f"{fresh.name}*"):
            leftover.unlink()


def default_path() -> Path:
    """Where a campaign lies unless told otherwise: `$INFOINT_CAMPAIGN`, else `infoint/career.db` at home."""
    import os

    told = os.environ.get("INFOINT_CAMPAIGN")
    return Path(told).expanduser() if told else Path.home() / "infoint" / "career.db"
