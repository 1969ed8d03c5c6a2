"""An answer is matched to the letter it answers; what is only perhaps one is never sure."""

from datetime import timedelta

import pytest
from mailboxes import ME, at, message

from infoint.mail.read import mail
from infoint.mail.thread import Sent, Threads, subject_key


def sent(id_, person="dana", day=0, subject="Life at Orbit", **more):
    more = {"name": "Dana Ruiz", "addresses": frozenset({"dana@example.com"})} | more
    return Sent(id=id_, person=person, at=at(day), subject=subject, **more)


LETTERS = [
    sent("first@example.org"),
    sent("nudge@example.org", day=7),
    sent("other@example.org", day=8, subject="Coffee in May"),
    sent("lee@example.org", "lee", subject="Your path", name="Lee", addresses=frozenset({"lee@gmail.com"})),
]
CASES = [
    # sender, subject, refers to, text -> the letter, and whether that is sure
    ("dana@example.com", "Re: Life at Orbit", "first@example.org", "", "first", True),
    ("dana@example.com", "Something else", "first@example.org", "", "first", True),
    ("dana@example.com", "AW: [EXT] Re: Life at  Orbit", "", "", "nudge", True),
    ("dana@example.com", "Re: Coffee in May", "unknown@example.com", "", "other", True),
    ("dana@example.com", "Our talk", "", "Gladly\n> Subject: Life at Orbit", "nudge", True),
    ("dana@example.com", "Re: hm", "unknown@example.com", "", "other", False),
    ("dana@example.com", "New thing", "", "", None, False),
    ("Dana Ruiz <dr@home.example>", "Re: Life at Orbit", "first@example.org", "", "first", True),
    ("Dana Ruiz <dr@home.example>", "Re: Life at Orbit", "", "", "nudge", False),
    ("Sam <sam@example.com>", "Fwd: Life at Orbit", "first@example.org", "", "first", True),
    ("Sam <sam@example.com>", "Re: Fwd: Life at Orbit", "", "", "nudge", False),
    ("x@elsewhere.example", "Re: Life at Orbit", "first@example.org", "", "first", False),
    ("x@elsewhere.example", "Re: Life at Orbit", "", "", None, False),
    ("x@gmail.com", "Re: Your path", "", "", None, False),
    ("dana@example.com", "Re: Life at Orbit", "nudge@example.org", "", "nudge", True),
]


@pytest.mark.parametrize(("sender", "subject", "answers", "text", "letter", "sure"), CASES)
def test_ids_come_first_then_address_and_subject_and_the_rest_is_only_perhaps(
    sender, subject, answers, text, letter, sure
):
    match = Threads(LETTERS).match(mail(message(sender, ME, subject, text, at(9), "a@example.com", answers)))
    assert (match and match.sent.id) == (letter and f"{letter}@example.org")
    assert (match.sure if match else False) == sure
    assert match is None or match.why


def test_the_nearest_letter_that_is_referred_to_is_the_one():
    raw = message(
        "dana@example.com", ME, "Re: x", "", at(9), References="<first@example.org> <nudge@example.org> <z@z>"
    )
    assert Threads(LETTERS).match(mail(raw)).sent.id == "nudge@example.org"


def test_nothing_answers_a_letter_before_it_was_sent():
    for when, matched in ((at(-3), False), (at(0) - timedelta(hours=3), True), (None, True)):
        raw = message("dana@example.com", ME, "Re: x", "", when, answers="first@example.org")
        assert bool(Threads(LETTERS).match(mail(raw))) == matched


def test_a_letter_to_two_is_answered_by_the_one_who_writes():
    both = [sent("1@x"), sent("1@x", "lee", name="Lee", addresses=frozenset({"lee@gmail.com"}))]
    for who in ("dana@example.com", "lee@gmail.com"):
        match = Threads(both).match(mail(message(who, ME, "Re: x", "", at(1), answers="1@x")))
        assert who in match.sent.addresses


@pytest.mark.parametrize(
    "subject", ["Re: A", "RE: AW: Fwd: a", "[EXT] Re: A", "Re[2]: a", "SV:  A (fwd)", "回复：A", "a"]
)
def test_a_subject_is_the_same_whatever_stands_before_it(subject):
    assert subject_key(subject) == "a"
