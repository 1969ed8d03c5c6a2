"""Erasing somebody for good: from every table, from the copies that were made, and every byte of it."""

import json
import re
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from infoint.errors import CampaignBusy, CampaignError, NotACampaign
from infoint.journal import file, search
from infoint.journal.writing import as_json
from infoint.labels import without
from infoint.people import Person

_NOTES = {
    "events": ("note", "details"),
    "people": ("note",),
    "letters": ("subject", "body"),
    "debriefs": ("content",),
    "settings": ("value",),
}
"""Where texts stand that may name others."""
MENTIONS = """SELECT person_id, note FROM events WHERE note LIKE ?1 ESCAPE '\\' AND person_id != ?2
    UNION SELECT id, note FROM people WHERE note LIKE ?1 ESCAPE '\\' AND id != ?2
    UNION SELECT person_id, body FROM letters WHERE body LIKE ?1 ESCAPE '\\' AND person_id != ?2
    UNION SELECT person_id, atom FROM debriefs, json_tree(content) WHERE atom LIKE ?1 ESCAPE '\\' AND person_id != ?2
    UNION SELECT person_id, atom FROM events, json_tree(nullif(details, '')) WHERE atom LIKE ?1 ESCAPE '\\'
    AND person_id != ?2
    UNION SELECT '', atom FROM settings s, json_tree(s.value) WHERE atom LIKE ?1 ESCAPE '\\' AND s.name != 'copies'"""


def literal(text: str) -> str:
    r"""A text as it is looked for by LIKE ... ESCAPE '\'.

    >>> literal("50%")
    '50\\%'
    """
    return re.sub(r"([\\%_])", r"\\\1", text)


def forget(connection: sqlite3.Connection, path: str, ids: Collection[str], at: datetime) -> None:
    """Erase those with these ids from a campaign; nothing is erased while another program reads it."""
    _wipe(connection, path)
    with file.transaction(connection):
        _erase(connection.execute, ids)
        connection.execute("INSERT INTO changes (at, what, lasting) VALUES (?, 'forget', 1)", (at.isoformat(),))
    _wiped(connection, path)


def from_copy(path: Path, ids: Collection[str], at: datetime) -> None:
    """Erase them from a copy, of whatever age, as far as they are in it.

    Raises
    ------
    CampaignError
        When the copy cannot be written, or is damaged.

    """
    try:
        with file.clear_errors(str(path)), closing(file.connect_as_it_is(path)) as connection:
            rows = connection.execute("SELECT id FROM people UNION SELECT key FROM before").fetchall()
            if {key for (key,) in rows} & set(ids):
                forget(connection, str(path), ids, at)
    except NotACampaign:
        return  # something else has its name now
    except CampaignError as error:
        hint = "Close what is in it, or delete that copy. Then forget them again."
        raise CampaignError(
            path, f"A copy that holds them cannot be changed. {error} Nothing was erased.", hint
        ) from error


def unname(connection: sqlite3.Connection, path: str, name: str) -> None:
    """Put "somebody" in the place of a name, in any case, in all that was written down."""
    plain, quoted = (re.compile(re.escape(text), re.IGNORECASE) for text in (name, as_json(name)[1:-1]))
    with file.transaction(connection):
        for table, columns in _NOTES.items():
            key = "name" if table == "settings" else "id"
            for column in columns:
                pattern = quoted if column in {"details", "content", "value"} else plain
                for row_id, text in connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall():
                    if pattern.search(text) and row_id != "copies":
                        sql = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
                        connection.execute(sql, (pattern.sub("somebody", text), row_id))
        connection.execute("DELETE FROM before")
        search.drop(connection.execute)
    _wiped(connection, path)


def _erase(run: Callable[..., sqlite3.Cursor], ids: Collection[str]) -> None:
    there = {name for (name,) in run("SELECT name FROM pragma_table_list WHERE type = 'table'")}
    _erase_labels(run, ids)
    for person_id in ids:
        for table, column in (("events", "details"), ("debriefs", "content")):
            sql = f"SELECT id, {column} FROM {table} WHERE instr({column}, ?)"
            for row_id, text in run(sql, (person_id,)).fetchall() if table in there else ():
                run(f"UPDATE {table} SET {column} = ? WHERE id = ?", (_without(text, person_id), row_id))
        run("UPDATE people SET introduced_by = '' WHERE introduced_by = ?", (person_id,))
        for table in sorted({"debriefs", "events", "letters", "evidence"} & there):
            run(f"DELETE FROM {table} WHERE person_id = ?", (person_id,))
        run("DELETE FROM people WHERE id = ?", (person_id,))
        run("DELETE FROM settings WHERE name LIKE ?", (f"% {person_id}",))
    run("DELETE FROM before")
    search.drop(run)


def _erase_labels(run: Callable[..., sqlite3.Cursor], ids: Collection[str]) -> None:
    row = run("SELECT value FROM settings WHERE name = 'labels'").fetchone()
    labels: dict[str, str] = json.loads(row[0]) if row else {}
    rows = run("SELECT id, name, company FROM people").fetchall() if labels else ()
    people = [Person(id=key, name=name, company=company) for key, name, company in rows if key not in ids]
    kept = without(labels, people)
    if kept != labels:
        run("UPDATE settings SET value = ? WHERE name = 'labels'", (as_json(kept),))


def _without(text: str, person_id: str) -> str:
    """The JSON text with every mention of an id taken out, in lists and as values."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(inner) for key, inner in value.items() if inner != person_id}
        if isinstance(value, list):
            return [clean(inner) for inner in value if inner != person_id]
        return value

    return as_json(clean(json.loads(text)))


def _wipe(connection: sqlite3.Connection, path: str) -> None:
    """Write the file anew, so that no byte of what was deleted is left in it or in its log."""
    connection.execute("VACUUM")
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise CampaignBusy(path)


def _wiped(connection: sqlite3.Connection, path: str) -> None:
    try:
        _wipe(connection, path)
    except (CampaignBusy, sqlite3.Error) as error:
        message = f"They are erased, but their old bytes are still in {path}: another program is in it."
        raise CampaignError(path, message, "Close that program: the bytes go then.") from error
