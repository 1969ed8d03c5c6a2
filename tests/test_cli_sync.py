"""The user's own mailbox on the command line: shown first, recorded only with a yes, and nothing asked twice."""

import json

import pytest
from mailboxes import ME, at, mbox, message

import infoint
from infoint.sample import MAILBOX_OF, sample_mailbox

DANA, LEE = "Dana Ruiz <dana@example.com>", "Lee Moss <lee@example.net>"
ASK = "I'd love to hear how you got into energy. Could we talk for 20 minutes?"
FIRST = message(ME, DANA, "Life at Orbit", ASK, at(0), "first@example.org")
YES = message(DANA, ME, "Re: Life at Orbit", "I'd be happy to talk!", at(8), "yes@example.com", "first@example.org")
NO = message(
    DANA, ME, "Re: Life at Orbit", "Sorry, I can't help with this.", at(8), "no@example.com", "first@example.org"
)
STRANGER = message(ME, LEE, "Life at Nimbus", ASK, at(1), "lee@example.org")
ALIAS = message(
    "Dana Ruiz <dana@home.example.net>",
    ME,
    "Re: Life at Orbit",
    "Gladly!",
    at(3),
    "alias@example.net",
    "first@example.org",
)
AGAIN = message(ME, "Dana Ruiz <dana@home.example.net>", "Energy", "One more thought.", at(4), "again@example.org")


@pytest.fixture
def user(newcomer):
    newcomer.campaign.parent.mkdir(exist_ok=True)
    return newcomer


@pytest.fixture
def mine(user):
    with infoint.open(user.campaign, create=True) as campaign:
        campaign.profile = infoint.Profile(name="Robin Vega", email=ME)
        campaign.add(infoint.Person(name="Dana Ruiz", email="dana@example.com", relationship="friend"))
    return lambda *messages: mbox(user.home / "all.mbox", messages)


def kinds(user, who="dana"):
    with infoint.open(user.campaign) as campaign:
        return [event.kind for event in campaign.history(who)]


def test_without_a_terminal_it_only_shows_and_with_sure_it_takes_what_is_sure(user, mine):
    path = mine(FIRST, NO, STRANGER)
    out = user("sync", path).out
    assert "you wrote first" in out
    assert "can't help" in out
    assert "Lee Moss (new: lee@example.net)" in out
    assert "Nothing was recorded" in out
    assert kinds(user) == []
    assert "you wrote first" in user("sync", path, "--dry-run", "--yes").out
    assert kinds(user) == []
    out = user("sync", path, "--sure").out
    assert "2 facts about 1 person" in out
    assert "Left for a look: 2 things" in out
    assert kinds(user) == ["outreach_sent", "reply_received"]
    assert "2 facts about 2 people" in user("sync", path, "--yes").out
    assert kinds(user) == ["outreach_sent", "reply_received", "declined"]
    assert kinds(user, "lee") == ["outreach_sent"]
    assert "Nothing new" in user("sync").out


def test_one_key_each_and_a_no_is_remembered(user, mine):
    path = mine(FIRST, NO)
    screen = user.talk("sync", path, say=[("Take them together", "y"), ("1 of 1", "n")])
    assert "2 things are sure" in screen
    assert kinds(user) == ["outreach_sent", "reply_received"]
    assert "Nothing new" in user.talk("sync", path, say=[])


def test_one_by_one_and_later_and_stop(user, mine):
    path = mine(FIRST, NO)
    assert "What wants a look" not in user.talk("sync", path, say=[("Take them together", "\r")])
    assert kinds(user) == []
    user.talk("sync", path, say=[("Take them together", "o"), ("1 of 3", "y"), ("2 of 3", "q")])
    assert kinds(user) == ["outreach_sent"]
    user.talk("sync", path, say=[("Take them together", "y"), ("1 of 1", "\r")])
    assert kinds(user) == ["outreach_sent", "reply_received"]


def test_who_is_new_is_ticked_and_the_others_are_not_asked_about_again(user, mine):
    path = mine(FIRST, STRANGER, message(ME, "Kim Wu <kim@example.com>", "Hello", ASK, at(2), "kim@example.org"))
    screen = user.talk(
        "sync", path, say=[("Enter is later", "x\r"), ("no numbers", ""), ("Enter is later", "1\r"), ("together", "y")]
    )
    assert "2 people you asked for a talk" in screen
    assert "Could we talk for 20 minutes" in screen
    assert kinds(user, "lee") == ["outreach_sent"]
    user.refused("people", "kim")
    assert "Nothing new" in user.talk("sync", path, say=[])


