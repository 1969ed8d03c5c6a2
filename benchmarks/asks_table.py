"""Learn `templates/asks.txt`: by which pieces of its words a letter that asks for a talk is known.

    pip install scikit-learn
    python benchmarks/asks_table.py            # how good it is on letters it was not learnt from
    python benchmarks/asks_table.py --write    # learn from all of them, and write the table

Pieces of 3 to 5 letters, within words, whether they occur or not, by logistic regression (scikit-learn). The letters
are those of `mail_sets/practice.toml` and of the open half, in ten languages. Each is judged by a table that was learnt
without its fifth of them, together with the signs of `infoint.mail.asking`; those had been written with these letters
at hand, so what is shown is kinder than what new letters will give (`mail_quality.py kept` says that), and the letters
of another writer may lie higher or lower as a whole.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize

from infoint.mail.asking import CLEAR, ENOUGH, HINT, LOOKED_AT, SIGN, signs

SETS = Path(__file__).parent / "mail_sets"
TABLE = Path(__file__).parent.parent / "templates" / "asks.txt"
PIECES, STRENGTH = 4000, 10


def letters() -> tuple[list[str], np.ndarray]:
    """The letters in lower case as `asking` sees them, and whether they ask."""
    practice, opened, daily = (
        tomllib.loads((SETS / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("practice", "open/asks", "open/everyday")
    )
    asks = [*practice["asks"], *opened["asks"]]
    others = [*practice["others"], *(item[1:] for item in daily["sent"])]
    texts = [f"{subject}.\n\n{text[:LOOKED_AT]}".lower() for subject, text in asks + others]
    return [re.sub("[{}]", "", text) for text in texts], np.array([1] * len(asks) + [0] * len(others))


def learnt(texts: list[str], asks: np.ndarray) -> tuple[CountVectorizer, LogisticRegression]:
    """The pieces that say most, and what they say."""
    kind: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (3, 5), "binary": True, "lowercase": False}
    pieces = CountVectorizer(min_df=2, **kind)
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=4000)
    model.fit(normalize(pieces.fit_transform(texts).astype(float)), asks)
    most = np.argsort(-np.abs(model.coef_[0]), kind="stable")[:PIECES]
    pieces = CountVectorizer(vocabulary=sorted(pieces.get_feature_names_out()[most]), **kind)
    return pieces, model.fit(normalize(pieces.transform(texts).astype(float)), asks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    texts, asks = letters()
    score = np.array([SIGN * signs(text)[0] for text in texts], float)
    for known, new in StratifiedKFold(5, shuffle=True, random_state=8).split(texts, asks):
        pieces, model = learnt([texts[i] for i in known], asks[known])
        score[new] += model.decision_function(normalize(pieces.transform([texts[i] for i in new]).astype(float)))
    print(f"{asks.sum()} asks, {len(asks) - asks.sum()} others; area under the curve {roc_auc_score(asks, score):.3f}")
    for bound in (HINT, ENOUGH, CLEAR):
        asked, other = ((score[asks == kind] >= bound).mean() for kind in (1, 0))
        print(f"{bound:5.2f} or more: {asked:.1%} of the asks, {other:.1%} of the others")
    if given.write:
        pieces, model = learnt(texts, asks)
        rows = zip(pieces.get_feature_names_out(), model.coef_[0], strict=True)
        lines = [f"\t{model.intercept_[0]:.2f}", *(f"{piece}\t{weight:.2f}" for piece, weight in rows)]
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
