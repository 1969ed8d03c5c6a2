"""The question bank, what questions are worth, and the best plan of them."""

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from infoint.errors import InvalidTemplate
from infoint.people import RELATIONSHIPS, Person
from infoint.questions import FRAME_MINUTES, NEEDED, PHASES, TOPICS, Question, bank, plan, records, weighed

BANK = bank()
CLOSING = [question for question in BANK if question.protected]
THREE = {"path-to-here", "like-most", "getting-in"}
PEOPLE = [
    None,
    Person(name="Dana"),
    Person(name="Dana", company="Orbit"),
    Person(name="Dana", industry="energy", role="engineer"),
    Person(name="Dana", company="Orbit", industry="energy", role="engineer"),
    Person(name="Dana", company="{role}", industry="{company}", role="{industry}"),
]


def beside(made):
    """The questions of a plan beside the closing two."""
    return [question for question in made.questions if not question.protected]


def worth(questions):
    return sum(question.value for question in questions)


def question(key="q", topic="trends", minutes=3.0, value=5.0, **more):
    facts = {"text": "What?", "phase": "insight", "about": "person"} | more
    return Question(id=key, topic=topic, minutes=minutes, value=value, **facts)


class TestTheBank:
    def test_it_has_eighty_questions_and_more_of_every_topic_and_phase_and_protects_the_closing_two(self):
        assert len(BANK) >= 80
        assert [question.id for question in CLOSING] == ["who-else", "keep-you-posted"]
        assert len({question.id for question in BANK}) == len({question.text for question in BANK}) == len(BANK)
        assert {question.phase for question in BANK} == set(PHASES)
        assert min(Counter(question.topic for question in BANK)[topic] for topic in TOPICS) >= 5

    @pytest.mark.parametrize("question", BANK, ids=lambda question: question.id)
    def test_no_placeholder_is_left_over_in_a_question(self, question):
        for person in PEOPLE[:-1]:
            asked = question.asked_of(person)
            assert asked
            assert not set("{}") & set(asked)
        known = question.asked_of(PEOPLE[4])
        for slot, value in (("{company}", "Orbit"), ("{industry}", "energy"), ("{role}", "engineer")):
            assert (slot not in question.text) or value in known
        assert question.asked_of(PEOPLE[-1]).count("{") == question.text.count("{")  # a fact is never read as a slot

    @pytest.mark.parametrize("question", BANK, ids=lambda question: question.id)
    def test_each_is_one_short_question_that_asks_for_no_job(self, question):
        for text in filter(None, (question.text, question.generic)):
            assert text.count("?") == 1
            assert text.endswith("?")
            assert len(text.split()) <= 20
            for word in ("vacan", "opening", "hire me", "résumé", "resume", "referral", "apply", "salary", "refer me"):
                assert word not in text.casefold()

    def test_a_question_about_what_is_not_known_is_asked_in_general(self):
        slotted = [question for question in BANK if "{company}" in question.text]
        assert slotted
        for question in slotted:
            assert question.asked_of(Person(name="Dana")) == question.generic
            assert question.asked_of(None) == question.generic

    @pytest.mark.parametrize(("minutes", "count"), [(15, 3), (20, 5), (30, 8)])
    @pytest.mark.parametrize("role", ["", "Head of Data", "Junior Analyst"])
    @pytest.mark.parametrize("relationship", RELATIONSHIPS)
    def test_it_gives_so_many_questions_for_so_many_minutes_whoever_they_are(self, minutes, count, role, relationship):
        person = Person(name="Dana", id="D", role=role, relationship=relationship)
        made = plan(weighed(BANK, person), minutes)
        assert len(beside(made)) == count
        assert {question.id for question in made.questions} >= THREE

    @pytest.mark.parametrize(
        ("role", "level"),
        [("Head of Data", "leading"), ("CEO", "leading"), ("Junior Analyst", "starting"), ("Analyst", "")],
    )
    def test_what_is_meant_for_those_who_lead_or_begin_is_asked_only_of_them(self, role, level):
        asked = {question.seniority for question in weighed(BANK, Person(name="Dana", role=role))}
        assert asked == {"", level}

    def test_what_is_meant_for_friends_or_alumni_is_asked_only_of_them(self):
        for relationship in RELATIONSHIPS:
            person = Person(name="Dana", relationship=relationship)
            tags = {tag for question in weighed(BANK, person) for tag in [question.relationship] if tag}
            assert all(relationship in tag.split(", ") for tag in tags)
        assert not any(question.relationship or question.seniority for question in weighed(BANK, None))


