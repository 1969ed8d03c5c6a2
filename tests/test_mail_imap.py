"""A real IMAP server: read without a trace, only what is new, and nothing but one clear line when it fails."""

from datetime import UTC, date, datetime

import pytest
from dovecot import OTHERS, PASSWORD, between, free_port, needs_dovecot, running
from mailboxes import at, message

from infoint import Person, Profile
from infoint.campaign import Campaign
from infoint.errors import MailboxError
from infoint.mail import server
from infoint.mail.server import Imap

DANA = "Dana Ruiz <dana@example.com>"
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
ASK = "I'd love to hear how you got into energy. Could we talk for 20 minutes?"
pytestmark = needs_dovecot


@pytest.fixture(scope="module")
def mailbox():
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _trusted(mailbox, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))


@pytest.fixture(scope="module")
def users():
    return iter(OTHERS)


@pytest.fixture
def me(users):
    return f"{next(users)}@example.org"


@pytest.fixture
def address(mailbox, me):
    return f"imaps://{me}@localhost:{mailbox.port}"


@pytest.fixture
def campaign(tmp_path, me):
    with Campaign(tmp_path / "career.db", create=True, clock=lambda: NOW) as made:
        made.profile = Profile(name="Robin Vega", email=me)
        made.add(Person(name="Dana Ruiz", email="dana@example.com"))
        yield made


@pytest.fixture
def season(me):
    first = message(me, DANA, "Life at Orbit", ASK, at(0), "first@example.org")
    answer = message(DANA, me, "Re: Life at Orbit", "Happy to talk!", at(1), "yes@example.com", "first@example.org")
    return first, answer


@pytest.fixture
def asked(monkeypatch):
    """What was fetched: the UIDs and the parts of each command."""
    commands, before = [], Imap._fetched

    def watched(self, uids, part, some=""):
        found = before(self, uids, part, some)
        commands.append((part or "BODY", len(uids), sum(map(len, found.values()))))
        return found

    monkeypatch.setattr(Imap, "_fetched", watched)
    return commands


def told(proposals):
    return [(each.person.name, each.event.kind, each.confidence) for each in proposals]


SEASON = [("Dana Ruiz", "outreach_sent", "sure"), ("Dana Ruiz", "reply_received", "sure")]


def test_a_mailbox_is_read_and_stays_as_it_was(mailbox, me, address, campaign, season):
    mailbox.put(me, "Sent", season[0])
    mailbox.put(me, "INBOX", season[1])
    mailbox.state(me)  # whoever looks first takes the mark of what is recent
    before = mailbox.state(me)
    found = campaign.sync(address, password=PASSWORD)
    assert told(found) == SEASON
    assert mailbox.state(me) == before
    campaign.accept(found)
    assert campaign.mailboxes == (address,)
    assert told(campaign.sync(password=PASSWORD)) == []


def test_a_second_run_fetches_only_what_is_new(mailbox, me, address, campaign, season, asked):
    mailbox.put(me, "Sent", season[0])
    mailbox.put(me, "INBOX", *[message("shop@example.net", me, f"Offer {n}", "x" * 9000, at(0, n)) for n in range(40)])
    campaign.accept(campaign.sync(address, password=PASSWORD))
    assert ("HEADER", 40) in [it[:2] for it in asked]
    assert sum(number for part, number, _ in asked if part == "BODY") == 1
    asked.clear()
    campaign.accept(campaign.sync(address, password=PASSWORD))
    assert asked == []
    mailbox.put(me, "INBOX", season[1])
    found = campaign.sync(address, password=PASSWORD)
    assert told(found) == SEASON[1:]
    assert [it[:2] for it in asked] == [("HEADER", 1), ("BODY", 1)]
    campaign.accept(found)
    asked.clear()
    campaign.add(Person(name="Kim Wu", email="kim@example.com"))
    campaign.sync(address, password=PASSWORD)
    assert ("HEADER", 41) in [it[:2] for it in asked]


def test_when_the_server_has_given_new_numbers_all_is_read_again_and_nothing_twice(
    mailbox, me, address, campaign, season
):
    mailbox.put(me, "INBOX", *season)
    campaign.accept(campaign.sync(address, password=PASSWORD))
    name = f"mailbox {address}"
    mark = campaign._journal.setting(name)
    assert mark["folders"]["INBOX"][1] == 2
    mark["folders"]["INBOX"][0] += 1
    campaign._journal.keep(name, mark)
    later = message(DANA, me, "Re: Life at Orbit", "Any day.", at(2), "later@example.com", "first@example.org")
    mailbox.put(me, "INBOX", later)
    assert told(campaign.sync(address, password=PASSWORD)) == [("Dana Ruiz", "touched", "sure")]


