"""Two first letters compared fairly: which of them is dealt to whom, at random inside strata of closeness."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from infoint.errors import InvalidExperiment
from infoint.people import Person

_USUAL = frozenset({"outreach/warm", "outreach/cold"})


@dataclass(frozen=True, slots=True)
class Deal:
    """The letter dealt to one person of a stratum, by the experiment with that seed."""

    seed: int
    stratum: int
    template: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """Two first letters, how many of each are to be sent, and the seed of the dealing."""

    first: str
    second: str
    per_arm: int
    seed: int

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise InvalidExperiment("two different letters are compared")
        for name in (self.first, self.second):
            if not name.startswith("outreach/") or name.startswith("outreach/introduced"):
                raise InvalidExperiment(f"{name} is not a first letter that anybody could get")

    def takes(self, usual: str) -> bool:
        """Whether somebody takes part whose first letter would have been the `usual` one.

        They do when that is one of the two; with two letters of the user's own, everybody does whom
        nobody introduced.

        >>> Experiment("outreach/warm", "outreach/story", 30, 1).takes("outreach/cold")
        False
        """
        arms = {self.first, self.second}
        return usual in arms or (usual in _USUAL and not arms & _USUAL)

    def deal(self, person: Person, dealt: Iterable[Deal]) -> Deal:
        """The letter for the next person: of every two of a stratum (how easy they are to write to) each gets another.

        >>> experiment, dana = Experiment("outreach/warm", "outreach/story", 30, 1), Person(name="Dana Ruiz")
        >>> one = experiment.deal(dana, [])
        >>> {one.template, experiment.deal(dana, [one]).template} == {"outreach/warm", "outreach/story"}
        True
        """
        stratum = person.ease()
        place = sum(one.seed == self.seed and one.stratum == stratum for one in dealt)
        turned = Random(f"{self.seed} {stratum} {place // 2}").random() < 0.5  # noqa: S311 - dealing, no secret
        return Deal(self.seed, stratum, (self.first, self.second)[(place + turned) % 2])