class TestValue:
    ADA = Person(name="Ada", id="A", company="Orbit", industry="energy", role="engineer")
    TOM = Person(name="Tom", id="T", company="orbit", industry="Energy ", role="nurse")

    @pytest.mark.parametrize(
        ("about", "told"), [("person", False), ("company", True), ("industry", True), ("role", False)]
    )
    def test_it_falls_with_each_answer_that_tells_it_of_this_person_as_well(self, about, told):
        asked = [question(about=about)]
        values = [weighed(asked, self.TOM, [("q", "Much", self.ADA)] * n)[0].value for n in range(3)]
        assert (values[0] > values[1] > values[2]) is told
        assert told or values == [5, 5, 5]
        assert weighed(asked, self.ADA, [("q", "Much", self.ADA)])[0].value < 5

    def test_it_rises_for_what_was_asked_and_never_answered(self):
        (asked,) = weighed([question()], self.ADA, [("q", " ", self.ADA)])
        assert asked.value > 5
        (asked,) = weighed([question()], self.ADA, [("q", "", self.ADA), ("q", "Now I know", self.ADA)])
        assert asked.value < 5

    @pytest.mark.parametrize("left_open", ["trends", "company", "q"])
    def test_it_rises_for_what_insights_leave_open(self, left_open):
        asked = [question(about="company"), question("other", topic="role", about="role")]
        first, other = weighed(asked, self.ADA, left_open={left_open})
        assert first.value > other.value == 5

    def test_nothing_known_of_a_company_is_no_company_in_common(self):
        nobody, other = Person(name="N", id="N"), Person(name="O", id="O")
        assert weighed([question(about="company")], nobody, [("q", "Much", other)])[0].value == 5

    def test_a_star_comes_before_anything_of_its_length(self):
        plain = [question(f"q{n}", value=10) for n in range(20)]
        for starred in ("q7", "q19"):
            made = plan(weighed(plain, None, starred={starred}), 8)
            assert [q.id for q in made.questions] == [starred]

    def test_a_record_counts_what_was_asked_and_keeps_what_was_noted(self):
        found = records([("q", "Much\n more", self.ADA), ("q", "", self.TOM), ("p", " ", self.TOM)])
        assert found == {"q": ["Ada: Much more", ""], "p": [""]}


def banks(most=9):
    """Made-up banks; among them some with no question of a needed topic, or none at all."""
    one = st.tuples(st.sampled_from(TOPICS), st.integers(1, 12), st.integers(0, 40), st.sampled_from(PHASES[:-1]))
    return st.lists(one, max_size=most).map(
        lambda rows: [
            *(question(f"q{n}", t, m / 2, v / 4, phase=p) for n, (t, m, v, p) in enumerate(rows)),
            *CLOSING,
        ]
    )


def allowed(chosen, questions, minutes):
    """Whether a choice fits, and has one of each needed topic that there is."""
    topics = {q.topic for q in questions if not q.protected} & set(NEEDED)
    return sum(q.minutes for q in chosen) <= minutes - FRAME_MINUTES and topics <= {q.topic for q in chosen}


