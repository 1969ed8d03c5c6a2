"""Every error of infoint, as one tree; and `Problem`, for bad data that stops nothing.

A bad *call* raises one of these. Bad *data* (a row of a file, a line of a table) comes back as a
`Problem` beside what was good. Each error writes its own sentence, keeps the objects it is about,
and carries a `hint`: what to do next.

    InfointError
    ├── CampaignError             the file that holds a campaign
    │   ├── CampaignMissing       also FileNotFoundError
    │   ├── CampaignExists        also FileExistsError
    │   ├── NotACampaign          also ValueError
    │   ├── DamagedCampaign       also ValueError
    │   ├── NewerCampaign         also ValueError
    │   ├── ReadOnlyCampaign      also PermissionError
    │   ├── DiskFull              also OSError
    │   └── CampaignBusy          also TimeoutError
    ├── PersonError               whom a call is about
    │   ├── UnknownPerson         also LookupError
    │   ├── AmbiguousPerson       also LookupError
    │   └── InvalidPerson         also ValueError
    ├── EventError                what a call wants recorded
    │   ├── UnknownKind           also ValueError
    │   ├── InTheFuture           also ValueError
    │   ├── InvalidDetails        also ValueError
    │   └── NothingToUndo         also LookupError
    ├── UnreadableMoment          also ValueError: a date that cannot be read, or reads two ways
    ├── UnreadableForm            also ValueError: a debrief's form with lines that cannot be read
    ├── FileError                 a file that was to be imported
    │   ├── UnreadableFile        also ValueError
    │   └── UnrecognisedFile      also ValueError
    ├── TemplateError             a letter, a sheet or a cadence that cannot be used
    │   ├── UnknownTemplate       also LookupError
    │   ├── InvalidTemplate       also ValueError
    │   └── MissingFact           also ValueError
    ├── LetterError               a letter on its way out
    │   ├── LetterStopped         also ValueError: what is amiss with it must be mended first
    │   ├── NothingLeft           also LookupError: no letter waits for an answer
    │   └── MailboxError          also OSError: the mailbox did not take the draft, or perhaps did
    ├── InvalidExperiment         also ValueError: two letters that cannot be compared
    └── TableError                also ValueError: a table the statistics cannot read

Legal but odd calls warn with `OddOrder` and are carried out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the data that could not be used; what was good was used all the same.

    `skipped` tells that the whole row gave nothing, rather than one of its cells.

    >>> print(Problem("Connections.csv", 7, "no name in this row"))
    Connections.csv, row 7: no name in this row
    """

    source: str
    row: int | None
    message: str
    skipped: bool = False

    def __str__(self) -> str:
        where = self.source if self.row is None else f"{self.source}, row {self.row}"
        return f"{where}: {self.message}"


class InfointError(Exception):
    """The root of the tree: catch this to catch everything infoint refuses.

    Attributes
    ----------
    hint : str
        What to do next, in one line; empty when the message says it.
    exit_code : int
        What the command line exits with.

    """

    exit_code = 1
    hint = ""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint or self.hint
        super().__init__(message)


class CampaignError(InfointError):
    """The campaign's file cannot be used as asked."""

    def __init__(self, path: str | Path, message: str, hint: str = "") -> None:
        self.path = str(path)
        super().__init__(message, hint)


class CampaignMissing(CampaignError, FileNotFoundError):
    """There is no campaign at this path."""

    hint = "Begin one with: infoint start"

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, f"There is no campaign at {path}.")


class CampaignExists(CampaignError, FileExistsError):
    """Something is already where a new file should be made."""

    hint = "Choose another name, or move it away first."

    def __init__(self, path: str | Path, hint: str = "") -> None:
        super().__init__(path, f"{path} is already there; it was left as it is.", hint)


class NotACampaign(CampaignError, ValueError):
    """The file exists and is something else."""

    hint = "Name your campaign's file with --campaign FILE (infoint where shows it)."

    def __init__(self, path: str | Path, why: str = "it is not an infoint campaign") -> None:
        super().__init__(path, f"{path} cannot be opened: {why}. It was left as it is.")


