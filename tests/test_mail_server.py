"""A draft into a real mailbox: one clear line for every trouble, and the truth about whether it is there."""

import re
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from dovecot import PASSWORD, between, free_port, needs_dovecot, running

from infoint.errors import MailboxError
from infoint.letters.drafts import eml
from infoint.mail.server import Server, save_draft
from infoint.people import Profile

ME = Profile(name="Robin Vega", email="robin@example.org")
RAW = eml("dana@example.com", "Ruiz, Dana", "Life at Orbit", "Hello\n" * 400, ME, "<1@example.org>", unsent=False)

_CLEAR = r"broke off|did not answer within 0\.5 seconds|cannot be reached|did not take"
pytestmark = needs_dovecot


@pytest.fixture(scope="module")
def mailbox():
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _empty(mailbox):
    mailbox.empty()


def save(mailbox, *, port=None, user="robin@example.org", password=PASSWORD, **more):
    more = {"context": mailbox.trust, "timeout": 10} | more
    return save_draft(Server("localhost", port or mailbox.port), user, password, RAW, **more)


def trouble(*args, **kwargs):
    with pytest.raises(MailboxError) as told:
        save(*args, **kwargs)
    error = told.value
    assert error.hint
    assert "\n" not in f"{error}{error.hint}"
    assert PASSWORD not in f"{error}{error.hint}{error.__dict__}"
    return error


def test_a_draft_lies_among_the_drafts_as_one(mailbox):
    assert save(mailbox) == "Drafts"
    ((flags, raw),) = mailbox.drafts()
    assert re.search(rb"FLAGS \(.*\\Draft\b", flags)
    assert raw == RAW
    assert [a.addr_spec for a in BytesParser(policy=SMTP).parsebytes(raw)["To"].addresses] == ["dana@example.com"]


def test_a_wrong_password_is_said_and_nothing_is_there(mailbox):
    for password in ("wrong", "", "gehéim", 'a"b\\c'):
        error = trouble(mailbox, password=password)
        assert str(error) == "localhost does not accept robin@example.org with that password."
        assert not error.may_be_there
    assert mailbox.drafts() == []


def test_a_full_mailbox_is_said_and_nothing_is_there(mailbox):
    error = trouble(mailbox, user="full@example.org")
    assert str(error) == "localhost did not take the draft: your mailbox is full."
    assert not error.may_be_there
    assert mailbox.drafts("full@example.org") == []


def test_a_mailbox_without_drafts_is_said():
    with running(drafts=False) as bare:
        error = trouble(bare)
    assert str(error) == "localhost has no Drafts folder."
    assert not error.may_be_there


def test_a_server_that_is_not_there_or_not_whom_it_says_gets_no_password(mailbox):
    error = trouble(mailbox, port=free_port())
    assert str(error) == "localhost cannot be reached."
    error = trouble(mailbox, context=None)
    assert str(error).startswith("localhost cannot be trusted (self")
    assert not error.may_be_there


@pytest.mark.parametrize("name", ["", ":993", "localhost:x", "localhost:0", "localhost:99999"])
def test_what_is_no_server_is_refused(name):
    with pytest.raises(MailboxError, match="is no server"):
        Server.of(name)


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("stall", [False, True], ids=["dropped", "slow"])
def test_wherever_the_wire_breaks_what_is_said_of_the_draft_is_true(mailbox, way, stall):
    """The wire carries TLS, so that it breaks after some number of bytes: from the first hello to the last answer."""
    said = set()
    for most in range(200, 6001, 200) if not stall else range(300, 5800, 1100):
        mailbox.empty()
        with between(mailbox.port, **{way: most}, stall=stall) as port:
            try:
                save(mailbox, port=port, timeout=0.5 if stall else 10)
                told, message = "there", ""
            except MailboxError as error:
                told, message = "perhaps" if error.may_be_there else "not there", str(error)
        found = bool(mailbox.drafts())
        assert not message or re.search(_CLEAR, message)
        assert {"there": found, "not there": not found, "perhaps": True}[told], (most, told, found)
        said.add(told)
    assert "not there" in said
    assert said & {"perhaps", "there"}