@pytest.mark.parametrize("folder", ["Junk", "Trash", "Drafts", "Papierkorb", "Archive/Corbeille"])
def test_what_is_no_longer_or_not_yet_mail_is_left_out(mailbox, me, address, campaign, season, folder):
    mailbox.put(me, "Sent", season[0])
    mailbox.put(me, folder, season[1])
    assert told(campaign.sync(address, password=PASSWORD)) == SEASON[:1]


@pytest.mark.parametrize("flags", [r"\Deleted", r"\Draft"])
def test_so_is_what_is_marked_as_deleted_or_a_draft(mailbox, me, address, campaign, season, flags):
    mailbox.put(me, "INBOX", season[0])
    mailbox.put(me, "INBOX", season[1], flags=flags)
    assert told(campaign.sync(address, password=PASSWORD)) == SEASON[:1]


@pytest.mark.parametrize("folder", ["Jobs/R&-AOk-ponses", "with space", "a&-b", "percent%"])
def test_a_folder_may_be_called_anything(mailbox, me, address, campaign, season, folder):
    mailbox.put(me, "Sent", season[0])
    mailbox.put(me, folder, season[1])
    assert told(campaign.sync(address, password=PASSWORD)) == SEASON


def test_attachments_are_not_fetched(mailbox, me, address, campaign, season, asked):
    big = season[1].replace(b"Happy to talk!", b"Happy to talk!\n" + (b"QUJD" * 19 + b"\n") * 400_000)
    assert len(big) > 30_000_000
    mailbox.put(me, "INBOX", season[0], big)
    assert told(campaign.sync(address, password=PASSWORD)) == SEASON
    assert sum(size for _, _, size in asked) < 300_000


def test_since_is_left_to_the_server(mailbox, me, address, campaign, season, asked):
    mailbox.put(me, "INBOX", *season)
    assert told(campaign.sync(address, password=PASSWORD, since=date(2100, 1, 1))) == []
    assert asked == []


def test_a_password_may_be_asked_for(mailbox, me, address, campaign, season):
    mailbox.put(me, "INBOX", *season)
    heard = []
    assert told(campaign.sync(address, password=lambda server, user: heard.append((server.host, user)) or PASSWORD))
    assert heard == [("localhost", me)]


def test_every_trouble_is_one_clear_line_and_changes_nothing(mailbox, me, address, campaign, season, monkeypatch):
    mailbox.put(me, "INBOX", *season * 3)
    monkeypatch.setattr(server, "TIMEOUT", 2)
    troubles = [
        (address, "wrong", "does not accept"),
        (f"imaps://{me}@localhost:{free_port()}", PASSWORD, "cannot be reached"),
        ("imaps://localhost", PASSWORD, "names no user"),
        (f"imaps://{me}@127.0.0.1:{mailbox.port}", PASSWORD, "cannot be trusted"),
    ]
    for where, password, why in troubles:
        with pytest.raises(MailboxError, match=why) as error:
            campaign.sync(where, password=password)
        assert error.value.hint
        assert "\n" not in f"{error.value}{error.value.hint}"
        assert PASSWORD not in f"{error.value}{error.value.hint}{error.value.__dict__}"
    for most in (3000, 4000, 5000):
        with between(mailbox.port, down=most) as port, pytest.raises(MailboxError, match=r"broke off|reached"):
            campaign.sync(f"imaps://{me}@localhost:{port}", password=PASSWORD)
    assert campaign.history("dana") == []
    assert campaign.mailboxes == ()
    assert told(campaign.sync(address, password=PASSWORD))


def test_an_interrupted_reading_goes_on_folder_by_folder(mailbox, me, address, campaign, season, asked):
    mailbox.put(
        me, "INBOX", *season, *[message(DANA, me, "Re: x", "y", at(3, n), f"{n}@example.com") for n in range(9)]
    )

    def cut(items, what, _):
        for number, each in enumerate(items, 1):
            yield each
            if "came" in what and number == 4:
                raise KeyboardInterrupt

    found = campaign.sync(address, password=PASSWORD, progress=cut)
    assert found.is_cut
    assert told(found)[:2] == SEASON
    campaign.accept(found)
    asked.clear()
    again = campaign.sync(address, password=PASSWORD)
    assert not again.is_cut
    assert sum(number for part, number, _ in asked if part == "HEADER") == 7


def test_a_mailbox_in_clear_starts_tls_before_anything_is_said():
    assert Imap.of("imap://robin%40example.org@imap.example.org", "secret").session.server.port == 143
