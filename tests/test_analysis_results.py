"""What the analyses return, and the tables they read."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from infoint.analysis.approaches import approaches
from infoint.analysis.funnel import funnel
from infoint.analysis.response_rate import response_rate
from infoint.analysis.results import percent, several
from infoint.analysis.tables import names, tidy
from infoint.errors import TableError

SCRIPT = "<script>alert('&')</script>"
ROWS = {"person_id": [SCRIPT, "b"], "kind": ["outreach_sent", SCRIPT], "at": ["2025-03-03", SCRIPT], "company": SCRIPT}


@pytest.mark.parametrize(
    "result",
    [
        approaches(pd.DataFrame(ROWS)),
        funnel(pd.DataFrame(ROWS), by="company"),
        response_rate(pd.DataFrame({"sent_at": ["2025-03-03", SCRIPT], "replied": 0, SCRIPT: SCRIPT}), by=SCRIPT),
    ],
)
def test_whatever_people_are_called_stays_text_in_a_notebook(result):
    html = result._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<li>" in html
    assert "<table" in html


def test_only_the_first_problems_are_shown():
    html = response_rate(pd.DataFrame({"sent_at": ["?"] * 30, "replied": "no"}))._repr_html_()
    assert html.count("<li>") == 11
    assert "and 20 more in .problems" in html


def test_a_result_is_frozen():
    with pytest.raises(FrozenInstanceError):
        approaches(pd.DataFrame(ROWS)).text = "better"


def test_counts_have_their_nouns_and_shares_no_decimals():
    assert [several(n, "person", "people") for n in (0, 1, 1200)] == ["0 people", "1 person", "1,200 people"]
    assert [percent(share) for share in (0, 0.004, 0.415, 1)] == ["0%", "0%", "42%", "100%"]


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        ([1, 2.0, Decimal(3)], "int64"),
        ([1, None], "Int64"),
        ([1.5, None], "float64"),
        ([True, False], "bool"),
        ([True, None], "boolean"),
        ([True, 1], "object"),
        (["a", 1], "object"),
        ([10**30], "object"),
        (["a", None], pd.Series(["a"]).dtype),
        ([None], pd.Series(["a"]).dtype),
        ([], pd.Series(["a"]).dtype),
    ],
)
def test_a_column_has_the_type_of_its_cells(cells, dtype):
    assert tidy(cells).dtype == dtype


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT, "", "  ", Decimal("NaN")])
def test_every_missing_cell_is_none(missing):
    table = pd.DataFrame({"sent_at": "2025-03-03", "replied": "no", "x": pd.Series([missing, "a "], dtype=object)})
    found = response_rate(table, by="x").frame.x
    assert found.isna().tolist() == [False, True]
    assert found[0] == "a"


def test_cells_that_are_no_plain_values_still_make_segments():
    table = pd.DataFrame({"sent_at": ["2025-03-03"] * 3, "replied": "no"})
    table["tags"] = pd.Series([["a", "b"], ["a", "b"], np.array([1])], dtype=object)
    assert sorted(response_rate(table, by="tags").frame.n) == [1, 2]


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(TableError, match="same name"):
        names(pd.DataFrame([[1, 2]], columns=["x", "x"]), None)
