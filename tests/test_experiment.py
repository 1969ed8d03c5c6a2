from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

import infoint
from infoint.analysis.compare import compare
from infoint.errors import InvalidExperiment, TableError, UnknownTemplate
from infoint.experiment import Experiment
from infoint.people import Person

NOW = datetime(2025, 3, 14, 12, tzinfo=UTC)
ARMS = ("outreach/warm", "outreach/story")


def season(number, path=":memory:", **more):
    campaign = infoint.Campaign(path, create=True, clock=lambda: NOW)
    campaign.profile = infoint.Profile(name="Robin Vega")
    kinds = ("friend", "classmate")
    for n in range(number):
        campaign.add(Person(name=f"Friend Number{n}", relationship=kinds[n % 2], email=f"f{n}@example.com", **more))
    return campaign


@pytest.fixture
def campaign():
    with season(24) as found:
        yield found


def test_of_every_two_letters_of_a_stratum_each_is_one():
    experiment, dealt = Experiment(*ARMS, 30, seed=5), []
    friend, classmate = Person(name="A", relationship="friend"), Person(name="B", relationship="classmate")
    for number in range(40):
        dealt.append(experiment.deal(classmate if number % 3 else friend, dealt))
    for stratum in (4, 5):
        arms = [deal.template for deal in dealt if deal.stratum == stratum]
        assert len(arms) > 10
        assert all({a, b} == set(ARMS) for (a, b) in list(pairwise(arms))[::2])


def test_over_many_seeds_the_first_letter_is_either_one_half_of_the_time():
    person = Person(name="A", relationship="friend")
    warm = sum(Experiment(*ARMS, 30, seed=seed).deal(person, []).template == "outreach/warm" for seed in range(2000))
    assert 900 < warm < 1100


def test_the_same_seed_deals_the_same_letters_again():
    def dealt():
        with season(12) as campaign:
            campaign.experiment(*ARMS, 20, seed=99)
            return [campaign.write(person).template for person in campaign.everybody()]

    assert dealt() == dealt()
    assert set(dealt()) == set(ARMS)


def test_write_gives_everybody_one_letter_and_sticks_to_it(campaign):
    campaign.experiment(*ARMS, 20, seed=3)
    first = {person.id: campaign.write(person).template for person in campaign.everybody()}
    again = {person.id: campaign.write(person).template for person in reversed(campaign.everybody())}
    assert first == again
    assert sorted(first.values()).count("outreach/warm") == 12
    assert campaign.write("Friend Number3").why == "the letter that your experiment dealt"


def test_who_can_only_be_invited_gets_an_invitation_and_takes_no_part(campaign):
    campaign.experiment(*ARMS, 20, seed=3)
    campaign.add(Person(name="Cleo Moss", relationship="friend", url="https://www.linkedin.com/in/cleo"))
    assert campaign.write("Cleo Moss").template == "outreach/warm-note"


def test_a_letter_that_the_user_names_is_theirs(campaign):
    campaign.experiment(*ARMS, 20, seed=3)
    assert campaign.write("Friend Number3", "outreach/cold").template == "outreach/cold"


def test_who_was_written_to_or_introduced_or_is_no_friend_takes_no_part(campaign):
    campaign.log("Friend Number0", "wrote")
    campaign.add(Person(name="Ines Moss", relationship="referral", introduced_by="Friend Number1"))
    campaign.add(Person(name="Tove Lind", relationship="stranger"))
    campaign.experiment(*ARMS, 20, seed=3)
    given = [campaign.write(name).template for name in ("Friend Number0", "Ines Moss", "Tove Lind")]
    assert given == ["nudge/gentle", "outreach/introduced", "outreach/cold"]
    assert campaign._journal.settings("dealt ") == {}


def test_dealing_ends_when_enough_were_sent():
    with season(30) as campaign:
        campaign.experiment(*ARMS, 8, seed=3)
        for person in campaign.everybody()[:16]:
            campaign.log(person, "wrote", template=campaign.write(person).template)
        rest = [campaign.write(person).why for person in campaign.everybody()[16:]]
        assert not any("experiment" in why for why in rest)