class TestThePlan:
    @given(banks(), st.integers(5, 60))
    @settings(max_examples=150, deadline=None)
    def test_no_choice_that_fits_is_worth_more(self, questions, minutes):
        made, others = plan(questions, minutes), [q for q in questions if not q.protected]
        choices = [c for n in range(len(others) + 1) for c in combinations(others, n)]
        best = max((worth(choice) for choice in choices if allowed(choice, questions, minutes)), default=None)
        assert worth(beside(made)) == pytest.approx(best or 0)
        assert beside(made) == [] if best is None else allowed(beside(made), questions, minutes)

    @given(banks(40), st.integers(5, 60), st.randoms(use_true_random=False))
    @settings(max_examples=150, deadline=None)
    def test_it_keeps_to_minutes_phases_and_the_closing_two_and_does_not_look_at_the_order_given(
        self, questions, minutes, chance
    ):
        made = plan(questions, minutes)
        assert made.planned <= minutes or beside(made) == []
        assert list(made.questions[-2:]) == CLOSING
        phases = [PHASES.index(question.phase) for question in made.questions]
        assert phases == sorted(phases)
        assert len(set(made.questions)) == len(made.questions)
        chance.shuffle(questions)
        assert plan(questions, minutes) == made

    @given(banks(40), st.integers(5, 60))
    @settings(max_examples=150, deadline=None)
    def test_one_on_their_path_and_one_for_advice_are_in_it_wherever_both_fit(self, questions, minutes):
        shortest = [min((q.minutes for q in questions if q.topic == topic), default=None) for topic in NEEDED]
        if None not in shortest:
            fit = sum(shortest) <= minutes - FRAME_MINUTES
            topics = {question.topic for question in beside(plan(questions, minutes))}
            assert topics >= set(NEEDED) if fit else topics == set()

    @given(banks(40), st.integers(5, 59))
    @settings(max_examples=100, deadline=None)
    def test_more_minutes_are_never_worth_less(self, questions, minutes):
        assert worth(beside(plan(questions, minutes + 1))) >= worth(beside(plan(questions, minutes))) - 1e-9

    @given(banks(40), st.integers(5, 60), st.integers(0, 70), st.integers(0, 70))
    @settings(max_examples=200, deadline=None)
    def test_cuts_of_a_plan_are_nested_fit_and_keep_what_every_plan_needs(self, questions, minutes, one, other):
        made, (few, more) = plan(questions, minutes), sorted((one, other))
        short, longer = made.cut_to(few), made.cut_to(more)
        assert set(CLOSING) <= set(short.questions) <= set(longer.questions) <= set(made.questions)
        assert list(short.questions) == [q for q in made.questions if q in short.questions]
        assert short.planned <= few or beside(short) == []
        assert longer.cut_to(few) == short
        assert made.cut_to(minutes) == made
        gone = len(made.cuts) - len(short.cuts)
        assert set(made.cuts[:gone]) == set(made.questions) - set(short.questions)
        if {q.topic for q in beside(made)} >= set(NEEDED):
            assert beside(short) == [] or {q.topic for q in beside(short)} >= set(NEEDED)

    @given(banks(40), st.integers(5, 60), st.integers(5, 60))
    @settings(max_examples=100, deadline=None)
    def test_no_more_is_cut_than_must_be(self, questions, minutes, fewer):
        made = plan(questions, minutes)
        left = made.cut_to(fewer)
        if (gone := len(made.cuts) - len(left.cuts)) and len(left.cuts) > 2:
            kept = made.cuts[gone - 1 :]
            assert FRAME_MINUTES + sum(q.minutes for q in kept) > fewer

    def test_it_is_worth_what_a_general_solver_finds(self):
        for seed in range(12):
            chance = random.Random(seed)
            questions = [
                question(f"q{n}", chance.choice(TOPICS), chance.randrange(2, 11) / 2, chance.uniform(1, 10))
                for n in range(120)
            ]
            for minutes in (12, 20, 33):
                needed = np.array([[q.topic == topic for q in questions] for topic in NEEDED], dtype=float)
                found = milp(
                    np.array([-q.value for q in questions]),
                    integrality=np.ones(len(questions)),
                    bounds=Bounds(0, 1),
                    constraints=[
                        LinearConstraint(np.array([[q.minutes for q in questions]]), ub=minutes - FRAME_MINUTES),
                        LinearConstraint(needed, lb=1),
                    ],
                    options={"mip_rel_gap": 0},
                )
                assert worth(plan(questions, minutes).questions) == pytest.approx(-found.fun, abs=1e-6)

    @pytest.mark.parametrize("minutes", range(5, 61))
    def test_with_the_bank_more_minutes_never_mean_fewer_questions(self, minutes):
        questions = weighed(BANK, PEOPLE[4])
        assert len(plan(questions, minutes).questions) <= len(plan(questions, minutes + 1).questions)

    @pytest.mark.parametrize("minutes", [0, 1, 4, 5, 6, 9])
    def test_a_tiny_talk_keeps_only_the_closing_two(self, minutes):
        assert list(plan(BANK, minutes).questions) == CLOSING

    def test_thirty_minutes_cut_to_fifteen_leave_the_three_to_keep(self):
        left = plan(weighed(BANK, PEOPLE[4]), 30).cut_to(15)
        assert {question.id for question in beside(left)} == THREE


ENTRY = """[[question]]
id = "mine"
text = "What is new at {company}?"
generic = "What is new?"
topic = "company"
phase = "insight"
about = "company"
minutes = 2
value = 5
"""


def own(folder, text):
    (folder / "questions.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_users_own_bank_wins(tmp_path):
    (question,) = bank(own(tmp_path, ENTRY))
    assert question.asked_of(Person(name="Dana", company="Orbit")) == "What is new at Orbit?"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('phase = "insight"', 'phase = "outro"', "mine"),
        ('topic = "company"', 'topic = "weather"', "mine"),
        ('topic = "company"', 'topic = ""', "mine"),
        ('about = "company"', 'about = "school"', "mine"),
        ("value = 5", 'value = 5\nseniority = "old"', "mine"),
        ("value = 5", 'value = 5\nrelationship = "friend, boss"', "mine"),
        ("value = 5", "value = -1", "mine"),
        ("minutes = 2", "minutes = 2.2", "mine"),
        ("minutes = 2", "minutes = 0", "mine"),
        ("minutes = 2", "minutes = nan", "mine"),
        ('text = "What is new at {company}?"', 'text = " "', "mine"),
        ('generic = "What is new?"\n', "", "mine"),
        ("{company}", "{school}", "mine"),
        ("{company}", "{company name}", "mine"),
        ("{company}", "{company", "mine"),
        ("{company}", "company}", "mine"),
        ('generic = "What is new?"', 'generic = "What is new at {company}?"', "mine"),
        ("minutes = 2", "minuets = 2", "file"),
        ("minutes = 2\n", "", "file"),
        ("minutes = 2", 'minutes = "long"', "mine"),
        ("value = 5", 'value = "much"', "file"),
        ("[[question]]", "[[questions]]", "file"),
        ("[[question]]", "[[question", "file"),
    ],
)
def test_a_bank_that_cannot_be_is_refused_with_the_question(tmp_path, old, new, where):
    assert old in ENTRY
    with pytest.raises(InvalidTemplate) as refused:
        bank(own(tmp_path, ENTRY.replace(old, new)))
    assert refused.value.where == where
