"""Mail is read where it lies, in every shape, whatever is broken in it."""

import tracemalloc

import pytest
from mailboxes import ME, PLACES, START, at, folder, mbox, message

from infoint.errors import Problem, UnreadableFile
from infoint.mail import read
from infoint.mail.boxes import MOST, boxes
from infoint.mail.read import mail, own_text

DANA = "Dana Ruiz <dana@example.com>"
TWO = [
    message(ME, DANA, "Life at Orbit", "Could we talk?", at(0), "1@example.org"),
    message(DANA, ME, "Re: Life at Orbit", "Gladly.\n\n> Could we talk?\n", at(1), "2@example.com", "1@example.org"),
]


def mails(path, wanted=lambda _: True, done=None):
    for box in boxes(path):
        yield from read.mails(box.items(done or {}), path.name, wanted)


@pytest.mark.parametrize("name", PLACES)
def test_every_shape_of_a_mailbox_gives_the_same_messages(tmp_path, name):
    found = sorted(mails(PLACES[name](tmp_path / name, TWO)), key=lambda it: it.at)
    assert [it.id for it in found] == ["1@example.org", "2@example.com"]
    assert [it.at for it in found] == [at(0), at(1)]
    assert found[1].sender == ("Dana Ruiz", "dana@example.com")
    assert found[1].references == ("1@example.org",)
    assert found[1].text == "Gladly."


def test_one_message_is_a_mailbox_of_one(tmp_path):
    (tmp_path / "one.eml").write_bytes(TWO[0].replace(b"\n", b"\r\n"))
    assert [it.id for it in mails(tmp_path / "one.eml")] == ["1@example.org"]


@pytest.mark.parametrize(
    "label", ["Spam", "Trash", "Chat", "Drafts", "Papierkorb", "=?utf-8?q?Entw=C3=BCrfe?=", "Inbox,Spam"]
)
def test_spam_trash_chats_and_drafts_are_left_out(tmp_path, label):
    labelled = b"X-Gmail-Labels: " + label.encode() + b"\n"
    assert [it.id for it in mails(mbox(tmp_path / "all.mbox", [labelled + TWO[0], TWO[1]]))] == ["2@example.com"]


def test_a_folder_of_trash_in_a_maildir_is_left_out(tmp_path):
    box = PLACES["Maildir"](tmp_path / "Maildir", TWO[:1])
    PLACES["Maildir"](box / ".Trash", TWO[1:])
    assert [it.id for it in mails(box)] == ["1@example.org"]


def test_only_what_is_wanted_is_read_and_only_what_is_new(tmp_path):
    path = mbox(tmp_path / "all.mbox", TWO[:1])
    mark = boxes(path)[0].mark(None)
    assert list(mails(path, lambda head: b"dana" in head.sender)) == []
    mbox(path, TWO[1:])
    assert [it.id for it in mails(path, done=mark)] == ["2@example.com"]


def test_a_line_that_begins_with_from_ends_no_message(tmp_path):
    body = (
        "Hello\n\nFrom here on it is simple.\nFrom the 10:00 train to 2025\n\nFrom Dana at 10:00 in 2025\nof course\n"
    )
    raw = b"From - Mon Mar 03 10:00:00 2025\n" + message(ME, DANA, "A", "", id_="a").rstrip() + b"\n\n" + body.encode()
    (tmp_path / "all.mbox").write_bytes(raw + b"\n>From the end\n\nFrom - Mon Mar 03 10:00:00 2025\n" + TWO[1])
    first, second = mails(tmp_path / "all.mbox")
    assert first.body.endswith("of course\n\nFrom the end\n\n")
    assert second.id == "2@example.com"


def test_line_ends_of_windows_and_blocks_cut_anywhere_change_nothing(tmp_path, monkeypatch):
    path = mbox(tmp_path / "all.mbox", TWO * 20)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for block in (700, 1001, 4096):
        monkeypatch.setattr("infoint.mail.boxes._BLOCK", block)
        assert [it.id for it in mails(path)] == ["1@example.org", "2@example.com"] * 20


