"""All of it can leave again: for other programs, and whole."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import infoint
from infoint.campaign import Campaign, rebuild, restore
from infoint.errors import CampaignExists, InfointError, NotACampaign
from infoint.exchange.tables import ANONYMOUS
from infoint.people import Person
from infoint.sample import sample_campaign

HOSTILE = (
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@x",
    "'=1",
    "\tx",
    "a;b:c,d\\e",
    "Zoë 漢",
    '"q"',
    "BEGIN:VCARD",
    "'s-Hertogenbosch",
)


@pytest.fixture
def hostile(tmp_path):
    with infoint.open(tmp_path / "c.db", create=True) as campaign:
        for number, text in enumerate(HOSTILE):
            person = campaign.add(
                Person(name=f"Dana{number} {text.strip()}", company=text, note=f"{text}\nsecond line", tags=("a", "b"))
            )
            campaign.log(person, "wrote", at="2025-03-03", note=text)
        yield campaign


@pytest.mark.parametrize("form", [".vcf", ".csv", ".xlsx"])
def test_what_left_as_a_file_comes_in_again_as_it_was(hostile, tmp_path, form):
    (tmp_path / f"out{form}").write_bytes(hostile.export(form))
    with infoint.open(":memory:", create=True) as other:
        other.import_people(tmp_path / f"out{form}")
        known = {p.name: p.company for p in hostile.everybody()}
        assert {p.name: p.company for p in other.everybody()} == {n: " ".join(c.split()) for n, c in known.items()}


def test_no_cell_is_a_formula(hostile):
    book = load_workbook(BytesIO(hostile.export(".xlsx")))
    assert book.sheetnames == ["people", "events", "funnel"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    lines = hostile.export(".csv").decode("utf-8-sig")
    assert '"=' not in lines
    assert ",=" not in lines


def test_a_vcard_keeps_its_uid(hostile):
    assert hostile.export(".vcf") == hostile.export(".vcf")
    assert hostile.export(".vcf").count(b"VERSION:3.0") == len(HOSTILE)


def test_a_table_for_a_study_has_no_name_text_or_date():
    with sample_campaign() as campaign:
        raw = campaign.export("anonymous").decode("utf-8-sig")
        assert raw.splitlines()[0].split(",") == list(ANONYMOUS)
        for person in campaign.everybody():
            words = {person.name, person.email, person.company, person.role, person.industry, person.id} - {""}
            assert not [word for word in words if word in raw]
        assert "202" not in raw
        assert len(raw.splitlines()) == 1 + len(campaign.approaches())


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if '"sqlite_sequence"' not in line]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)
# ruff: noqa: ARG005 - every step is given the same three
STEP = {
    "add": lambda c, people, text: c.add(Person(name=text, tags=(text,), introduced_by=people[0].id if people else "")),
    "log": lambda c, people, text: c.log(people[0], "noted", note=text),
    "wrote": lambda c, people, text: c.log(people[-1], "wrote", at="2025-03-03"),
    "promise": lambda c, people, text: c.log(people[0], "promise_made", what=text, by="me"),
    "debrief": lambda c, people, text: c.debrief(
        people[-1], infoint.Debrief(notes=text, learnt=(text,), introductions=(text,))
    ),
    "undo": lambda c, people, text: c.undo(),
    "edit": lambda c, people, text: c.update(people[0], company=text),
    "forget": lambda c, people, text: c.forget(people[0]),
    "merge": lambda c, people, text: c.merge((people[0], people[-1])),
    "apart": lambda c, people, text: c.tell_apart(people[0], people[-1]),
    "target": lambda c, people, text: c.target(text, 3),
    "label": lambda c, people, text: c.labels(people),
    "letter": lambda c, people, text: hand_out(c, people[0]),
    "profile": lambda c, people, text: setattr(c, "profile", infoint.Profile(name=text)),
}


def hand_out(campaign, person):
    with campaign.handing_out(campaign.write(person), "eml"):
        pass


STEPS = st.lists(st.tuples(st.sampled_from(sorted(STEP)), TEXTS), max_size=8)


def live(campaign, steps):
    for step, text in steps:
        people = campaign.everybody()
        try:
            STEP[step if people else "add"](campaign, people, text)
        except InfointError:
            continue


@settings(max_examples=60)
@given(STEPS)
def test_the_whole_campaign_comes_back_exactly(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("whole")
    with Campaign(folder / "a.db", create=True) as campaign:
        campaign.profile = infoint.Profile(name="Robin Vega")
        live(campaign, steps)
        campaign.export_all(folder / "all")
    rebuild(folder / "all", folder / "b.db").close()
    assert dump(folder / "a.db") == dump(folder / "b.db")


@pytest.fixture
def archive(hostile, tmp_path):
    return hostile.export_all(tmp_path / "all")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("people.jsonl", "{", "damaged"),
        ("people.jsonl", "[]", "no row"),
        ("people.jsonl", '{"id": "1", "shoe": 4}', "no row of the table people"),
        ("people.jsonl", '{"id": "1"}', "cannot be taken in"),
        ("events.jsonl", "\udc80", "damaged"),
        ("campaign.json", "{}", "which schema"),
        ("campaign.json", '{"schema": 99}', "newer"),
    ],
)
def test_a_damaged_archive_is_refused_whole(archive, tmp_path, name, text, why):
    (archive / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InfointError, match=why):
        rebuild(archive, tmp_path / "new.db")
    assert not list(tmp_path.glob("new.db*"))


def test_a_fact_whose_person_is_missing_is_refused(archive, tmp_path):
    (archive / "people.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(InfointError):
        rebuild(archive, tmp_path / "new.db")
    assert not list(tmp_path.glob("new.db*"))


def test_nothing_is_overwritten(archive, hostile):
    with pytest.raises(CampaignExists):
        hostile.export_all(archive)
    with pytest.raises(CampaignExists):
        rebuild(archive, hostile.path)


def test_the_names_in_an_archive_are_never_paths(archive, tmp_path):
    (archive / "../evil.jsonl").write_text("{}", encoding="utf-8")
    rebuild(archive, tmp_path / "new.db").close()
    assert json.loads((archive / "campaign.json").read_text(encoding="utf-8"))["schema"] >= 1


def test_a_backup_takes_the_place_of_a_campaign_which_is_kept(tmp_path):
    with Campaign(tmp_path / "c.db", create=True) as campaign:
        campaign.add(Person(name="Dana Ruiz"))
        campaign.backup(tmp_path / "copy.db")
        campaign.add(Person(name="Kim Lee"))
    before = dump(tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "c.db", tmp_path / "kept.db")
    with Campaign(tmp_path / "c.db") as campaign, Campaign(tmp_path / "kept.db") as kept:
        assert [person.name for person in campaign.everybody()] == ["Dana Ruiz"]
        assert len(kept.everybody()) == 2
    assert dump(tmp_path / "copy.db") == before
    assert not list(tmp_path.glob("*restoring*"))


def test_what_is_no_campaign_takes_no_place(tmp_path):
    with Campaign(tmp_path / "c.db", create=True) as campaign:
        campaign.add(Person(name="Dana Ruiz"))
    before = dump(tmp_path / "c.db")
    (tmp_path / "x.db").write_bytes(b"nothing")
    with pytest.raises(NotACampaign):
        restore(tmp_path / "x.db", tmp_path / "c.db", tmp_path / "kept.db")
    damaged = bytearray((tmp_path / "c.db").read_bytes())
    damaged[4096:8192] = b"\xff" * 4096
    (tmp_path / "d.db").write_bytes(damaged)
    with pytest.raises(InfointError):
        restore(tmp_path / "d.db", tmp_path / "c.db", tmp_path / "kept.db")
    assert dump(tmp_path / "c.db") == before
    assert not (tmp_path / "kept.db").exists()


def test_by_command(user):
    assert "Saved" in user("export", "people.vcf").out
    assert user.refused("export", "people.vcf")
    assert user.refused("export", "people.doc", code=2)
    assert user.refused("export", "study.csv", "--anonymous", code=2)
    assert "reply_days" in user("export", "study.csv", "--anonymous", "--yes").out
    user("backup", "copy.db")
    user("export", "--all", "everything")
    before = user.dump()
    user("add", "Kim Lee")
    user("restore", "copy.db", "--yes")
    assert user.dump() == before
    assert user.refused("import", "everything")
    for file in user.campaign.parent.glob("career.db*"):
        file.unlink()
    assert "as it was" in user("import", "everything").out
    assert user.dump() == before


def test_moments_leave_as_people_read_them(hostile):
    assert datetime(2025, 3, 3, tzinfo=UTC).year == 2025
    book = load_workbook(BytesIO(hostile.export(".xlsx")))
    assert book["events"].cell(2, 4).value == "2025-03-03 12:00"