class DamagedCampaign(CampaignError, ValueError):
    """The file is a campaign whose pages are broken."""

    hint = "Go back to a copy made with infoint backup: --campaign COPY."

    def __init__(self, path: str | Path, why: str) -> None:
        self.why = why
        super().__init__(path, f"{path} is damaged ({why}); nothing was written to it.")


class NewerCampaign(CampaignError, ValueError):
    """The file was written by a newer infoint."""

    hint = "Upgrade: pip install --upgrade infoint"

    def __init__(self, path: str | Path, found: int, known: int) -> None:
        self.found, self.known = found, known
        why = f"its schema is {found}, this one knows {known}"
        super().__init__(path, f"{path} was written by a newer infoint ({why}).")


class ReadOnlyCampaign(CampaignError, PermissionError):
    """The file can be read but not written."""

    hint = "Copy it to a place where you may write, and name the copy with --campaign."

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, f"{path} is read-only: nothing was recorded.")


class DiskFull(CampaignError, OSError):
    """There is no room left to record anything."""

    hint = "Free some space and say it again."

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, f"No room left to write {path}: nothing was recorded.")


class CampaignBusy(CampaignError, TimeoutError):
    """Another program kept the file locked for too long."""

    hint = "Close the other program, or wait for it, and say it again."

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, f"{path} is in use by another program; nothing was recorded.")


class PersonError(InfointError):
    """Who is meant, or what was said of them, is not clear."""


class UnknownPerson(PersonError, LookupError):
    """Nobody of that name, email or id."""

    def __init__(self, query: str, nearest: Iterable[str] = ()) -> None:
        self.query, self.nearest = query, tuple(nearest)
        hint = f"Did you mean {' or '.join(self.nearest)}?" if self.nearest else 'Add them: infoint add "Name"'
        super().__init__(f"Nobody in this campaign is called {query!r}.", hint)


class AmbiguousPerson(PersonError, LookupError):
    """Several people fit, and none is chosen by guessing."""

    hint = "Say more of the name, or use their email address or id."

    def __init__(self, query: str, candidates: Iterable[str]) -> None:
        self.query, self.candidates = query, tuple(candidates)
        count, shown = len(self.candidates), "; ".join(self.candidates[:5])
        super().__init__(f"{query!r} could be {count} people: {shown}{f' and {count - 5} more' if count > 5 else ''}.")