def test_undo_takes_back_the_experiment_but_never_a_deal(campaign):
    campaign.experiment(*ARMS, 20, seed=3)
    campaign.write("Friend Number3")
    assert campaign.undo().what == "experiment"
    assert campaign.running_experiment() is None
    assert campaign.write("Friend Number3").why == "a first letter to a classmate"


def test_forgetting_somebody_forgets_what_was_dealt_to_them(tmp_path):
    with season(4, tmp_path / "career.db") as campaign:
        campaign.experiment(*ARMS, 20, seed=3)
        person = campaign.find("Friend Number3")
        campaign.write(person)
        assert person.id in campaign._journal.settings("dealt ")
        campaign.forget(person)
        assert person.id.encode() not in (tmp_path / "career.db").read_bytes()


def test_a_read_only_campaign_still_writes(tmp_path):
    path = tmp_path / "career.db"
    with season(4, path) as campaign:
        campaign.experiment(*ARMS, 20, seed=3)
    path.chmod(0o400)
    with infoint.Campaign(path) as campaign:
        assert campaign.write("Friend Number3").template in ARMS


def test_the_comparison_counts_each_letter_as_the_one_that_was_dealt(campaign):
    campaign.experiment(*ARMS, 20, seed=3)
    rows = []
    for number, person in enumerate(campaign.everybody()):
        letter = campaign.write(person)
        sent = NOW - timedelta(days=60 - number)
        campaign.log(person, "wrote", at=sent, template="" if number == 4 else letter.template)
        answered = letter.template == "outreach/story" or number % 5 == 0
        if answered:
            campaign.log(person, "answered", at=sent + timedelta(days=1))
        rows.append((sent, answered, letter.template, person.ease()))
    campaign.log("Friend Number0", "noted")
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(rows, columns=["sent_at", "replied", "template", "ease"])
    told = compare(table, "template", "ease", 20, now=NOW, holidays=campaign.workdays().holidays)
    found = campaign.comparison()
    assert (found.pairs, found.difference, found.planned) == (12, told.difference, 20)
    assert found.frame[["n", "replied"]].to_numpy().tolist() == told.frame[["n", "replied"]].to_numpy().tolist()
    assert found.decided == told.decided == "outreach/story"


def test_two_letters_of_the_users_own_are_dealt_to_everybody_nobody_introduced(tmp_path):
    with season(2, tmp_path / "career.db") as campaign:
        own = tmp_path / "templates" / "letters" / "en" / "outreach"
        own.mkdir(parents=True)
        for name in ("short", "long"):
            text = "{% block subject %}Hello{% endblock %}{% block body %}Hi {{ first_name }}{% endblock %}"
            (own / f"{name}.j2").write_text(text, encoding="utf-8")
        campaign.add(Person(name="Tove Lind", relationship="stranger"))
        campaign.experiment("outreach/short", "outreach/long", 20)
        assert campaign.write("Tove Lind").template in {"outreach/short", "outreach/long"}


@pytest.mark.parametrize(
    ("arms", "per_arm", "error", "words"),
    [
        (("outreach/warm", "outreach/warm"), 30, InvalidExperiment, "two different letters"),
        (("outreach/warm", "thanks/note"), 30, InvalidExperiment, "is not a first letter"),
        (("outreach/warm", "outreach/introduced-linkedin"), 30, InvalidExperiment, "is not a first letter"),
        (("outreach/warm", "outreach/nothing"), 30, UnknownTemplate, "no letter called"),
        (ARMS, 3, TableError, "8 to 150"),
    ],
)
def test_what_cannot_be_compared_is_refused(campaign, arms, per_arm, error, words):
    with pytest.raises(error, match=words):
        campaign.experiment(*arms, per_arm)
    assert campaign.running_experiment() is None


def test_without_an_experiment_there_is_nothing_to_compare(campaign):
    with pytest.raises(InvalidExperiment, match="no letters are being dealt"):
        campaign.comparison()