NESTED = b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n'
DEEP = b"From: dana@example.com\n" + b"".join(NESTED % (n, n) for n in range(10)) + b"\nYes\n"
ENDLESS = b"From: dana@example.com\n" + b"".join(NESTED % (n, n) for n in range(3000)) + b"\nYes\n"
HOSTILE = {
    "no Message-ID": b"From: dana@example.com\nSubject: x\n\nYes",
    "circular references": b"From: dana@example.com\nMessage-ID: <a>\nIn-Reply-To: <a>\nReferences: <b> <a> <a>\n\nYes",
    "endless references": b"From: dana@example.com\nReferences: " + b"<a@b>\n " * 20_000 + b"\n\nYes",
    "no date": b"From: dana@example.com\nDate: yesterday\n\nYes",
    "a date that is none": b"From: dana@example.com\nDate: Mon, 99 Foo 20250 99:99:99 +9999\n\nYes",
    "ten levels": DEEP,
    "endless levels": ENDLESS,
    "an unknown charset": b"From: dana@example.com\nContent-Type: text/plain; charset=klingon\n\nYes \xff\xfe",
    "a wrong charset": b"From: =?utf-8?b?/////w==?= <d@example.com>\nContent-Type: text/plain; charset=utf-8\n\nY\xff",
    "broken base64": b"From: dana@example.com\nContent-Transfer-Encoding: base64\n\nA\xff=A=====",
    "a broken encoded word": b"From: dana@example.com\nSubject: =?utf-8?b?AAAA\n A?= =?x?q?=F?=\n\nYes",
    "no sender": b"Subject: hello\n\nYes",
    "a sender without end": b"From: " + b'"<' * 5000 + b"\n\nYes",
    "only HTML": b"From: dana@example.com\nContent-Type: text/html\n\n<p>Yes</p><![if x]><div",
    "zeros": b"From: dana@example.com\nSubject: a\0b\n\nYes\0\0",
    "no body": b"From: dana@example.com",
    "no boundary": b"From: dana@example.com\nContent-Type: multipart/mixed\n\nYes",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_broken_and_hostile_mail_is_read_or_told_and_never_stops_the_rest(tmp_path, what):
    found = list(mails(folder(tmp_path / "messages", [HOSTILE[what], TWO[0]])))
    assert len(found) == 2
    assert found[1].id == "1@example.org"
    if isinstance(found[0], Problem):
        assert what == "endless levels"
        assert found[0].skipped
    else:
        assert len(found[0].id) > 0
        assert isinstance(found[0].text, str)


def test_a_date_that_cannot_be_gives_way_to_when_it_arrived():
    arrived = {"Received": "from x by y; Mon, 3 Mar 2025 09:00:00 +0000"}
    for wrong in ("1 Jan 1970 00:00 +0000", "1 Jan 2040 00:00 +0000", "soon"):
        assert mail(message(DANA, ME, "x", "y", wrong, **arrived)).at == START
    assert mail(message(DANA, ME, "x", "y", at(0, 1), **arrived)).at == at(0, 1)


def test_a_truncated_mailbox_gives_what_there_is(tmp_path):
    path = mbox(tmp_path / "all.mbox", TWO)
    path.write_bytes(path.read_bytes()[:-40])
    assert [it.id for it in mails(path)] == ["1@example.org", "2@example.com"]
    archive = PLACES["takeout.tgz"](tmp_path / "takeout.tgz", TWO)
    archive.write_bytes(archive.read_bytes()[:-60])
    with pytest.raises(UnreadableFile):
        list(mails(archive))


@pytest.mark.parametrize("content", [b"", b"\n", b"PK\x03\x04nonsense", b"name,email\nDana,dana@example.com\n" * 50])
def test_what_is_no_mailbox_is_refused(tmp_path, content):
    (tmp_path / "none").write_bytes(content)
    with pytest.raises(UnreadableFile):
        list(mails(tmp_path / "none"))


def test_an_attachment_of_50_megabytes_is_never_loaded(tmp_path):
    big = b"QUJD" * 19 + b"\n"
    head = message(ME, DANA, "A", "words", id_="big@example.org").split(b"\n\n")[0]
    with (tmp_path / "all.mbox").open("wb") as out:
        out.write(b"From - Mon Mar 03 10:00:00 2025\n" + head + b"\n\nwords\n\n")
        out.writelines(big for _ in range(50_000_000 // len(big)))
        out.write(b"\nFrom - Mon Mar 03 10:00:00 2025\n" + TWO[0] + b"\n")
    list(mails(tmp_path / "all.mbox", lambda _: False))
    tracemalloc.start()
    first, second = mails(tmp_path / "all.mbox")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert second.id == "1@example.org"
    assert len(first.body) <= MOST
    assert most < 12_000_000


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 3 Mar 2025 at 10:00, Robin Vega <robin@example.org> wrote:\n> Could we talk?",
        "Am 03.03.25 um 10:00 schrieb Robin Vega:\n> Hast du Zeit?",
        "Le lun. 3 mars 2025 à 10:00, Robin Vega <robin@example.org> a écrit :\n> Bonjour",
        "-----Original Message-----\nFrom: Robin Vega\nSent: Monday\n\nCould we talk?",
        "-----Ursprüngliche Nachricht-----\nVon: Robin Vega\n\nHast du Zeit?",
        "From: Robin Vega <robin@example.org>\nSent: Monday, March 3, 2025 10:00 AM\nTo: Dana\n\nCould we talk?",
        "________________________________\nFrom: Robin Vega\n\nCould we talk?",
        "> Could we talk?",
    ],
)
def test_of_a_reply_only_what_is_new_is_its_text(quoted):
    assert own_text(f"Gladly, on Tuesday.\n\n{quoted}\n") == "Gladly, on Tuesday."
    assert "Gladly, on Tuesday." in own_text(f"> Could we talk?\n\nGladly, on Tuesday.\n\n{quoted}\n")
