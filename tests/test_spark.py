"""PySpark counts as the other engines do: `make test-spark` (extra `spark`, and Java)."""

from datetime import date

import pandas as pd
import pytest
from pyspark.sql import SparkSession
from test_analysis_counts import letters, messages, season

from infoint.analysis.approaches import approaches
from infoint.analysis.counts import counts
from infoint.analysis.funnel import funnel
from infoint.analysis.response_rate import response_rate

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def spark():
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    found = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield found
    found.stop()


@pytest.mark.parametrize(("clock", "by"), [("business", "relationship"), ("business", "comfort"), ("calendar", None)])
def test_spark_counts_the_same_letters(spark, clock, by):
    table, options = letters(), {"by": by, "clock": clock, "holidays": [date(2025, 1, 20), date(2025, 2, 17)]}
    expected, found = counts(table, **options), counts(spark.createDataFrame(table), **options)
    pd.testing.assert_frame_equal(found.frame, expected.frame)
    assert found.now == expected.now
    assert messages(found) == messages(expected)


@pytest.mark.parametrize("whole_days", [False, True])
def test_spark_makes_the_same_of_events(spark, whole_days):
    events = season(whole_days=whole_days)
    table = spark.createDataFrame(events)
    by = "company" if whole_days else None
    pd.testing.assert_frame_equal(counts(table, by=by).frame, counts(events, by=by).frame)
    told, expected = funnel(table, by=by), funnel(events, by=by)
    pd.testing.assert_frame_equal(told.frame, expected.frame)
    pd.testing.assert_frame_equal(told.steps, expected.steps)
    columns = ["person_id", "season_id", "replied", "nudges"]
    found, expected = (approaches(one).frame.sort_values(columns[:2])[columns] for one in (table, events))
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()


def test_the_rate_from_spark_is_the_rate_from_pandas(spark):
    table = letters()
    found, expected = (response_rate(one, by="relationship") for one in (spark.createDataFrame(table), table))
    pd.testing.assert_frame_equal(found.frame, expected.frame)
    assert found.text == expected.text


def test_other_peoples_names_are_understood_on_spark(spark):
    events = season()
    theirs = events.rename(columns={"at": "when", "kind": "what"}).replace({"what": {"outreach_sent": "EMAIL_OUT"}})
    columns = {"when": "at", "what": "kind"}
    kinds = {"EMAIL_OUT": "outreach_sent", "outreach_sent": "noted"}
    table = spark.createDataFrame(theirs)
    found = funnel(table, columns=columns, kinds=kinds)
    pd.testing.assert_frame_equal(found.frame, funnel(events).frame)
    unknown = funnel(table, columns=columns)
    assert any("'EMAIL_OUT' left out" in str(problem) for problem in unknown.problems)