def test_an_address_that_may_be_theirs_is_asked_about_once(user, mine):
    path = mine(FIRST, AGAIN)
    asked = [("Is dana@home.example.net also Dana Ruiz", "y"), ("together", "y"), ("1 of 1", "y")]
    assert "(likely)" in user.talk("sync", path, say=asked)
    assert kinds(user) == ["outreach_sent", "nudge_sent"]
    mine(ALIAS)
    assert [each["event"]["kind"] for each in json.loads(user("sync", path, "--json").out)] == [
        "reply_received",
        "touched",  # which was taken for a reminder while no answer was known
    ]


def test_ctrl_c_before_a_yes_records_nothing(user, mine):
    path = mine(FIRST, NO)
    assert "Stopped" in user.talk("sync", path, say=[("Take them together", "\x03")], code=1)
    assert kinds(user) == []


def test_the_user_is_asked_for_their_address_and_a_mailbox_is_wanted(user, mine):
    with infoint.open(user.campaign) as campaign:
        campaign.profile = infoint.Profile(name="Robin Vega")
    path = mine(FIRST)
    assert "takeout.google.com" in user.refused("sync", code=2)
    assert "infoint edit me --email" in user.refused("sync", path)
    assert "1 thing is sure" in user.talk("sync", path, say=[("Which address", f"{ME}\r"), ("together", "y")])
    assert kinds(user) == ["outreach_sent"]


def test_what_cannot_be_used_is_counted_and_listed(user, mine):
    path = mine(FIRST, message(DANA, ME, "Odd", "x", "1 Jan 2990 10:00 +0000", "odd@example.com", "first@example.org"))
    assert "1 message could not be used" in " ".join(user("sync", path).out.split())
    user("sync", path, "--problems", "left.csv")
    assert "still to come" in (user.home / "left.csv").read_text(encoding="utf-8")
    assert "there is no such file" in user.refused("sync", "nowhere.mbox").casefold()


@pytest.mark.usefixtures("mine")
def test_a_funnel_from_history_in_two_commands(user, tmp_path):
    box, table = sample_mailbox(tmp_path / "All mail.mbox"), user.home / "tracker.csv"
    table.write_text("Name,Email\nHyun-woo Seo,hyun.woo.seo@example.com\nMarek,marek.zielinski@example.com\n", "utf-8")
    user("sync", box, "--me", MAILBOX_OF, "--only", table, "--yes")
    funnel = {row["stage"]: row["reached"] for row in json.loads(user("funnel", "--json").out)["funnel"]}
    assert (funnel["approached"], funnel["replied"]) == (2, 1)


def test_one_pasted_message_is_noted_once(user, mine):
    mine(FIRST)
    user("sync", user.home / "all.mbox", "--sure")
    (user.home / "mail.eml").write_bytes(YES)
    assert "add --yes" in user.refused("log", "dana", "--paste", "mail.eml", code=2)
    out = user("log", "dana", "--paste", "mail.eml", "--yes").out
    assert "they answered" in out
    assert "happy to talk" in " ".join(out.split())
    assert kinds(user) == ["outreach_sent", "reply_received"]
    assert "tells nothing that is not noted" in user("log", "dana", "--paste", "mail.eml", "--yes").out
    assert kinds(user) == ["outreach_sent", "reply_received"]
    mine(YES)
    assert "Nothing new" in user("sync").out


def test_pasted_words_without_headers_are_theirs(user, mine):
    mine(FIRST)
    user("sync", user.home / "all.mbox", "--sure")
    (user.home / "words.txt").write_text("Hi Robin,\nunfortunately I can't help with this.\nDana", "utf-8")
    user("log", "dana", "--paste", "words.txt", "--at", "2025-03-06 10:00", "--yes")
    with infoint.open(user.campaign) as campaign:
        told = [(event.kind, str(event.at)[:10]) for event in campaign.history("dana")]
    assert told[1:] == [("reply_received", "2025-03-06"), ("declined", "2025-03-06")]
    assert "There is nothing to read" in user.refused("log", "dana", "--paste", "-")
    assert "KIND is missing" in user.refused("log", "dana", code=2)
