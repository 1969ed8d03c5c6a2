"""Who led to whom."""

import pandas as pd
import pytest

from infoint.analysis.introductions import introductions

PEOPLE = pd.DataFrame(
    {"person_id": ["ada", "bo", "cy", "dee", "eve"], "introduced_by": [None, "ada", "bo", "ada", None],
     "name": ["Ada", "Bo", "Cy", "Dee", "Eve"]}
)  # fmt: skip


def events(*rows):
    cells = [row.split() for row in rows]
    days = [f"2025-03-{cell[2]}" for cell in cells]
    return pd.DataFrame({"person_id": [c[0] for c in cells], "kind": [c[1] for c in cells], "at": days})


def test_depth_counts_introductions_from_somebody_known():
    frame = introductions(PEOPLE, events()).frame.set_index("person_id")
    assert frame.depth.to_dict() == {"ada": 0, "bo": 1, "cy": 2, "dee": 1, "eve": 0}
    assert frame.introductions.to_dict() == {"ada": 2, "bo": 1, "cy": 0, "dee": 0, "eve": 0}


@pytest.mark.parametrize(
    ("log", "owed"),
    [
        ([], []),
        (["bo meeting_held 05"], ["ada"]),
        (["bo meeting_held 05", "ada introduction_thanked 06"], []),
        (["bo meeting_held 05", "ada update_sent 06", "dee meeting_held 07"], ["ada"]),
        (["bo meeting_held 05", "cy meeting_held 06"], ["ada", "bo"]),
    ],
)
def test_news_is_owed_to_whoever_introduced_somebody_met_since(log, owed):
    found = introductions(PEOPLE, events(*log)).frame
    assert found.person_id[found.owed_news].tolist() == owed


def test_introductions_per_meeting_have_an_interval_and_the_sentence_names_who_is_owed_news():
    found = introductions(PEOPLE, events("ada meeting_held 03", "bo meeting_held 05"))
    assert (found.meetings, found.per_meeting) == (2, 1.5)
    assert found.low < 1 < found.high
    assert found.sentence() == (
        f"2 people met led to 3 introductions (1.5 a meeting, probably {found.low:.1f} to {found.high:.1f}, 90%). "
        "Whether the chain sustains itself cannot be told yet. News is owed to Ada."
    )


def test_introductions_that_were_only_logged_count():
    log = events("eve meeting_held 03", "eve introduction_received 04", "eve introduction_received 05")
    assert introductions(PEOPLE, log).frame.set_index("person_id").introductions["eve"] == 2


def test_a_ring_and_an_unknown_introducer_are_told():
    people = pd.DataFrame({"person_id": ["a", "b", "c"], "introduced_by": ["b", "a", "zed"]})
    found = introductions(people, events("a meeting_held 03"))
    told = " ".join(map(str, found.problems))
    assert "introduced each other" in told
    assert "zed, who is not among the people" in told


def test_nobody_met_is_no_error():
    assert "No meeting has been held yet" in introductions(PEOPLE, events()).sentence()
    empty = introductions(PEOPLE.iloc[:0], events())
    assert len(empty.frame) == 0


def test_an_empty_cell_names_no_introducer():
    people = PEOPLE.assign(introduced_by=["", "ada", "bo", "ada", ""])
    found = introductions(people, events("bo meeting_held 05"))
    assert found.frame.equals(introductions(PEOPLE, events("bo meeting_held 05")).frame)
    assert found.problems == ()
