"""The campaign's file: making it, opening it safely, bringing an older one up to date.

Nothing is set in a file before its first bytes were read and found to be a campaign's.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path

from infoint.errors import (
    CampaignBusy,
    CampaignError,
    CampaignExists,
    CampaignMissing,
    DamagedCampaign,
    DiskFull,
    NewerCampaign,
    NotACampaign,
    ReadOnlyCampaign,
)

APPLICATION_ID = 0x1F01217
BUSY_SECONDS = 60

MIGRATIONS = (
    """
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, what TEXT NOT NULL,
        lasting INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE before (
        id INTEGER PRIMARY KEY, change_id INTEGER NOT NULL REFERENCES changes, tbl TEXT NOT NULL,
        key TEXT NOT NULL, row TEXT
    );
    CREATE TABLE people (
        id TEXT PRIMARY KEY, change_id INTEGER NOT NULL, name TEXT NOT NULL,
        email TEXT NOT NULL DEFAULT '', company TEXT NOT NULL DEFAULT '', role TEXT NOT NULL DEFAULT '',
        industry TEXT NOT NULL DEFAULT '', relationship TEXT NOT NULL, comfort INTEGER,
        connected INTEGER NOT NULL DEFAULT 0, introduced_by TEXT NOT NULL DEFAULT '',
        url TEXT NOT NULL DEFAULT '', school TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '',
        connected_on TEXT, note TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;
    CREATE TABLE events (
        id TEXT PRIMARY KEY, change_id INTEGER NOT NULL REFERENCES changes,
        person_id TEXT NOT NULL REFERENCES people, kind TEXT NOT NULL, at TEXT NOT NULL,
        precision TEXT NOT NULL, channel TEXT NOT NULL, template TEXT NOT NULL, letter TEXT NOT NULL,
        note TEXT NOT NULL, details TEXT NOT NULL
    );
    CREATE INDEX events_of_person ON events (person_id);
    CREATE INDEX events_of_change ON events (change_id);
    CREATE INDEX before_of_change ON before (change_id)
    """,
    """
    CREATE TABLE debriefs (
        id TEXT PRIMARY KEY, change_id INTEGER NOT NULL REFERENCES changes,
        person_id TEXT NOT NULL REFERENCES people, at TEXT NOT NULL, content TEXT NOT NULL
    );
    CREATE INDEX debriefs_of_person ON debriefs (person_id);
    CREATE TABLE holidays (
        country TEXT NOT NULL, day TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (country, day)
    )
    """,
    "ALTER TABLE people ADD COLUMN timezone TEXT NOT NULL DEFAULT ''",
    """
    ALTER TABLE debriefs ADD COLUMN revises TEXT NOT NULL DEFAULT '';
    WITH claims AS (
        SELECT d.id, row_number() OVER (ORDER BY d.id, line.key) AS number
        FROM debriefs d, json_each(d.content, '$.learnt') line)
    UPDATE debriefs SET content = json_set(content, '$.numbers', json(
        (SELECT json_group_array(number) FROM claims WHERE claims.id = debriefs.id)));
    INSERT INTO settings
    SELECT 'insights', count(*) FROM debriefs d, json_each(d.content, '$.learnt') HAVING count(*)
    """,
    """
    CREATE TABLE letters (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people, template TEXT NOT NULL,
        channel TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
        body_hash TEXT NOT NULL, message_id TEXT NOT NULL, way TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('written', 'drafted', 'sent', 'unknown')),
        written_at TEXT NOT NULL, changed_at TEXT NOT NULL
    );
    CREATE INDEX letters_of_person ON letters (person_id)
    """,
    """
    CREATE TABLE evidence (
        id TEXT PRIMARY KEY, change_id INTEGER NOT NULL, person_id TEXT NOT NULL REFERENCES people,
        message_id TEXT NOT NULL, at TEXT NOT NULL, direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
        kind TEXT NOT NULL, event_id TEXT NOT NULL
    );
    CREATE INDEX evidence_of_person ON evidence (person_id)
    """,
)
"""The schema, step by step: a file's `user_version` counts the steps it has taken."""


def connect(path: str, *, create: bool) -> tuple[sqlite3.Connection, bool]:
    """Open the campaign at `path`; the second value says whether it is read-only.

    Raises
    ------
    CampaignError
        When there is none, or it cannot be used; the file is then what it was.

    """
    if path == ":memory:":
        connection = sqlite3.connect(path, isolation_level=None)
        _settle(connection)
        _begin_file(connection)
        return connection, False
    file = Path(path)
    with clear_errors(path):
        new = _prepare(file, create=create)
        read_only = not new and not _is_writable(file)
        connection = _connect(file, read_only=read_only)
        try:
            if not read_only:
                _settle(connection)
            version = _version(connection)
            if version == 0 and not read_only:  # also when its making was killed halfway
                version = _begin_file(connection)
            if version > len(MIGRATIONS):
                raise NewerCampaign(path, version, len(MIGRATIONS))
            _check(connection, path)
            if version < len(MIGRATIONS):
                _upgrade(connection, file, read_only=read_only)
            if not read_only:
                with suppress(sqlite3.OperationalError):  # another process may be in it: then the next one sets this
                    connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
    return connection, read_only


