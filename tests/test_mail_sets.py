"""The made mail of the benchmarks: all there, all readable, nobody real."""

import importlib.util
import re
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location(
    "mail_sets_build", Path(__file__).parents[1] / "benchmarks/mail_sets/build.py"
)
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)
HALVES = pytest.mark.parametrize("half", ["open", "kept"])


@HALVES
def test_each_half_has_its_share_of_every_set(half):
    samples = build.singles(half)
    threads = {each.name.partition("-")[0] for each in samples if each.set == "threads"}
    counts = Counter(each.set for each in samples)
    assert {**counts, "threads": len(threads)} == {
        "reports": 30,
        "automatic": 30,
        "human": 30,
        "declines": 20,
        "invitations": 15,
        "threads": 100,
    }


@HALVES
def test_every_message_and_letter_reads_without_a_defect_and_names_nobody_real(half):
    for sample in build.singles(half):
        for raw in (sample.raw, *sample.letters):
            read = message_from_bytes(raw, policy=policy.default)
            assert not [part.defects for part in read.walk() if part.defects], sample.name
            assert read["Message-ID"], sample.name
            for address in re.findall(rb"[\w.+-]+@([\w.-]+\w)", raw.replace(b"=\r\n", b"")):
                assert re.search(rb"(^|\.)example\.(com|org|net)$", address), (sample.name, address)


@HALVES
def test_the_words_of_a_decline_stand_in_its_text(half):
    for sample in build.replies(half, "declines"):
        assert sample.label["words"] in sample.label["text"]


@HALVES
def test_an_answer_names_a_letter_that_was_sent(half):
    for sample in build.threads(half):
        sent = {message_from_bytes(raw)["Message-ID"] for raw in sample.letters}
        assert sample.label["answers"] is None or sample.label["answers"] in sent


@HALVES
def test_one_thread_in_twenty_of_the_mailbox_is_an_ask(half):
    mbox, asks = build.made_mailbox(half)
    assert len(asks) == 50
    assert all(f"Message-ID: {ask['id']}\n".encode() in mbox for ask in asks)
    assert build.made_mailbox(half) == (mbox, asks)


def test_no_text_of_the_open_half_is_used_in_the_kept_half():
    texts = {half: {each.label["text"] for each in build.replies(half, "human")} for half in ("open", "kept")}
    assert not texts["open"] & texts["kept"]
