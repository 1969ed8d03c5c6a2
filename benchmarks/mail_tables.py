"""Learn the tables of `templates/mail/`: by which pieces of their words letters of a kind are known.

    pip install scikit-learn
    python benchmarks/mail_tables.py            # how good they are on letters they were not learnt from
    python benchmarks/mail_tables.py --write    # learn from all of them, and write the tables

`asks.txt` knows letters that ask for a talk, `automatic.txt` replies that nobody wrote and that have no header that
says so. Pieces of 3 to 5 letters, within words, whether they occur or not, by logistic regression (scikit-learn). The
letters are those of `mail_sets/practice.toml`, `mail_sets/practice_replies.toml`, the open half and `tests/`, in up to
ten languages. Each is judged by a table that was learnt without its tenth of them. The signs of `templates/mail.toml`
that are weighed with the pieces had been written with some of these letters at hand, so what is shown is kinder than
what new letters will give (`mail_quality.py` says that), and another writer's may lie higher or lower as a whole.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize

sys.path.insert(0, str(Path(__file__).parent / "mail_sets"))

from build import SUBJECTS
from post import HERE, ME, NAME, encoded, message, text_end

from infoint.mail import asking, automatic
from infoint.mail.likeness import SIZES, weigh
from infoint.mail.read import mail

TABLES = HERE.parent.parent / "templates" / "mail"


@dataclass
class Kind:
    """What is learnt: the letters that are of the kind, others, and how they are seen and weighed."""

    yes: list[list[str]]
    no: list[list[str]]
    seen: Callable[[str, str], str]
    beside: Callable[[str, str], float]
    bounds: tuple[float, ...]
    pieces: int
    strength: float

    @cached_property
    def texts(self) -> list[str]:
        """All letters as they are seen, those of the kind first."""
        return [self.seen(*it) for it in (*self.yes, *self.no)]

    @property
    def is_yes(self) -> np.ndarray:
        """Which of the letters are of the kind."""
        return np.array([1] * len(self.yes) + [0] * len(self.no))


def loaded(path: str) -> dict[str, Any]:
    return tomllib.loads((HERE / path).read_text("utf-8"))


def asks() -> Kind:
    practice, opened = loaded("practice.toml"), loaded("open/asks.toml")["asks"]
    daily = [item[1:] for item in loaded("open/everyday.toml")["sent"]]

    def seen(subject: str, text: str) -> str:
        return re.sub("[{}]", "", f"{subject}.\n\n{text[: asking.LOOKED_AT]}".lower())

    def beside(subject: str, text: str) -> float:
        return asking.SIGN * asking.signs(seen(subject, text))[0]

    bounds = (asking.HINT, asking.ENOUGH, asking.CLEAR)
    return Kind([*practice["asks"], *opened], [*practice["others"], *daily], seen, beside, bounds, 4000, 10)


def replies() -> Kind:
    practice, letters, phrases = map(
        loaded, ("practice_replies.toml", "../../tests/mail_letters.toml", "../../tests/mail_phrases.toml")
    )
    opened = [[it["subject"], it["text"]] for it in loaded("open/automatic.toml")["automatic"]]
    human = [
        [it.get("subject", "Re: {s}"), it["text"]]
        for what in ("human", "declines")
        for it in loaded(f"open/{what}.toml")["reply"]
    ]
    yes = [*practice["automatic"], *letters["automatic"], *phrases["automatic"], *opened]
    no = [*practice["human"], *letters["human"], *letters["declines"], *phrases["leave"], *human]
    no += loaded("practice.toml")["others"]
    threads = loaded("open/threads.toml")
    no += [["Re: {s}", text] for what in ("texts", "colleague_texts", "other_texts") for text in threads[what]]

    def seen(subject: str, text: str) -> str:
        subject = subject.replace("{s}", SUBJECTS[len(text) % len(SUBJECTS)])
        fields = [("From", "Somebody <somebody@example.com>"), ("To", f"{NAME} <{ME}>"), ("Subject", encoded(subject))]
        return automatic.marked(mail(message(fields, text_end(text))))

    def beside(subject: str, _text: str) -> float:
        return automatic.SUBJECT * bool(automatic.subject(subject))

    return Kind(
        [it[:2] for it in yes],
        [it[:2] for it in no],
        seen,
        beside,
        tuple(automatic.ENOUGH - it for it in (automatic.ALONE, 0, automatic.QUOTING)),
        4000,
        30,
    )


KINDS = {"asks": asks, "automatic": replies}


def learnt(texts: Iterable[str], is_yes: np.ndarray, kind: Kind) -> dict[str, float]:
    """The pieces that say most, and what they say."""
    texts = list(texts)
    shape: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (min(SIZES), max(SIZES)), "binary": True}
    model = LogisticRegression(C=kind.strength, class_weight="balanced", max_iter=4000)
    pieces = CountVectorizer(min_df=2, lowercase=False, **shape)
    model.fit(normalize(pieces.fit_transform(texts).astype(float)), is_yes)
    most = np.argsort(-np.abs(model.coef_[0]), kind="stable")[: kind.pieces]
    pieces = CountVectorizer(vocabulary=sorted(pieces.get_feature_names_out()[most]), lowercase=False, **shape)
    model.fit(normalize(pieces.transform(texts).astype(float)), is_yes)
    rows = zip(pieces.get_feature_names_out(), model.coef_[0].round(2).tolist(), strict=True)
    return {"": round(float(model.intercept_[0]), 2), **dict(rows)}


def scored(kind: Kind) -> np.ndarray:
    """What each letter weighs by a table that was learnt without it."""
    texts, is_yes = kind.texts, kind.is_yes
    score = np.array([kind.beside(*it) for it in (*kind.yes, *kind.no)], float)
    for known, new in StratifiedKFold(10, shuffle=True, random_state=8).split(texts, is_yes):
        weights = learnt((texts[i] for i in known), is_yes[known], kind)
        score[new] += [weigh(weights, texts[i]) for i in new]
    return score


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("which", nargs="*", help="asks, automatic; both without it")
    given = parser.parse_args()
    for name in given.which or KINDS:
        kind = KINDS[name]()
        is_yes, score = kind.is_yes, scored(kind)
        print(
            f"{name}: {is_yes.sum()}, others: {len(kind.no)}; area under the curve {roc_auc_score(is_yes, score):.3f}"
        )
        for bound in kind.bounds:
            one, other = ((score[is_yes == it] >= bound).mean() for it in (1, 0))
            print(f"{bound:6.2f} or more: {one:.1%} of them, {other:.1%} of the others")
        if given.write:
            lines = [f"{piece}\t{weight:.2f}" for piece, weight in learnt(kind.texts, is_yes, kind).items()]
            (TABLES / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