def _prepare(file: Path, *, create: bool) -> bool:
    """Check the first bytes before anything is set; say whether the file is still to be begun."""
    if file.exists() and not file.is_file():
        raise NotACampaign(file, "it is a folder" if file.is_dir() else "it is no file")
    try:
        with file.open("rb") as stream:
            head = stream.read(100)
    except FileNotFoundError:
        if not create:
            raise CampaignMissing(file) from None
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return True
    if not head and create:
        return True
    if not head.startswith(b"SQLite format 3\0") or len(head) < 100:
        raise NotACampaign(file, "it is empty" if not head else "it is not an infoint campaign")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise NotACampaign(file, "it belongs to another program")
    if (version := int.from_bytes(head[60:64], "big")) > len(MIGRATIONS):
        raise NewerCampaign(file, version, len(MIGRATIONS))
    return False


def _is_writable(file: Path) -> bool:
    """Whether it may be written: its mode says so (for root as well) and the system agrees."""
    if not file.stat().st_mode & 0o222:
        return False
    try:
        os.close(os.open(file, os.O_RDWR))
    except OSError:
        return False
    return os.access(file.resolve().parent, os.W_OK)


def _connect(file: Path, *, read_only: bool) -> sqlite3.Connection:
    if not read_only:
        return sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    file = file.resolve()  # the log lies beside the file itself, not beside a link to it
    log = Path(f"{file}-wal")
    settled = not log.exists() or not log.stat().st_size
    mode = "immutable=1" if settled else "mode=ro"
    return sqlite3.connect(f"{file.as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def connect_as_it_is(path: Path) -> sqlite3.Connection:
    """Open a campaign of whatever age for writing, without bringing it up to date."""
    _prepare(path, create=False)
    if not _is_writable(path):
        raise ReadOnlyCampaign(path)
    connection = _connect(path, read_only=False)
    _settle(connection)
    return connection


def _settle(connection: sqlite3.Connection) -> None:
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep all of what is done in it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        if connection.in_transaction:
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _begin_file(connection: sqlite3.Connection) -> int:
    """Lay down the schema in one step; when another process was faster, leave its work alone."""
    with transaction(connection):
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            _step(connection, 0)
    return _version(connection)


def _step(connection: sqlite3.Connection, version: int) -> None:
    """Take the steps that are missing."""
    for script in MIGRATIONS[version:]:
        for statement in script.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _upgrade(connection: sqlite3.Connection, file: Path, *, read_only: bool) -> None:
    """Bring an older file up to date, after a copy of it as it was; two processes at once do it once."""
    if read_only:
        raise ReadOnlyCampaign(file)
    with transaction(connection):
        version = _version(connection)
        if version < len(MIGRATIONS):
            with closing(_connect(file, read_only=False)) as reader:
                _copy_beside(reader, file, version)
            _step(connection, version)


def _copy_beside(connection: sqlite3.Connection, file: Path, version: int) -> None:
    for number in count(1):
        with suppress(CampaignExists):
            copy_to(connection, file.with_name(f"{file.stem}.schema-{version}.{number}{file.suffix}"))
            break


def copy_to(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the whole campaign into a new file, readable by its owner only; never over another file."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise CampaignExists(target) from None
    except OSError as error:
        raise CampaignError(
            target, f"{target} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            connection.backup(copy)
    except BaseException:
        target.unlink()
        raise


def copy(source: Path, target: Path) -> None:
    """Copy a closed campaign's file into a new one, nothing in the first being touched."""
    _prepare(source, create=False)
    with clear_errors(str(source)), closing(_connect(source, read_only=True)) as connection:
        copy_to(connection, target)


def _check(connection: sqlite3.Connection, path: str) -> None:
    """Refuse a file whose pages do not hold together: it would be read wrongly, too."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DamagedCampaign(path, found.splitlines()[-1])
    connection.execute("SELECT 1 FROM settings, changes, before, people, events LIMIT 0")


@contextmanager
def clear_errors(path: str) -> Iterator[None]:
    """Turn what SQLite and the system say into one clear error of ours."""
    try:
        yield
    except CampaignError:
        raise
    except sqlite3.DatabaseError as error:
        extended = getattr(error, "sqlite_errorcode", 0)
        code = extended & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
            raise CampaignBusy(path) from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            raise ReadOnlyCampaign(path) from error
        if code == sqlite3.SQLITE_FULL or extended == sqlite3.SQLITE_IOERR_SHMSIZE:
            raise DiskFull(path) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or isinstance(error, sqlite3.OperationalError):
            raise DamagedCampaign(path, " ".join(str(error).split())) from error
        raise
    except UnicodeDecodeError as error:  # from SQLite's message about a broken schema
        raise DamagedCampaign(path, "its text is broken") from error
    except OSError as error:
        if isinstance(error, PermissionError):
            raise CampaignError(path, f"{path} cannot be opened: you may not read it.", "Ask its owner.") from error
        raise CampaignError(path, f"{path} cannot be opened: {error.strerror}.", "Check the path.") from error
