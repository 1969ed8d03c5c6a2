"""The page: a whole season in one self-contained HTML file, for the user or for somebody who helps them.

The user's own page has everything in it. The page for a coach has labels ("Alum 3") where names
would be, and nothing that anybody wrote unless it is ticked.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment as Sandbox
from markupsafe import Markup

from infoint import templates
from infoint.agenda import Action
from infoint.analysis.results import Result, several
from infoint.campaign import Campaign
from infoint.errors import InfointError
from infoint.labels import Veil, labelled
from infoint.matching import company_key
from infoint.people import Person

TICKS = ("companies", "letters", "debriefs")  # what the user may tick for their coach
NO_PICTURES = 'The pictures are left out. This brings them: pip install "infoint[charts]"'
_LATELY = timedelta(days=14)  # what counts as lately (ours)
_AIM = 5  # for how many more talks the outlook is drawn (ours)
_OWED = ("answer", "thank_you", "promise", "news")
_SAID = ("notes", "learnt", "surprised", "still_interested", "advice", "lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The page, what is in it in plain words, and a note when the pictures could not be drawn.

    `people` are those it speaks of: `campaign.labels(page.people)` keeps their labels for the next time.
    """

    html: str
    contents: tuple[str, ...]
    note: str
    people: tuple[Person, ...]


