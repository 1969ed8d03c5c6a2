"""What works: the tables that the statistics read, and letters compared in an experiment."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from infoint.campaign.core import Core
from infoint.errors import InvalidExperiment
from infoint.people import Person

if TYPE_CHECKING:
    import pandas as pd

    from infoint.analysis.results import Comparison
    from infoint.experiment import Deal, Experiment


class Numbers(Core):
    """The tables and experiments of a campaign."""

    def people(self) -> "pd.DataFrame":
        """Everybody as a table: a row each, with stage and comfort."""
        from infoint import frames

        return frames.people_frame(self._journal.people(), self.standings())

    def events(self) -> "pd.DataFrame":
        """Every fact as a table, with the person's segments; `at` in the user's zone, retracted ones left out."""
        from infoint import frames

        return frames.events_frame(self._journal.events(), self._journal.people(), self.zone)

    def approaches(self) -> "pd.DataFrame":
        """One row a person written to; what the statistics read."""
        from infoint.analysis.approaches import approaches

        return approaches(self.events()).frame

    def experiment(self, first: str, second: str, per_arm: int = 30, *, seed: int | None = None) -> "Experiment":
        """Compare two first letters: from now on `write` deals one of them, at random inside strata of closeness.

        It ends when `per_arm` of each were sent; `comparison` reads it. A new one takes its place.

        Raises
        ------
        InvalidExperiment, UnknownTemplate, TableError
            When these letters, or so many, cannot be compared.

        """
        from secrets import randbits

        from infoint.analysis.boundaries import boundary
        from infoint.experiment import Experiment
        from infoint.letters import render

        made, profile = Experiment(first, second, per_arm, randbits(32) if seed is None else seed), self.profile
        boundary(per_arm)
        for name in (first, second):
            render.load(name, profile.language if profile else "en", self.own_templates)
        with self._journal.change("experiment", self._clock()) as writer:
            writer.set("experiment", asdict(made))
        return made

    def running_experiment(self) -> "Experiment | None":
        """The experiment that deals the first letters, if any."""
        from infoint.experiment import Experiment

        kept = self._journal.setting("experiment")
        return Experiment(**kept) if kept else None

    def _deals(self, experiment: "Experiment") -> "dict[str, Deal]":
        from infoint.experiment import Deal

        kept = self._journal.settings("dealt ").items()
        return {person_id: deal for person_id, it in kept if (deal := Deal(**it)).seed == experiment.seed}

    def _dealt(self, person: Person, usual: str) -> "Deal | None":
        """The letter that is dealt to somebody by the experiment, if they take part."""
        experiment = self.running_experiment()
        if experiment is None or not experiment.takes(usual):
            return None
        deals = self._deals(experiment)
        if person.id in deals:
            return deals[person.id]
        if sum(bool(s.stage) for key, s in self.standings().items() if key in deals) >= 2 * experiment.per_arm:
            return None
        deal = experiment.deal(person, deals.values())
        if not self._journal.read_only:
            self._journal.keep(f"dealt {person.id}", asdict(deal))
        return deal

    def comparison(self) -> "Comparison":
        """What the experiment shows so far, as of the last look; each letter counts as the one that was dealt."""
        from infoint.analysis.compare import compare

        experiment = self.running_experiment()
        if experiment is None:
            raise InvalidExperiment("no letters are being dealt yet")
        deals, sent = self._deals(experiment), self.approaches()
        sent = sent[sent["person_id"].isin(deals)]
        dealt = [deals[person_id] for person_id in sent["person_id"]]
        sent = sent.assign(template=[deal.template for deal in dealt], stratum=[deal.stratum for deal in dealt])
        return compare(
            sent, "template", "stratum", experiment.per_arm, now=self.last_look(), holidays=self.workdays().holidays
        )
