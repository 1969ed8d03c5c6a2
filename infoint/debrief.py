"""What is written down after a meeting."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from infoint.errors import InvalidDetails
from infoint.people import Person

FIT_OF = ("company", "industry", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """Notes of one meeting; every field may stay empty.

    `notes` stay as typed; `learnt` holds one claim a line; `surprised` and `still_interested`
    answer Yale's and Santa Clara's two questions for the write-up. `fit` rates company, industry
    and role from 1 to 5. `introductions` are the people they named ("Ada Park, ada@example.com",
    or "Ada Park, Orbit"), `permission` whether the user may write again, in `months` (the article:
    a couple), `advice` what they advised, `promises` what the user promised, `lead` an opening.

    >>> Debrief(fit={"role": 6})
    Traceback (most recent call last):
    ...
    infoint.errors.InvalidDetails: debrief cannot take 'fit of role': a number from 1 to 5.
    """

    notes: str = ""
    learnt: tuple[str, ...] = ()
    surprised: str = ""
    still_interested: str = ""
    advice: str = ""
    fit: Mapping[str, int] = field(default_factory=dict)
    introductions: tuple[str, ...] = ()
    permission: bool | None = None
    months: int | None = None
    promises: tuple[str, ...] = ()
    lead: str = ""

    def __post_init__(self) -> None:
        for name in ("learnt", "introductions", "promises"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name, rating in self.fit.items():
            if name not in FIT_OF:
                raise InvalidDetails("debrief", f"fit of {name}", "fit is rated for " + ", ".join(FIT_OF))
            if rating not in {1, 2, 3, 4, 5}:
                raise InvalidDetails("debrief", f"fit of {name}", "a number from 1 to 5")
        if self.months is not None and not 1 <= self.months <= 24:
            raise InvalidDetails("debrief", "months", "a number from 1 to 24")

    def to_json(self) -> str:
        """The debrief as the journal keeps it; empty fields are left out."""
        kept = {name: value for name, value in asdict(self).items() if value not in ("", (), {}, None)}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Debrief":
        """Read back what `to_json` wrote.

        >>> Debrief.from_json(Debrief(notes="Good talk", learnt=("Hiring is slow",)).to_json()).learnt
        ('Hiring is slow',)
        """
        return cls(**json.loads(text))


def named(text: str) -> Person:
    """Read one line of introductions: a name, then an address or a company, in any order.

    >>> ada = named("Ada Park <ada@example.com>, Orbit")
    >>> (ada.name, ada.email, ada.company, ada.relationship)
    ('Ada Park', 'ada@example.com', 'Orbit', 'referral')
    >>> named("Ada Park at Orbit").company
    'Orbit'
    """
    bracketed = re.sub(r"[<(]\s*(\S+@\S+?)\s*[>)]", r",\1,", text)
    parts = [part.strip(" ()<>") for part in bracketed.split(",")]
    email = next((part for part in parts if "@" in part), "")
    name, company, *_ = [*(part for part in parts if part and "@" not in part), "", ""]
    if not company and " at " in name:
        name, company = (part.strip() for part in name.split(" at ", 1))
    return Person(name=name or email, email=email.casefold(), company=company, relationship="referral")