def report(
    campaign: Campaign, *, for_coach: bool = False, ticked: Collection[str] = (), today: date | None = None
) -> Report:
    """Make the page of a season; `ticked` are those of `TICKS` that a coach's page may show.

    >>> import infoint
    >>> page = report(infoint.sample_campaign(seed=7), for_coach=True)
    >>> page.contents[0], "Robin Vega" in page.html
    ('your name and what you are exploring', True)
    """
    view = _View(campaign, for_coach, ticked, today or campaign.local_day())
    jinja = Sandbox(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    note = "" if _can_draw() else NO_PICTURES
    page = view.page() | {"for_coach": for_coach, "ticked": ticked, "note": note, "several": several}
    html, told = (
        jinja.from_string(templates.read(f"report/{name}.j2", campaign.own_templates)).render(page)
        for name in ("page.html", "contents.txt")
    )
    return Report(html=html, contents=tuple(told.splitlines()), note=note, people=tuple(view.season))


class _View:
    """The season as one reader may see it: what a page says of people goes through `who`, `at` and `text`."""

    def __init__(self, campaign: Campaign, for_coach: bool, ticked: Collection[str], today: date) -> None:
        self.campaign, self.for_coach, self.ticked, self.today = campaign, for_coach, ticked, today
        self.people = {person.id: person for person in campaign.everybody()}
        self.standings, self.actions = campaign.standings(), campaign.today(today=today)
        self.following = [suggestion.person for suggestion in campaign.next_people(3, today=today)]
        introduced = {person.introduced_by: person.id for person in self.people.values() if person.introduced_by}
        seen = {*self.standings, *introduced, *introduced.values(), *(person.id for person in self.following)}
        seen |= {action.person.id for action in self.actions}
        self.season = [person for key, person in self.people.items() if key in seen]
        season = self.season if for_coach else ()
        self.labels = {key: label for label, key in labelled(campaign.labels(), season).items() if key}
        if "companies" in ticked:
            self.labels |= {company_key(person.company): person.company for person in self.people.values()}
        self.me = campaign.profile
        self.veil = Veil(self.people.values(), self.labels, self.me.name if self.me else "") if for_coach else None

    def who(self, key: str) -> str:
        """What a person is called on this page."""
        name, label = self.people[key].name, self.labels.get(key, "")
        return label if self.for_coach else f"{name} ({label})" if label else name

    def at(self, person: Person) -> str:
        """What a person's company is called on this page."""
        return self.labels.get(company_key(person.company), "") if self.for_coach else person.company

    def text(self, text: str, about: Person | None = None) -> str:
        """What somebody wrote, as this reader may see it."""
        return self.veil(text, about, self.who(about.id) if about else "") if self.veil else text

    def local(self, moment: datetime) -> date:
        """The user's day of a moment."""
        return moment.astimezone(self.campaign.zone).date()

    def day(self, moment: date) -> str:
        """A day as one says it; the year when it is another."""
        return f"{moment.day} {moment:%B}{'' if moment.year == self.today.year else f' {moment.year}'}"

    def page(self) -> dict[str, Any]:
        """Everything that the template speaks of."""
        now = [action for action in self.actions if action.due <= self.today]
        owed = [action for action in now if self.for_coach and action.kind in _OWED]
        look, (counts, findings) = self.campaign.last_look(), self.findings()
        return {
            "me": self.me.name if self.me else "",
            "exploring": self.text(self.me.exploring) if self.me else "",
            "today": self.today,
            "look": self.local(look) if look else None,
            "day": self.day,
            "people": [self.who(person.id) for person in self.season],
            "companies": len({company_key(person.company) for person in self.season} - {""}),
            "counts": counts,
            "findings": findings,
            "done": self.done(),
            "due": [self.due(action) for action in now if action not in owed],
            "owed": [(self.who(action.person.id), action.kind, action.due) for action in owed],
            "ahead": [self.due(action) for action in self.actions if action.due > self.today],
            "awaited": self.awaited(),
            "letters": self.letters() if self.for_coach else [],
            "debriefs": self.debriefs() if not self.for_coach or "debriefs" in self.ticked else [],
            "question": self.question(),
        }

    def done(self) -> dict[str, list[str]]:
        """With whom something was done lately, by its kind."""
        events, found = self.campaign.events(), dict[str, dict[str, None]]()
        for row in events[events["at"].dt.date > self.today - _LATELY].itertuples():
            found.setdefault(str(row.kind), {})[self.who(str(row.person_id))] = None
        return {kind: list(people) for kind, people in found.items()}

    def due(self, action: Action) -> tuple[str, str, date]:
        """One due thing: what, why (which may hold words of the user's: not for a coach), and the day."""
        title = replace(action, person=replace(action.person, name=self.who(action.person.id))).title
        return title, "" if self.for_coach else action.reason, action.due

    def awaited(self) -> list[tuple[str, str, date, bool]]:
        """Whose answer is awaited, the longest first: who, where, since when, and whether a reminder went out."""
        found = sorted(
            (s.awaiting_since, key, s.nudges_sent > 0)
            for key, s in self.standings.items()
            if s.awaiting_since and s.is_open
        )
        return [(self.who(key), self.at(self.people[key]), self.local(since), again) for since, key, again in found]

    def letters(self) -> list[dict[str, str]]:
        """Three letters to look at: the next ones as drafts, then the latest sent; texts only when ticked."""
        found = []
        for person in self.following if self.me else ():
            letter = self.campaign.write(person)
            words = {"subject": letter.subject, "body": letter.body} if "letters" in self.ticked else {}
            told = {name: self.text(text, person) for name, text in words.items()}
            found.append(told | {"who": self.who(person.id), "what": f"{_kind(letter.template)}, not sent yet"})
        latest = sorted((s.first_sent, key) for key, s in self.standings.items() if s.first_sent)[::-1]
        for _, key in latest[: 3 - len(found)]:
            sent = [event for event in self.campaign.history(self.people[key]) if event.kind == "outreach_sent"][-1]
            s = self.standings[key]
            came = "talked since" if s.met_at else "answered" if s.stage != "approached" else "no answer yet"
            what = f"{_kind(sent.template)}, sent {self.day(sent.day(self.campaign.zone))}, {came}"
            found.append({"who": self.who(key), "what": what})
        return found

    def debriefs(self) -> list[dict[str, Any]]:
        """What was written down after talks, newest first."""
        found = []
        for met, key in sorted(((s.met_at, key) for key, s in self.standings.items() if s.met_at), reverse=True):
            person = self.people[key]
            for debrief in self.campaign.debriefs(person)[::-1]:
                said = {name: [self.text(line, person) for line in _lines(getattr(debrief, name))] for name in _SAID}
                if any(said.values()):
                    found.append({"who": self.who(key), "day": self.local(met), "said": said})
        return found

    def question(self) -> str:
        """One helpful question that the season itself raises; never a reproach."""
        everybody = self.standings.values()
        sent = [self.local(s.last_sent) for s in everybody if s.last_sent]
        met = sorted((s.met_at, s.person_id) for s in everybody if s.met_at)
        starts = sorted((s.meeting.start, s.person_id) for s in everybody if s.meeting and s.meeting.start)
        coming = [(day, key) for start, key in starts if 0 <= ((day := self.local(start)) - self.today).days <= 7]
        if not sent:
            return "Who would be the easiest person to write to, and what would make it easier still?"
        if coming:
            when, who = self.day(coming[0][0]), self.who(coming[0][1])
            return f"On {when} there is a talk with {who}: what would make it a good one?"
        if self.today - max(sent) >= _LATELY:
            return "What would make the next letter a little easier?"
        if met and self.today - self.local(met[-1][0]) <= _LATELY:
            return f"What surprised you in the talk with {self.who(met[-1][1])}, and what would you ask next time?"
        if all(s.stage == "approached" for s in everybody if s.first_sent):
            return "Who could put in a friendly word before the next letter goes out?"
        return "Which of the answers so far made you most curious, and who might know more about it?"

    def findings(self) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """The counts, and each analysis with its sentence and picture; one with too little to go on says so."""
        from infoint.analysis import forecast, funnel, introductions, reply_curve, response_rate

        letters, now = self.campaign.approaches(), self.campaign.last_look()
        if now is None or not len(letters):
            return {}, []
        from infoint import charts

        given: dict[str, Any] = {"now": now, "holidays": sorted(self.campaign.workdays(self.today).holidays)}
        stages = funnel.funnel(letters, now=now)
        people = self.campaign.people().query("person_id in @ids", local_dict={"ids": [p.id for p in self.season]})
        named = people.assign(name=people["person_id"].map(self.who))
        rate = partial(response_rate.response_rate, letters, **given)
        curve = partial(reply_curve.reply_curve, letters, **given)
        stop = partial(reply_curve.stop_waiting, letters, **given)
        led = partial(introductions.introductions, named, self.campaign.events())
        asked: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
            "Week by week": (str, lambda _: charts.season(letters, now)),
            "How far things have come": (lambda: stages, charts.funnel),
            "Who answers": (rate, lambda _: charts.response_rates(rate(by="relationship"))),
            "How soon answers come": (curve, lambda found: charts.reply_curve(found, stop())),
            "Who led to whom": (led, charts.introductions),
            "What may come": (partial(forecast.forecast, letters, _AIM, **given), charts.forecast),
        }
        running = self.campaign.running_experiment()
        if running and not (self.for_coach and any(map(_is_own, (running.first, running.second)))):
            asked["Letter against letter"] = (self.campaign.comparison, charts.comparison)
        counts = {row["stage"]: row["reached"] for row in stages.frame.to_dict("records")}
        counts["waiting"] = sum(stages.frame.query("stage == 'replied'")["waiting"])
        return counts, [_found(title, *how) for title, how in asked.items()]


def _lines(text: str | tuple[str, ...]) -> list[str]:
    return text.splitlines() if isinstance(text, str) else list(text)


def _is_own(template: str) -> bool:
    """Whether a letter is one of the user's own, which may bear a name that says too much."""
    from infoint.letters.render import names

    return template not in names()


def _kind(template: str) -> str:
    """What a letter is called."""
    return "letter of your own" if _is_own(template) else f"{template.rpartition('/')[2]} letter"


def _can_draw() -> bool:
    return bool(find_spec("altair") and find_spec("vl_convert"))


def _found(title: str, ask: Callable[[], Any], draw: Callable[[Any], Any]) -> dict[str, Any]:
    """An analysis with its sentence and its picture, in colours that the page may change."""
    from infoint import charts

    try:
        result = ask()
        svg = charts.svg(draw(result)) if _can_draw() else ""
    except InfointError as error:
        return {"title": title, "sentence": str(error), "svg": ""}
    for name, colour in charts.COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    return {"title": title, "sentence": result.text if isinstance(result, Result) else "", "svg": Markup(svg)}  # noqa: S704 - made and escaped by `charts`
