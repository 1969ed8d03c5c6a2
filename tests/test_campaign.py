"""The campaign from Python, by the names that others rely on."""

import inspect
import json
import re
import warnings
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import infoint
from infoint import errors
from infoint.campaign import Campaign
from infoint.matching import meant
from infoint.people import fold

NOW = datetime(2025, 3, 12, 10, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NAMED = [("Zoë Müller", "zoe@example.com"), ("ZOE MULLER-Park", ""), ("Jo Straße", ""), ("Sam  Lee", "lee@example.com")]
NAMED += [("Sam\tOld", ""), ("Ó Briain", ""), ("O'Brien", "ob@example.com"), ("李 Wei", ""), ("D_n 100%", "")]
ODD = "Zoë Łukasz 李 🌱 שרה"


@pytest.fixture
def campaign():
    """Robin's, on a Wednesday in Berlin, with three people."""
    with Campaign(":memory:", create=True, clock=lambda: NOW) as campaign:
        campaign.profile = infoint.Profile(
            name="Robin Vega", email="robin@example.com", exploring="energy", country="DE", timezone="Europe/Berlin"
        )
        campaign.add(infoint.Person(name="Dana Ruiz", email="dana@example.com", company="Orbit", relationship="friend"))
        campaign.add(infoint.Person(name="Ada Park", company="Acme", role="Engineer", relationship="alum"))
        campaign.add(infoint.Person(name="Tom Okoye", relationship="classmate"))
        yield campaign


class TestOpen:
    def test_a_missing_file_is_an_error_and_is_not_made(self, tmp_path):
        with pytest.raises(errors.CampaignMissing, match="There is no campaign at"):
            infoint.open(tmp_path / "career.db")
        assert not list(tmp_path.iterdir())

    def test_create_makes_it_and_opens_what_is_there(self, tmp_path):
        for _ in range(2):
            with infoint.open(tmp_path / "new" / "career.db", create=True) as campaign:
                campaign.profile = infoint.Profile(name="Robin Vega")
        with infoint.open(str(tmp_path / "new" / "career.db")) as campaign:
            assert campaign.profile == infoint.Profile(name="Robin Vega")

    @pytest.mark.parametrize("told", [True, False])
    def test_without_a_path_it_is_the_default_one(self, tmp_path, monkeypatch, told):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        monkeypatch.delenv("INFOINT_CAMPAIGN", raising=False)
        expected = tmp_path / "infoint" / "career.db"
        if told:
            expected = tmp_path / "elsewhere.db"
            monkeypatch.setenv("INFOINT_CAMPAIGN", str(expected))
        with infoint.open(create=True) as campaign:
            assert campaign.path == str(expected)
        assert expected.exists()

    def test_in_memory_leaves_no_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with infoint.open(":memory:", create=True) as campaign:
            campaign.add(infoint.Person(name="Dana"))
        assert not list(tmp_path.iterdir())

    def test_every_public_name_is_there_with_a_docstring(self):
        for name in infoint.__all__:
            assert inspect.getdoc(getattr(infoint, name))
        with pytest.raises(AttributeError, match="nonsense"):
            _ = infoint.nonsense

    def test_every_refusal_is_an_infoint_error_with_a_sentence(self, campaign):
        with pytest.raises(infoint.InfointError, match="Nobody in this campaign is called 'nobody'"):
            campaign.find("nobody")
        with pytest.raises(infoint.InfointError, match="'danced' is not something that can be logged"):
            campaign.log("dana", "danced")


class TestProfile:
    def test_is_none_until_told(self):
        with infoint.open(":memory:", create=True) as campaign:
            assert campaign.profile is None
            with pytest.raises(errors.InvalidPerson, match="your own name is needed"):
                campaign.write(campaign.add(infoint.Person(name="Dana")))

    def test_comes_back_as_it_was_given(self, campaign):
        me = infoint.Profile(
            name=ODD, background="six years of teaching", skills=("a", "b"), interests="maps", goals="calm",
            exploring="energy", school="Alder", employers=("Orbit",), country="PL", timezone="Europe/Warsaw", weekly=3,
        )  # fmt: skip
        campaign.profile = me
        assert campaign.profile == me
        campaign.undo()
        assert campaign.profile.name == "Robin Vega"

    def test_a_zone_that_does_not_exist_is_refused(self, campaign):
        with pytest.raises(errors.InvalidPerson, match="timezone"):
            campaign.profile = infoint.Profile(name="Robin", timezone="Mars/Base")
        assert campaign.profile.timezone == "Europe/Berlin"


class TestPeople:
    def test_add_gives_an_id_and_tidies(self, campaign):
        kenji = campaign.add(infoint.Person(name="  Kenji   Mori ", email=" Kenji@Example.com "))
        assert len(kenji.id) == 26
        assert (kenji.name, kenji.email) == ("Kenji Mori", "kenji@example.com")
        assert campaign.find("kenji") == kenji

    def test_the_same_person_is_not_added_twice_but_two_of_one_name_are(self, campaign):
        with pytest.raises(errors.InvalidPerson, match="already here"):
            campaign.add(infoint.Person(name="dana ruiz", company="Orbit Inc."))
        campaign.add(infoint.Person(name="Dana Ruiz", company="Acme", email="other.dana@example.org"))
        with pytest.raises(errors.AmbiguousPerson) as told:
            campaign.find("Dana Ruiz")
        assert len(told.value.candidates) == 2
        assert campaign.find("other.dana@example.org").company == "Acme"
        assert {campaign.find(p.id).id for p in campaign.everybody()} == {p.id for p in campaign.everybody()}

    def test_introduced_by_takes_a_name_or_an_id(self, campaign):
        dana = campaign.find("dana")
        for number, introducer in enumerate(("dana", dana.id)):
            person = campaign.add(infoint.Person(name=f"Referred {number}", introduced_by=introducer))
            assert person.introduced_by == dana.id
        with pytest.raises(errors.UnknownPerson):
            campaign.add(infoint.Person(name="Referred 3", introduced_by="nobody"))

    @pytest.mark.parametrize("query", ["Dana Ruiz", "dana", "RUIZ", "da ru", "dana@example.com", "  dana  ruiz "])
    def test_find_takes_what_means_exactly_one(self, campaign, query):
        assert campaign.find(query).name == "Dana Ruiz"

    @pytest.mark.parametrize(("query", "nearest"), [("Dana Riuz", "Dana Ruiz"), ("Ada Parc", "Ada Park")])
    def test_find_names_the_nearest(self, campaign, query, nearest):
        with pytest.raises(errors.UnknownPerson) as told:
            campaign.find(query)
        assert nearest in told.value.nearest
        assert nearest in told.value.hint

    @pytest.mark.parametrize("query", ["", "   ", "ana", "zzz"])
    def test_find_never_guesses(self, campaign, query):
        with pytest.raises((errors.UnknownPerson, errors.AmbiguousPerson)):
            campaign.find(query)

    def test_find_needs_no_accents(self, campaign):
        campaign.add(infoint.Person(name="Łukasz Zając 🌱"))
        campaign.add(infoint.Person(name="Zoë Müller"))
        assert campaign.find("zajac").name == "Łukasz Zając 🌱"
        assert campaign.find("zoe muller").name == "Zoë Müller"

    def test_update_changes_the_fields_named(self, campaign):
        dana = campaign.find("dana")
        after = campaign.update(dana, company="Tideline", comfort=3)
        assert (after.id, after.company, after.comfort, after.email) == (dana.id, "Tideline", 3, dana.email)
        assert campaign.find("dana") == after
        with pytest.raises(errors.InvalidPerson, match="no such field"):
            campaign.update("dana", shoes=41)

    def test_an_update_that_says_nothing_new_is_no_change(self, campaign):
        before = campaign.last_change()
        campaign.update("dana", company="Orbit")
        assert campaign.last_change() == before

    def test_a_person_of_another_campaign_is_found_by_name_or_refused(self, campaign):
        with infoint.open(":memory:", create=True) as other:
            dana, eve = other.add(infoint.Person(name="Dana Ruiz")), other.add(infoint.Person(name="Eve Moss"))
        assert campaign.log(dana, "wrote").person_id == campaign.find("dana").id
        with pytest.raises(errors.UnknownPerson):
            campaign.log(eve, "wrote")


class TestLog:
    @pytest.mark.parametrize(
        ("at", "moment", "precision"),
        [
            (None, NOW, "minute"),
            (datetime(2025, 3, 11, 16, 0, tzinfo=UTC), datetime(2025, 3, 11, 16, 0, tzinfo=UTC), "minute"),
            (datetime(2025, 3, 11, 16, 0, tzinfo=BERLIN), datetime(2025, 3, 11, 15, 0, tzinfo=UTC), "minute"),
            (datetime(2025, 3, 11, 16, 0), datetime(2025, 3, 11, 15, 0, tzinfo=UTC), "minute"),  # noqa: DTZ001
            ("yesterday 16:00", datetime(2025, 3, 11, 15, 0, tzinfo=UTC), "minute"),
            ("2025-03-11T16:00+00:00", datetime(2025, 3, 11, 16, 0, tzinfo=UTC), "minute"),
            ("2 hours ago", NOW - timedelta(hours=2), "minute"),
            (date(2025, 3, 11), date(2025, 3, 11), "day"),
            ("2025-03-11", date(2025, 3, 11), "day"),
            ("last tuesday", date(2025, 3, 11), "day"),
            ("today", date(2025, 3, 12), "day"),
        ],
    )
    def test_at_may_be_a_moment_a_day_or_words(self, campaign, at, moment, precision):
        event = campaign.log("dana", "outreach_sent", at=at)
        assert event.precision == precision
        assert (event.at if precision == "minute" else event.day(BERLIN)) == moment

    @pytest.mark.parametrize("at", [NOW + timedelta(minutes=1), date(2025, 3, 13), "tomorrow", "in two hours"])
    def test_what_is_still_to_come_is_refused(self, campaign, at):
        with pytest.raises(errors.InTheFuture):
            campaign.log("dana", "wrote", at=at)
        assert campaign.history("dana") == []

    def test_everything_said_is_kept(self, campaign):
        kept = campaign.log("dana", "wrote", channel="email", template="outreach/warm", note=ODD)
        assert campaign.history("dana") == [kept]
        assert (kept.channel, kept.template, kept.note) == ("email", "outreach/warm", ODD)

    def test_details_are_read_as_people_type_them(self, campaign):
        campaign.log("dana", "scheduled", start="friday 15:00", minutes=30, place="the café")
        meeting = campaign.standing("dana").meeting
        assert (meeting.start, meeting.minutes) == (datetime(2025, 3, 14, 14, 0, tzinfo=UTC), 30)
        campaign.log("ada", "later", until="in two weeks")
        assert campaign.standing("ada").paused_until == date(2025, 3, 26)
        event = campaign.log("dana", "introduced", introduced=["tom", campaign.find("ada")])
        assert event.details["introduced"] == [campaign.find("tom").id, campaign.find("ada").id]

    @pytest.mark.parametrize(
        ("kind", "told", "error"),
        [
            ("anwsered", {}, errors.UnknownKind),
            ("wrote", {"minutes": 20}, errors.InvalidDetails),
            ("met", {"minutes": -1}, errors.InvalidDetails),
            ("later", {}, errors.InvalidDetails),
            ("wrote", {"at": "3/4"}, errors.UnreadableMoment),
            ("scheduled", {"start": "when it rains"}, errors.UnreadableMoment),
            ("introduced", {"introduced": ["nobody"]}, errors.UnknownPerson),
        ],
    )
    def test_what_cannot_be_recorded_changes_nothing(self, campaign, kind, told, error):
        before = campaign.last_change()
        with pytest.raises(error):
            campaign.log("dana", kind, **told)
        assert campaign.last_change() == before

    def test_an_odd_order_warns_and_is_kept(self, campaign):
        with pytest.warns(infoint.OddOrder, match="Dana Ruiz: a reply is logged before any letter"):
            campaign.log("dana", "answered")
        assert campaign.standing("dana").stage == "replied"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            campaign.log("dana", "met")

    def test_retract_takes_one_fact_out_of_the_standing(self, campaign):
        event = campaign.log("dana", "wrote")
        campaign.retract(event)
        assert campaign.standing("dana").stage == ""
        assert campaign.history("dana") == []

    def test_undo_takes_back_the_newest_change_whole(self, campaign):
        campaign.log("dana", "wrote")
        campaign.debrief("ada", infoint.Debrief(learnt=("slow",), introductions=("Eve Moss",)))
        change = campaign.undo()
        assert (change.what, change.people) == ("debrief", ("Eve Moss",))
        assert (campaign.standing("ada").stage, campaign.standing("dana").stage) == ("", "approached")
        with pytest.raises(errors.UnknownPerson):
            campaign.find("eve")

    def test_undo_goes_back_to_the_beginning_and_no_further(self, campaign):
        for _ in range(4):
            campaign.undo()
        assert (campaign.everybody(), campaign.profile) == ([], None)
        with pytest.raises(errors.NothingToUndo):
            campaign.undo()

    def test_the_last_look_is_when_the_user_last_told_something(self, campaign):
        assert campaign.last_look() is None
        campaign.log("dana", "wrote", at="2025-03-01")
        assert campaign.last_look() == NOW


class TestWhatToDo:
    def test_next_people_gives_suggestions_with_reasons(self, campaign):
        suggestions = campaign.next_people(limit=2)
        assert [item.person.name for item in suggestions] == ["Dana Ruiz", "Tom Okoye"]
        assert all(item.reasons for item in suggestions)
        campaign.log("dana", "wrote")
        assert campaign.next_people(limit=1)[0].person.name == "Tom Okoye"

    def test_today_gives_actions_overdue_first(self, campaign):
        campaign.log("dana", "met", at="2025-03-10")
        first, *rest = campaign.today()
        assert (first.kind, first.person.name) == ("thank_you", "Dana Ruiz")
        assert first.due <= date(2025, 3, 12)
        assert first.reason
        assert [action.kind for action in rest if action.due <= date(2025, 3, 12)] == ["write", "write"]

    def test_today_takes_another_day(self, campaign):
        campaign.log("ada", "wrote", at="2025-03-10")
        assert not any(action.kind == "ask" and action.due <= date(2025, 3, 12) for action in campaign.today())
        later = campaign.today(today=date(2025, 3, 31))
        assert any(action.kind == "ask" and action.due <= date(2025, 3, 31) for action in later)

    def test_a_check_in_is_one_change_that_moves_the_last_look(self, campaign):
        for who in ("ada", "tom", "dana"):
            campaign.log(who, "wrote", at="2025-01-10")
        asked = dict(campaign.to_ask())
        assert {person.name for person in asked} == {"Ada Park", "Tom Okoye", "Dana Ruiz"}
        said = {"Ada Park": "nothing yet", "Tom Okoye": "said no", "Dana Ruiz": "date set"}
        told = {person: said[person.name] for person in asked}
        campaign.check_in(told)
        assert campaign.last_look() == NOW
        kinds = {action.person.name: action.kind for action in campaign.today() if action.kind != "write"}
        assert kinds == {"Ada Park": "nudge", "Dana Ruiz": "set_date"}
        assert campaign.to_ask() == []
        assert (campaign.undo().what, len(campaign.to_ask())) == ("today", 3)
        assert all(action.kind in ("ask", "write") for action in campaign.today())
        with pytest.raises(errors.UnknownKind):
            campaign.check_in({campaign.find("ada"): "perhaps"})
        campaign.check_in({})
        assert campaign.last_change().what == "log"

    def test_an_import_of_letters_counts_as_asking_about_whom_it_names(self, campaign, tmp_path):
        rows = "Name,Company,Date sent\nEve Moss,Tide,2025-02-03\n"
        (tmp_path / "letters.csv").write_text(rows, encoding="utf-8")
        assert campaign.import_people(tmp_path / "letters.csv").events == 1
        campaign.log("ada", "wrote", at="2025-02-03")
        kinds = {action.person.name: action.kind for action in campaign.today() if action.kind in ("ask", "nudge")}
        assert kinds == {"Eve Moss": "nudge", "Ada Park": "ask"}

    def test_a_cadence_is_chosen_by_person_then_tag_then_campaign_then_relationship(self, campaign):
        campaign.update("ada", tags=("mentor",))
        names = []
        for choice in ({}, {"tag": "mentor"}, {"person": "ada"}):
            names.append(campaign.situation().cadence(campaign.find("ada")).name)
            campaign.follow("gentle" if "tag" not in choice else "3b7", **choice)
        names.append(campaign.situation().cadence(campaign.find("ada")).name)
        assert names == ["3b7", "gentle", "3b7", "gentle"]
        campaign.follow(None, "ada")
        assert campaign.situation().cadence(campaign.find("ada")).name == "3b7"
        assert campaign.situation().cadence(campaign.find("tom")).name == "gentle"
        with pytest.raises(errors.UnknownTemplate, match="brisk"):
            campaign.follow("brisk")

    def test_a_change_of_company_is_a_reason_to_write(self, campaign):
        campaign.add(infoint.Person(name="Uma Hart", company="Nimbus", relationship="friend"))
        campaign.update("uma", company="Quarry")
        (reasons,) = (found.reasons for found in campaign.next_people() if found.person.name == "Uma Hart")
        assert reasons[-1] == "moved from Nimbus to Quarry in March"
        campaign.log("uma", "met", at="2024-10-01")
        campaign.log("uma", "thanked", at="2024-10-01")
        (due,) = (action for action in campaign.today() if action.person.name == "Uma Hart")
        assert due.reason.endswith("last contact Tue 1 Oct 2024; they moved from Nimbus to Quarry in March")

    def test_the_choice_for_somebody_is_forgotten_with_them(self, campaign):
        campaign.follow("gentle", "ada")
        campaign.forget("ada")
        assert campaign.situation().chosen == {}

    def test_targets_are_kept_by_company_with_the_motivation(self, campaign):
        campaign.target("Acme", 5)
        campaign.target("Orbit")
        campaign.target("ACME Inc.", 4)
        assert campaign.targets == {"Orbit": 3, "ACME Inc.": 4}
        assert campaign.situation().targets == {"orbit": 3, "acme": 4}
        campaign.target("acme", None)
        assert campaign.targets == {"Orbit": 3}
        for company, motivation in (("Acme", 6), (" ", 3)):
            with pytest.raises(errors.InvalidPerson):
                campaign.target(company, motivation)

    def test_landing_tells_everybody_one_met_and_silences_the_rest_until_it_is_taken_back(self, campaign):
        campaign.log("dana", "met", at="2025-03-03")
        campaign.log("dana", "thanked", at="2025-03-03")
        campaign.log("ada", "wrote", at="2025-02-03")
        assert campaign.landed("planner at Acme") == [campaign.find("dana")]
        assert [action.kind for action in campaign.today()] == ["landed"]
        assert campaign.next_people() == []
        assert campaign.outlook("tom").reason == campaign.outlook("ada").reason == "your search has ended"
        assert "my search is over, and it ended well" in campaign.write("dana", "update/landed").body
        campaign.log("dana", "updated")
        assert campaign.today() == []
        assert campaign.landed(back=True) == []
        assert {action.kind for action in campaign.today()} == {"ask", "write"}
        for _ in range(3):
            campaign.undo()
        assert not campaign.situation().landed


class TestWrite:
    def test_picks_by_relationship_and_standing_and_stores_nothing(self, campaign):
        before = campaign.last_change()
        assert campaign.write("dana").template == "outreach/warm"
        assert campaign.write("ada").template == "outreach/cold"
        assert campaign.last_change() == before
        campaign.log("ada", "wrote", at="2025-02-20")
        assert campaign.write("ada").template == "nudge/gentle"
        campaign.log("ada", "met", at="2025-03-11")
        assert campaign.write("ada").template == "thanks/note"

    def test_a_letter_has_what_was_promised(self, campaign):
        letter = campaign.write("dana")
        assert (letter.person.name, letter.channel, letter.to) == ("Dana Ruiz", "email", "dana@example.com")
        assert letter.subject
        assert "energy" in letter.body
        assert letter.body.endswith("\nRobin")
        assert letter.problems == ()
        assert letter.id != campaign.write("dana").id
        assert str(letter).startswith("To: Dana Ruiz <dana@example.com>\nSubject: ")

    def test_eml_is_a_draft_and_mailto_a_link(self, campaign):
        letter = campaign.write("dana")
        draft = message_from_bytes(letter.eml(), policy=default)
        assert (draft["To"], draft["From"], draft["Subject"], draft["X-Unsent"]) == (
            "Dana Ruiz <dana@example.com>",
            "Robin Vega <robin@example.com>",
            letter.subject,
            "1",
        )
        assert draft.get_content().replace("\r\n", "\n").rstrip("\n") == letter.body
        assert letter.mailto().startswith("mailto:dana@example.com?subject=")

    def test_an_unknown_template_names_those_there_are(self, campaign):
        with pytest.raises(errors.UnknownTemplate) as told:
            campaign.write("dana", "outreach/warn")
        assert "outreach/warm" in told.value.hint

    def test_missing_and_wrong_things_are_problems(self, campaign):
        assert [problem.place for problem in campaign.write("tom").problems] == ["to"]
        campaign.log("dana", "do_not_contact", reason="asked me")
        assert campaign.write("dana").problems[0].severity == "error"


class TestMeetings:
    def test_prepare_is_markdown_with_a_plan_for_the_minutes(self, campaign):
        sheet = campaign.prepare("ada", minutes=20)
        assert sheet.minutes == 20
        text = str(sheet)
        assert text.startswith("# Before you meet Ada Park")
        assert "Acme" in text
        assert "{" not in text
        assert len(re.findall(r"(?m)^\d+\. ", text)) == 7

    def test_a_debrief_records_everything_it_tells(self, campaign):
        added = campaign.debrief(
            "ada",
            infoint.Debrief(
                notes="Long walk", learnt=("Hiring is slow",), advice="Start small", permission=True, months=3,
                introductions=("Eve Moss, Tideline", "Tom Okoye"), promises=("send the book",), lead="an opening",
                fit={"role": 4}, surprised="the size", still_interested="yes",
            ),
            at="yesterday 16:00",
        )  # fmt: skip
        ada, s = campaign.find("ada"), campaign.standing("ada")
        assert [person.name for person in added] == ["Eve Moss"]
        assert campaign.find("eve").introduced_by == campaign.find("tom").introduced_by == ada.id
        assert (s.stage, s.met_at) == ("met", datetime(2025, 3, 11, 15, 0, tzinfo=UTC))
        assert (s.follow_up_agreed, s.follow_up_months, s.lead) == (True, 3, True)
        assert [promise.text for promise in s.promises] == ["send the book"]
        (kept,) = campaign.debriefs("ada")
        assert (kept.notes, kept.advice, kept.fit, kept.surprised) == (
            "Long walk",
            "Start small",
            {"role": 4},
            "the size",
        )

    def test_the_meeting_is_held_when_it_was_set_for(self, campaign):
        campaign.log("ada", "scheduled", at="2025-03-03", start="2025-03-11 16:00")
        campaign.debrief("ada", infoint.Debrief(learnt=("Hiring is slow",)))
        assert campaign.standing("ada").met_at == datetime(2025, 3, 11, 15, 0, tzinfo=UTC)

    def test_a_second_look_at_one_meeting_is_no_second_meeting(self, campaign):
        for _ in range(2):
            campaign.debrief("ada", infoint.Debrief(notes="again"))
        assert sum(event.kind == "meeting_held" for event in campaign.history("ada")) == 1

    def test_insights_are_claims_with_who_said_them(self, campaign):
        campaign.debrief("ada", infoint.Debrief(learnt=("Hiring is slow", "Batteries are next")))
        assert {insight.claim for insight in campaign.insights()} == {"Hiring is slow", "Batteries are next"}
        (insight,) = campaign.insights(about="batteries")
        assert insight.person.name == "Ada Park"
        assert len(campaign.insights(about="ACME")) == 2


class TestTables:
    APPROACHES = (
        "person_id sent_at replied_at replied bounced_at declined_at scheduled_at met_at thanked_at introductions"
        " follow_up_agreed lead nudges template channel relationship comfort company industry role introduced_by"
    )

    def test_people(self, campaign):
        campaign.log("dana", "wrote")
        table = campaign.people().set_index("name")
        assert isinstance(table, pd.DataFrame)
        assert table["comfort"].to_dict() == {"Dana Ruiz": 5, "Ada Park": 3, "Tom Okoye": 4}
        assert (table.loc["Dana Ruiz", "stage"], table.loc["Ada Park", "stage"]) == ("approached", "")

    def test_events(self, campaign):
        campaign.log("dana", "wrote", channel="email")
        campaign.retract(campaign.log("ada", "wrote"))
        table = campaign.events()
        assert {"event_id", "person_id", "kind", "at", "channel", "template", "relationship"} <= set(table)
        assert list(table["kind"]) == ["outreach_sent"]
        assert str(table["at"].dtype.tz) == "Europe/Berlin"

    def test_approaches(self, campaign):
        campaign.log("dana", "wrote", at="2025-03-03 9:00", template="outreach/warm", channel="email")
        campaign.log("dana", "answered", at="2025-03-04 9:00")
        table = campaign.approaches()
        assert set(self.APPROACHES.split()) <= set(table)
        assert len(table) == 1
        assert (table["person_id"][0], bool(table["replied"][0])) == (campaign.find("dana").id, True)
        assert table["replied_at"][0] - table["sent_at"][0] == pd.Timedelta(days=1)

    @pytest.mark.parametrize("name", ["people", "events", "approaches"])
    def test_an_empty_campaign_gives_empty_tables_with_their_columns(self, name):
        with infoint.open(":memory:", create=True) as campaign:
            table = getattr(campaign, name)()
        assert len(table) == 0
        assert "person_id" in table

    def test_the_numbers_take_the_campaigns_tables(self, campaign):
        campaign.log("dana", "wrote", at="2025-02-03 9:00")
        campaign.log("dana", "answered", at="2025-02-04 9:00")
        stages = infoint.funnel(campaign.approaches()).frame.set_index("stage")["reached"]
        assert (stages["approached"], stages["replied"]) == (1, 1)
        rate = infoint.response_rate(campaign.approaches(), now=campaign.last_look()).frame
        assert rate["replied"][0] == rate["observed"][0] == 1
        assert 0 < rate["low"][0] < rate["rate"][0] < rate["high"][0] < 1


class TestFiles:
    def test_import_people_tells_what_it_did_and_again_changes_nothing(self, campaign, demo_files):
        result = campaign.import_people(demo_files / "Connections.csv")
        assert (result.added, result.skipped, result.format) == (67, 3, "LinkedIn connections")
        assert {problem.source for problem in result.problems} == {"Connections.csv"}
        before = campaign.last_change()
        again = campaign.import_people(str(demo_files / "Connections.csv"))
        assert (again.added, again.merged, again.skipped) == (0, 0, 3)
        assert again.unchanged == result.added + result.unchanged  # every row of the file is counted once
        assert campaign.last_change() == before

    def test_import_fills_what_was_empty_and_overwrites_nothing(self, campaign, tmp_path):
        (tmp_path / "mine.csv").write_text("Name,Company,Role,Relationship\nDana Ruiz,Orbit Inc,Lead,stranger\n")
        assert campaign.import_people(tmp_path / "mine.csv").merged == 1
        dana = campaign.find("dana")
        assert (dana.role, dana.company, dana.relationship) == ("Lead", "Orbit", "friend")

    def test_backup_is_a_campaign_of_its_own_and_overwrites_nothing(self, campaign, tmp_path):
        copy = campaign.backup(tmp_path / "copy.db")
        with infoint.open(copy) as other:
            assert other.everybody() == campaign.everybody()
        with pytest.raises(errors.CampaignExists):
            campaign.backup(copy)

    def test_forget_erases_and_tells_who_still_mentions_them(self, campaign):
        campaign.log("dana", "note", note="Ada Park knows her")
        campaign.debrief("ada", infoint.Debrief(learnt=("slow",), introductions=("Eve Moss",)))
        campaign.log("dana", "promise_made", text="write to Ada Park")
        campaign.update("dana", company="Orbit")
        campaign.research("dana", company="Ada Park leads it")
        campaign.debrief("dana", infoint.Debrief(answers={"path": "Ada Park hired me"}))
        found = [(person.name if person else None, text) for person, text in campaign.forget("ada")]
        assert sorted(found, key=str) == [
            ("Dana Ruiz", "Ada Park hired me"),
            ("Dana Ruiz", "Ada Park knows her"),
            ("Dana Ruiz", "write to Ada Park"),
            (None, "Ada Park leads it"),
        ]
        with pytest.raises(errors.UnknownPerson):
            campaign.find("ada park")
        assert campaign.insights() == []
        assert campaign.find("eve").introduced_by == ""
        assert "Ada" not in json.dumps([person.name for person in campaign.everybody()])

    def test_the_first_look_for_somebody_leaves_out_nobody_who_is_meant(self, campaign):
        people = [campaign.add(infoint.Person(name=n, email=e)) for n, e in NAMED]
        everybody = campaign._journal.directory()
        assert len(everybody) > len(people)
        typed = [
            *(p.id.lower() for p in people),
            *(e.upper() for _, e in NAMED),
            "zoe",
            "muller z",
            "STRASSE",
            "d_n",
            "%",
        ]
        typed += ["sam", "o'b", "李", "  Sam   lee ", "x" * 200_000, "a " * 3000, "sam nobody"]
        for words in typed:
            assert meant(words, campaign._journal.directory(fold(words).split())) == meant(words, everybody), words[:40]

    def test_two_open_campaigns_see_each_others_facts(self, tmp_path):
        with infoint.open(tmp_path / "one.db", create=True) as one, infoint.open(tmp_path / "one.db") as two:
            one.add(infoint.Person(name="Dana"))
            two.log("dana", "wrote")
            assert one.standing("dana").stage == "approached"


def test_everybodys_standings_are_those_of_each_alone():
    with infoint.sample_campaign(seed=3) as campaign:
        together = campaign.standings()
        assert len(together) > 40
        assert all(standing == campaign.standing(campaign.find(key)) for key, standing in together.items())
