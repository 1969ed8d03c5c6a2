"""The whole campaign as plain open files, one for each table, and back: nothing is lost on the way."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from infoint.errors import CampaignExists, DamagedCampaign, NewerCampaign, UnreadableFile
from infoint.journal import file

MARK = "campaign.json"
"""The file by which an archive is known: the version of its schema."""
_README = """A campaign of infoint, in plain files: a line of JSON for each row of each table.
To have it back as a campaign: infoint --campaign NEW.db import THIS-FOLDER
It holds everything that was noted about people. Keep it to yourself.
"""


def write(connection: sqlite3.Connection, folder: Path) -> None:
    """Write every table into a new folder, readable by its owner only."""
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise CampaignExists(folder) from None
    with file.transaction(connection):  # one state of it, whatever other programs write meanwhile
        for table in tables(connection):
            mine = " WHERE name != 'searched'" if table == "settings" else ""  # the index of words does not come along
            rows = connection.execute(f"SELECT * FROM {table}{mine}")
            names = [column[0] for column in rows.description]
            with (folder / f"{table}.jsonl").open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(
                    json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n" for row in rows
                )
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    (folder / "README.txt").write_text(_README, encoding="utf-8")
    (folder / MARK).write_text(json.dumps({"schema": version}) + "\n", encoding="utf-8")


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables that hold facts: not SQLite's own, and no index of words."""
    listed = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    return sorted(name for (name,) in listed if not name.startswith("sqlite_"))


def is_archive(folder: Path) -> bool:
    """Whether a folder holds a campaign that `write` wrote."""
    return (folder / MARK).is_file()


def rebuild(folder: Path, target: Path) -> None:
    """Make the campaign of an archive again, as a new file; when it cannot be made whole, there is none.

    Raises
    ------
    UnreadableFile, NewerCampaign, CampaignExists
        When a file of the archive is damaged, is of a newer infoint, or `target` is there already.

    """
    from infoint.journal import Journal

    version = next(_lines(folder / MARK), {}).get("schema")
    if not isinstance(version, int):
        raise UnreadableFile(folder / MARK, "it does not say which schema it has")
    if version > len(file.MIGRATIONS):
        raise NewerCampaign(folder, version, len(file.MIGRATIONS))
    if target.exists():
        raise CampaignExists(target)
    try:
        with closing(file.connect(str(target), create=True)[0]) as connection, file.transaction(connection):
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for table in tables(connection):
                _fill(connection, table, folder / f"{table}.jsonl")
        with closing(Journal(target)) as journal:
            journal.check()
    except BaseException as error:
        for leftover in target.parent.glob(f"{target.name}*"):
            leftover.unlink()
        if isinstance(error, sqlite3.IntegrityError):
            raise UnreadableFile(folder, "a fact in it is about somebody who is missing") from error
        if isinstance(error, DamagedCampaign):
            raise UnreadableFile(folder, f"something in it could not have been recorded ({error.why})") from error
        raise


def _fill(connection: sqlite3.Connection, table: str, source: Path) -> None:
    if not source.exists():
        return  # a table that this older campaign did not have
    connection.execute(f"DELETE FROM {table}")
    known = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    for number, row in enumerate(_lines(source), 1):
        if not row or not row.keys() <= known:
            raise UnreadableFile(source, f"line {number} is no row of the table {table}")
        names, slots = ", ".join(row), ", ".join(f":{name}" for name in row)
        try:
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({slots})", row)
        except sqlite3.Error as error:
            raise UnreadableFile(source, f"line {number} cannot be taken in ({error})") from error


def _lines(source: Path) -> Iterator[dict[str, Any]]:
    """Each line of a file as the row it holds."""
    try:
        with source.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise UnreadableFile(source, f"line {number} is no row")
                yield row
    except OSError as error:
        raise UnreadableFile(source, f"it cannot be opened ({error.strerror})") from error
    except ValueError as error:
        raise UnreadableFile(source, f"it is damaged ({error})") from error
