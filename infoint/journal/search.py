"""Full text over everything that was written down: notes, debriefs, people.

The index is an FTS5 table beside the records. It is never written with them (an import stays as quick
as it was) but brought up to date by the next search: the newest change says whether anything happened
since. Where the file cannot be written it is made anew in memory. `forget` drops it whole.
"""

import json
import re
import sqlite3
from collections.abc import Callable
from typing import Any
from zlib import crc32

from infoint.people import fold

_TOLD = ("role", "company", "industry", "school", "email", "note")
_PERSON = "name || " + " || ".join(f"coalesce(', ' || nullif({field}, ''), '')" for field in _TOLD)
SOURCES = (
    f"""SELECT id, id AS person_id, (SELECT at FROM changes WHERE changes.id = change_id), 'minute', 'person', '',
        {_PERSON} || coalesce(', ' || (SELECT group_concat(value, ', ') FROM json_each(nullif(tags, ''))), '')
        FROM people WHERE true""",
    """SELECT id, person_id, at, precision, kind, trim(note || ' ' || coalesce((SELECT group_concat(value, ', ')
        FROM json_each(nullif(details, '')) WHERE key IN ('text', 'what', 'reason', 'place')), ''))  AS text, ''
        FROM events WHERE text != ''
        AND id NOT IN (SELECT json_extract(details, '$.event') FROM events WHERE kind = 'retracted')""",
    """SELECT id, person_id, at, 'minute', 'debrief', (SELECT group_concat(atom, ' · ') FROM json_tree(content)
        WHERE type = 'text' AND path IN ('$', '$.learnt', '$.why', '$.answers') AND fullkey != '$.lead'), ''
        FROM debriefs WHERE id NOT IN (SELECT revises FROM debriefs)""",
    """SELECT id, person_id, written_at, 'minute', 'letter', subject || ' ' || body, ''
        FROM (SELECT *, 0 AS change_id FROM letters) WHERE state = 'sent'""",
)
"""What is searched: id, person_id, at, precision, what it is, its text, who somebody is (which weighs less).

A further table is one line: rows WHERE ..., which have a change_id.
"""

_NEW = "(change_id > :since OR id IN (SELECT id FROM stale))"
_STALE = """WITH stale (id) AS (
    SELECT key FROM before WHERE tbl != 'settings' AND change_id > :since
    UNION SELECT json_extract(details, '$.event') FROM events WHERE kind = 'retracted' AND change_id > :since
    UNION SELECT revises FROM debriefs WHERE change_id > :since) """
_TABLE = """CREATE VIRTUAL TABLE {}.search USING fts5 (source UNINDEXED, person_id UNINDEXED, at UNINDEXED,
    precision UNINDEXED, what UNINDEXED, text, card, tokenize = 'porter unicode61 remove_diacritics 2')"""
_SHAPE = crc32(repr((SOURCES, _TABLE)).encode())
_FILTERS = {"person": "p.name", "company": "p.company"}
_TOKEN = re.compile(r'(?:(person|company):)?("[^"]*(?:"\*?)?|[^\s"]+)', re.IGNORECASE)
_SNIPPET = "snippet(search, {}, '«', '»', '…', 24)"
_MOST = 60
"""Words of a search that are looked at (ours)."""

Run = Callable[..., sqlite3.Cursor]


def state(run: Run) -> tuple[list[int], int]:
    """What the index holds (its shape and the newest change in it), and the newest change there is."""
    sql = "SELECT (SELECT value FROM settings WHERE name = 'searched'), coalesce(max(id), 0) FROM changes"
    kept, newest = run(sql).fetchone()
    return json.loads(kept or "[]"), newest


def is_fresh(run: Run) -> bool:
    """Whether the index holds everything up to the newest change."""
    held, newest = state(run)
    return held == [_SHAPE, newest]


def refresh(run: Run, schema: str = "main") -> None:
    """Bring the index up to date inside a transaction; in the schema "temp" it is made anew, in memory.

    A number of a change is never given twice: as long as the last one indexed is there, only what
    came after it is read; once it was undone, all of it.
    """
    held, newest = state(run)
    known = run("SELECT 1 FROM changes WHERE id = ?", held[1:]).fetchone() if held[:1] == [_SHAPE] else None
    since = {"since": held[1] if known and schema == "main" else -1}
    if since["since"] < 0:
        run(f"DROP TABLE IF EXISTS {schema}.search")
        run(_TABLE.format(schema))
        run(f"INSERT INTO {schema}.search (search, rank) VALUES ('rank', 'bm25(0, 0, 0, 0, 0, 1, 0.05)')")
    elif run(f"{_STALE} SELECT 1 FROM stale", since).fetchone():
        run(f"{_STALE} DELETE FROM search WHERE source IN stale", since)
    for source in SOURCES:
        run(f"{_STALE} INSERT INTO {schema}.search {source} AND {_NEW}", since)
    if schema == "main":
        run("INSERT OR REPLACE INTO settings VALUES ('searched', ?)", (json.dumps([_SHAPE, newest]),))


def drop(run: Run) -> None:
    """Take the index away with every word in it; the next search makes it anew."""
    run("DROP TABLE IF EXISTS main.search")
    run("DROP TABLE IF EXISTS temp.search")
    run("DELETE FROM settings WHERE name = 'searched'")


def asked(query: str) -> tuple[str, list[tuple[str, str]]]:
    """What a user typed as FTS5 understands it, whatever it was, and the filters in it.

    >>> asked('batt* supply OR "waiting line" company:acme')
    ('"batt" * "supply" OR "waiting line"', [('company', 'acme')])
    >>> asked('AND "(')
    ('', [])
    """
    words, filters = list[str](), list[tuple[str, str]]()
    for found in _TOKEN.findall(query.replace("\0", " ").encode(errors="replace").decode())[:_MOST]:
        name, text = found[0].casefold(), found[1].replace('"', "").strip()
        is_word = any(letter.isalnum() for letter in text)
        if name and is_word:
            filters.append((name, text))
        elif found[1] == "OR" and words and words[-1] != "OR":
            words.append("OR")
        elif is_word and found[1] not in ("AND", "OR"):
            words.append(f'"{text.rstrip("*")}"{" *" if found[1].endswith("*") else ""}')
    return " ".join(words[:-1] if words[-1:] == ["OR"] else words), filters


def find(run: Run, query: str, columns: str, limit: int) -> list[Any]:
    """The best hits: moment, precision, what it is, the snippet with the hit in «», and `columns` of the person."""
    words, filters = asked(query)
    if not words and not filters:
        return []
    shown = f"CASE s.what WHEN 'person' THEN {_SNIPPET.format(6)} ELSE {_SNIPPET.format(5)} END"
    shown = shown if words else "substr(s.text || s.card, 1, 200)"
    where = ["search MATCH ?"] * bool(words) + [f"instr(folded({_FILTERS[name]}), ?)" for name, _ in filters]
    sql = (
        f"SELECT s.at, s.precision, s.what, {shown}, {columns} FROM search s CROSS JOIN people p ON p.id = s.person_id"
    )
    sql += f" WHERE {' AND '.join(where)} ORDER BY {'rank' if words else 's.at DESC'} LIMIT ?"
    return run(sql, (*[words] * bool(words), *(fold(text) for _, text in filters), limit)).fetchall()
