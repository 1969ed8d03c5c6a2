"""Forecasts."""

import numpy as np
import pandas as pd
import pytest

from infoint.analysis.approaches import approaches
from infoint.analysis.delays import Tally
from infoint.analysis.forecast import forecast, further, outlook
from infoint.errors import TableError


def letters(answered, silent, fresh=0, *, met=0):
    """Letters of February, answered after a day or silent; fresh ones of late March; so many met a week later."""
    sent = ["2025-02-03"] * (answered + silent) + ["2025-03-28"] * fresh
    replied = ["2025-02-04"] * answered + [None] * (silent + fresh)
    table = {"sent_at": sent, "replied_at": replied, "replied": [cell is not None for cell in replied]}
    meetings = ["2025-02-11"] * met + [None] * (len(sent) - met)
    table |= dict.fromkeys(("scheduled_at", "met_at"), meetings) | {"thanked_at": None, "introductions": 0}
    return pd.DataFrame(table | {"follow_up_agreed": False, "lead": False})


def number(*args, meetings=3, **options):
    return forecast(letters(*args, **options), meetings, now="2025-03-31").frame.letters[0]


def test_more_answers_need_fewer_letters_and_more_meetings_more():
    assert number(20, 20, met=15) < number(10, 30, met=7) < number(4, 36, met=3)
    assert number(20, 20, met=15, meetings=1) < number(20, 20, met=15) < number(20, 20, met=15, meetings=6)


def test_who_answers_and_does_not_meet_counts():
    assert number(20, 20, met=15) < number(20, 20, met=3)


def test_open_letters_spare_further_ones():
    assert number(20, 20, 15, met=15) < number(20, 20, met=15)
    found = forecast(letters(30, 10, 40, met=28), 1, now="2025-03-31")
    assert found.frame.letters[0] == 0
    assert "no further letter is needed" in found.sentence()


def test_the_chance_of_a_known_rate_is_that_of_the_binomial():
    none = np.zeros(57)
    one = Tally(replied=none + 0, open=none, undated_open=none, late=0, matured=600, undated=1400)
    look = outlook(one, None, (700, 700, 0), 14.0, 5)
    assert look.chance(10, 1) == pytest.approx(1 - (1 - 0.7 * 0.5) ** 10, abs=0.002)
    assert further(look, 1, 0.8) == 4


def test_nothing_sent_yet_is_the_prior_speaking():
    found = forecast(letters(0, 0), 1)
    assert found.sentence().startswith("Nothing has been sent yet: this is what is believed beforehand")
    assert found.frame.letters[0] > 10


def test_the_fan_grows_and_holds_its_median():
    fan = forecast(letters(20, 20, met=15), 3, now="2025-03-31").fan
    assert fan.letters.tolist() == [5 * week for week in range(1, 13)]
    assert (fan.low <= fan["median"]).all()
    assert (fan["median"] <= fan.high).all()
    assert fan["median"].is_monotonic_increasing


def test_segments_have_their_own_number():
    table = pd.concat([letters(15, 5, met=12).assign(arm="warm"), letters(2, 18, met=1).assign(arm="cold")])
    found = forecast(table, 2, by="arm", now="2025-03-31").frame.set_index("arm").letters
    assert found["warm"] < found["cold"]


def test_events_do_too():
    events = pd.DataFrame(
        {"person_id": ["a", "a", "b"], "kind": ["outreach_sent", "meeting_held", "outreach_sent"],
         "at": ["2025-03-03", "2025-03-05", "2025-03-04"]}
    )  # fmt: skip
    first, second = forecast(events, 1).frame, forecast(approaches(events), 1).frame
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("options", [{"meetings": 0}, {"meetings": 2.5}, {"meetings": 1, "probability": 1}])
def test_what_cannot_be_foreseen_is_refused(options):
    with pytest.raises(TableError):
        forecast(letters(2, 2), **options)