class InvalidPerson(PersonError, ValueError):
    """A field of a person or of the profile cannot be what was given."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field, self.value = field, value
        super().__init__(f"{field} cannot be {value!r}: {expected}.")


class EventError(InfointError):
    """What happened cannot be recorded as told."""


class UnknownKind(EventError, ValueError):
    """A kind of event that does not exist."""

    def __init__(self, kind: str, nearest: str = "") -> None:
        self.kind, self.nearest = kind, nearest
        hint = f"Did you mean {nearest}?" if nearest else "infoint log --help lists them."
        super().__init__(f"{kind!r} is not something that can be logged.", hint)


class InTheFuture(EventError, ValueError):
    """A moment after now: events are what already happened."""

    hint = "A meeting to come: log scheduled --start WHEN. A pause: snooze."

    def __init__(self, moment: object, now: object) -> None:
        self.moment, self.now = moment, now
        super().__init__(f"{moment} is still to come (it is {now}): only what has happened is logged.")


class InvalidDetails(EventError, ValueError):
    """A detail that its kind does not have, or that cannot be what was given."""

    def __init__(self, kind: str, field: str, expected: str) -> None:
        self.kind, self.field = kind, field
        super().__init__(f"{kind} cannot take {field!r}: {expected}.")


class NothingToUndo(EventError, LookupError):
    """No change is left that could be taken back."""

    def __init__(self, why: str = "Nothing has been recorded yet that could be taken back.") -> None:
        super().__init__(why)


class UnreadableMoment(InfointError, ValueError):
    """A date or time that cannot be read, or that reads two ways."""

    hint = 'Try: 2025-03-14, "yesterday 16:00", "last tuesday", "in two weeks".'

    def __init__(self, text: str, readings: Iterable[str] = (), why: str = "") -> None:
        self.text, self.readings = text, tuple(readings)
        two = f"{text!r} can be read as {' or as '.join(self.readings)}."
        message = two if self.readings else f"{text!r} is not a date I can read{why and f': {why}'}."
        super().__init__(message, f"Write it as {' or '.join(self.readings)}." if self.readings else "")


class UnreadableForm(InfointError, ValueError):
    """A form in which something cannot be read, told with its line; nothing was recorded."""

    hint = "Your text is as you left it: mend these lines and hand it in again."

    def __init__(self, source: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        more = f"; and {len(self.problems) - 5} more" if len(self.problems) > 5 else ""
        super().__init__(f"{source} cannot be used yet: {'; '.join(self.problems[:5])}{more}.")


class FileError(InfointError):
    """A file that cannot be imported."""

    def __init__(self, path: str | Path, why: str, hint: str = "") -> None:
        self.path, self.why = str(path), why
        super().__init__(f"{path} cannot be imported: {why}. Nothing was changed.", hint)


class UnreadableFile(FileError, ValueError):
    """The file cannot be read at all."""


class UnrecognisedFile(FileError, ValueError):
    """The file can be read, but not as any list of people that infoint knows."""


class TemplateError(InfointError):
    """A template or data file cannot be used."""


class UnknownTemplate(TemplateError, LookupError):
    """No template, or no question of the bank, of that name."""

    def __init__(self, name: str, known: Iterable[str], what: str = "letter") -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"There is no {what} called {name!r}.", "There are: " + ", ".join(self.known))


class InvalidTemplate(TemplateError, ValueError):
    """A template or data file that breaks its rules, with the line or key."""

    def __init__(self, name: str, where: str, why: str) -> None:
        self.name, self.where = name, where
        super().__init__(f"{name}, {where}: {why}" + ("" if why.endswith((".", "?")) else "."))


class MissingFact(TemplateError, ValueError):
    """A letter needs something that is not known yet."""

    def __init__(self, template: str, fact: str, hint: str) -> None:
        self.template, self.fact = template, fact
        super().__init__(f"The letter {template!r} needs {fact}.", hint)


class LetterError(InfointError):
    """A letter cannot leave, or what became of it is not clear."""


class LetterStopped(LetterError, ValueError):
    """Something is amiss with a letter that must be mended before it leaves."""

    def __init__(self, name: str, why: str, remedy: str = "") -> None:
        self.name, self.why = name, why
        super().__init__(f"The letter to {name} stays here: {why}.", remedy)


class NothingLeft(LetterError, LookupError):
    """No letter to this person waits to be told whether it went out."""

    def __init__(self, name: str, word: str) -> None:
        self.name = name
        super().__init__(
            f"No letter to {name} waits for that answer.", f"It went out another way? infoint log {word} wrote"
        )


class MailboxError(LetterError, OSError):
    """The user's mailbox did not take a draft; `may_be_there` when that cannot be known."""

    def __init__(self, message: str, hint: str, *, may_be_there: bool = False) -> None:
        self.may_be_there = may_be_there
        super().__init__(message, hint)


class InvalidExperiment(InfointError, ValueError):
    """Two letters that cannot be compared, or none that are."""

    def __init__(self, why: str, hint: str = "For instance: infoint experiment outreach/warm outreach/story") -> None:
        super().__init__(f"There is nothing to compare: {why}.", hint)


class TableError(InfointError, ValueError):
    """A table that the statistics cannot read."""


class OddOrder(UserWarning):
    """What was logged stands in an odd order with the rest; it was kept as told."""
