"""The letters that left, in the journal: each is a row before it leaves.

They are kept outside any change, since what has left the house cannot be taken back by `undo`;
only the user's answer whether it went out is part of a change.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from infoint.letters.kept import KeptLetter

_COLUMNS = tuple(field.name for field in fields(KeptLetter))


class LetterRows:
    """The rows of letters, read and written through the journal's own means."""

    def __init__(
        self,
        records: Callable[..., list[Any]],
        writing: Callable[[], AbstractContextManager[Callable[..., Any]]],
    ) -> None:
        self._records, self._writing = records, writing

    def all(self, person_id: str | None = None) -> list[KeptLetter]:
        """The letters of one person or of all, oldest first."""
        where, values = ("", ()) if person_id is None else (" WHERE person_id = ?", (person_id,))
        return self._records(_letter, f"SELECT {', '.join(_COLUMNS)} FROM letters{where} ORDER BY id", *values)

    def waiting(self) -> Iterator[KeptLetter]:
        """The letters of which nobody has said yet whether they went out, oldest first."""
        sql = f"SELECT {', '.join(_COLUMNS)} FROM letters WHERE state IN ('drafted', 'unknown') ORDER BY id"
        yield from self._records(_letter, sql)

    def begin(self, letter: KeptLetter) -> bool:
        """Keep a letter that is about to leave; False, and nothing is kept, when a copy of it may have left already."""
        values = [value.isoformat() if isinstance(value, datetime) else value for value in astuple(letter)]
        with self._writing() as run:
            sql = """SELECT 1 FROM letters WHERE person_id = ?
                     AND (state IN ('drafted', 'unknown') OR state = 'sent' AND body_hash = ?)"""
            if run(sql, (letter.person_id, letter.body_hash)).fetchone():
                return False
            run(f"INSERT INTO letters VALUES ({', '.join('?' * len(values))})", values)
        return True

    def move(self, letter_id: str, state: str, at: datetime) -> None:
        """Say what became of a letter on its way out."""
        with self._writing() as run:
            run("UPDATE letters SET state = ?, changed_at = ? WHERE id = ?", (state, at.isoformat(), letter_id))


def _letter(row: tuple[Any, ...]) -> KeptLetter:
    *plain, written_at, changed_at = row
    moments = datetime.fromisoformat(written_at), datetime.fromisoformat(changed_at)
    return KeptLetter(**dict(zip(_COLUMNS, (*plain, *moments), strict=True)))
