"""Pictures: the finding in the title, uncertainty drawn, safe with any name, the same on every machine."""

import importlib.util
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import infoint
from infoint import charts

ROOT = Path(__file__).parent.parent
HERE = ROOT / "docs" / "pictures"
HOSTILE = [
    *("<script>alert(1)</script>", "x" * 80, "x" * 79 + "y", "two\nlines", 'quo"ted', "it's", "a.b[0]", "datum.x"),
    *("\u202egnp.exe", "\x00\x1b[31m", "\ud800", "", None, "漢" * 40, "]]>", "&amp;", "\\", "{{x}}", "${x}", "a·b"),
]


def renewing():
    spec = importlib.util.spec_from_file_location("renew", HERE / "renew.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def season():
    return infoint.sample_campaign(seed=7)


@pytest.fixture(scope="module")
def drawn():
    return {name: charts.svg(chart) for name, chart in renewing().pictures()}


def letters(segments, *, replied="yes", sent="2025-03-03"):
    return pd.DataFrame({"sent_at": sent, "replied": replied, "group": pd.Series(segments, dtype=object)})


def texts(svg):
    """The lines of text of a picture."""
    nodes = [node for node in ET.fromstring(svg).iter() if node.tag.rpartition("}")[2] in {"text", "tspan"}]
    return [node.text for node in nodes if node.text]


def look(svg):
    """What a picture says and what it is made of; and the numbers of its shapes."""
    bare = re.sub(r"p[0-9a-f]{8}-", "p-", svg)
    shape = re.split(r"-?\d+(?:\.\d+)?", bare)
    return (texts(svg), ET.fromstring(svg).get("aria-label"), shape), re.findall(r"-?\d+(?:\.\d+)?", bare)


def alike(one, other):
    """The same but for a pixel, since fonts are measured by each machine."""
    (words, numbers), (others, theirs) = look(one), look(other)
    return words == others and all(abs(float(a) - float(b)) <= 1.5 for a, b in zip(numbers, theirs, strict=True))


def test_the_pictures_on_disk_are_what_is_drawn_now(drawn):
    assert sorted(path.stem for path in HERE.glob("*.svg")) == sorted(drawn)
    old = [name for name, svg in drawn.items() if not alike(svg + "\n", (HERE / f"{name}.svg").read_text("utf-8"))]
    assert old == [], "renew them, and look at each: python docs/pictures/renew.py"


def test_a_changed_picture_would_be_found(drawn):
    svg = drawn["funnel-sample"]
    assert not alike(svg, svg.replace("26 of 53", "27 of 53"))
    assert not alike(svg, drawn["funnel-ten-rows"])
    assert alike(svg, svg.replace('width="600"', 'width="601"'))
    assert not alike(svg, svg.replace('width="600"', 'width="605"'))


def test_every_picture_is_an_image_with_its_words_and_nothing_from_elsewhere(drawn):
    for name, svg in drawn.items():
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert len(root.get("aria-label")) > 20, name
        assert float(root.get("width")) <= 602, name
        inside = list(root.iter())[1:]
        assert {node.tag.rpartition("}")[2] for node in inside} <= {"rect", "g", "path", "text", "tspan", "line"}
        assert not [key for node in inside for key in node.attrib if "href" in key or key.startswith(("on", "aria"))]
        assert svg.count("http") == 1
        shades = set(re.findall(r"#[0-9a-fA-F]{6}\b", svg))
        assert shades <= set(charts.COLOURS.values()), name


def test_ids_differ_from_picture_to_picture_and_every_reference_is_kept():
    import altair as alt

    seen = []
    for rows in (1, 2):
        clipped = alt.Chart(alt.InlineData(values=[{"a": 1}] * rows), description="points").mark_point(clip=True)
        svg = charts.svg(clipped.encode(x="a:Q"))  # clips have ids
        own = re.findall(r'\bid="([^"]+)"', svg)
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) == set(own) != set()
        seen += own
    assert len(seen) == len(set(seen))


def test_a_picture_is_the_same_each_time(season):
    result = infoint.funnel(season.approaches(), now=season.last_look())
    assert charts.svg(charts.funnel(result)) == charts.svg(charts.funnel(result))


def test_words_can_be_read_and_marks_be_seen_on_paper():
    def luminance(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one, other):
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    assert min(contrast(text, charts.PAPER) for text in (charts.INK, charts.MUTED)) >= 4.5
    for paper in (charts.PAPER, "#16191d"):
        assert min(contrast(mark, paper) for mark in (charts.BLUE, charts.ORANGE, charts.GREEN)) >= 3


def test_png_is_twice_as_fine_as_the_screen(season):
    chart = charts.funnel(infoint.funnel(season.approaches()))
    assert int.from_bytes(charts.png(chart)[16:20], "big") == 2 * charts.WIDTH


def test_a_notebook_shows_a_picture_with_its_default_renderer(season):
    chart = charts.funnel(infoint.funnel(season.approaches()))
    bundle = chart._repr_mimebundle_()
    assert "text/html" in (bundle[0] if isinstance(bundle, tuple) else bundle)


def test_where_there_is_nothing_yet_a_picture_says_so_kindly(season):
    none = season.approaches().head(0)
    drawn = [
        (charts.funnel(infoint.funnel(none)), "Nobody has been written to yet"),
        (charts.funnel(infoint.funnel(none, by="channel")), "Nobody has been written to yet"),
        (charts.response_rates(infoint.response_rate(none)), "No letters to count yet"),
        (charts.response_rates(infoint.response_rate(none, by="channel")), "No letters to count yet"),
        (charts.reply_curve(infoint.reply_curve(none), infoint.stop_waiting(none)), "No letters to count yet"),
        (charts.reply_curve(infoint.reply_curve(none, by="channel")), "No letters to count yet"),
        (charts.season(none, season.last_look()), "Your season has not begun yet"),
        (charts.comparison(infoint.compare(none, "channel")), "It is too early to compare"),
        (charts.forecast(infoint.forecast(none, 1, by="channel")), "There is no fan to draw by segment"),
    ]
    for chart, says in drawn:
        assert chart.title.text == [says]
    assert says in texts(charts.svg(chart))


def test_with_nothing_sent_a_forecast_shows_what_is_believed_beforehand(season):
    chart = charts.forecast(infoint.forecast(season.approaches().head(0), 1))
    assert "not your season" in chart.description


def test_with_nobody_introduced_the_tree_says_whom_to_ask(season):
    chart = charts.introductions(infoint.introductions(season.people().head(0), season.events().head(0)))
    assert "ask whom else" in chart.description


def test_a_name_stays_text_whatever_it_is():
    sent = [f"2025-03-{3 + number % 9:02}" for number in range(len(HOSTILE))]
    table = letters(HOSTILE).assign(sent_at=sent, replied_at="2025-03-14", met_at=None, scheduled_at=None)
    table = table.assign(thanked_at=None, lead="no", follow_up_agreed="no", introductions=0)
    some = table[table["group"].isin(HOSTILE[:2])]
    names = pd.Series(HOSTILE, dtype=object)  # pandas 3 takes no lone surrogate into its own text
    known = pd.DataFrame({"person_id": range(len(HOSTILE)), "introduced_by": None, "name": names})
    known.loc[1:, "introduced_by"] = 0
    drawn = [
        charts.funnel(infoint.funnel(table, by="group", now="2025-03-30")),
        charts.response_rates(infoint.response_rate(table, by="group", now="2025-03-30")),
        charts.reply_curve(infoint.reply_curve(table, by="group", now="2025-03-30")),
        charts.comparison(infoint.compare(some, "group", now="2025-03-30")),
        charts.comparison(infoint.compare(some, "group", now="2025-03-30", finished=True)),
        charts.introductions(infoint.introductions(known, meetings("0"))),
    ]
    for chart in drawn:
        svg = charts.svg(chart)
        svg.encode()
        assert "<script" not in svg
        assert float(ET.fromstring(svg).get("width")) <= 602
        assert max(map(len, texts(svg))) <= 104
        assert not [text for text in texts(svg) if "\n" in text or "\x1b" in text or "\u202e" in text]


def test_marks_end_before_the_numbers_begin():
    names = letters(["x" * 80, "y"], replied="no").assign(met_at=None, scheduled_at=None, thanked_at=None)
    names = names.assign(lead="no", follow_up_agreed="no", introductions=0, sent_at="2025-03-03")
    for by in (None, "group"):
        root = ET.fromstring(charts.svg(charts.funnel(infoint.funnel(names, by=by, now="2025-03-30"))))
        numbers = [node for node in root.iter() if node.tag.endswith("text") and node.get("text-anchor") == "end"]
        edge = max(float(re.findall(r"[\d.]+", node.get("transform"))[0]) for node in numbers)
        told = max(len(node.text or "") for node in numbers)
        bars = [node.get("d") for node in root.iter() if node.tag.endswith("path") and node.get("fill") == charts.BLUE]
        ends = [float(number) for bar in bars for number in re.findall(r"[MHL]?([\d.]+)", bar)]
        assert max(ends) < edge - 5 * told


def test_names_that_are_cut_alike_stay_apart():
    table = letters(["x" * 80, "x" * 79 + "y"])
    svg = charts.svg(charts.response_rates(infoint.response_rate(table, by="group", now="2025-03-30")))
    rows = [text for text in texts(svg) if text.startswith("xxx")]
    assert len(rows) == len(set(rows)) == 2


def test_an_unknown_segment_is_called_not_known():
    svg = charts.svg(charts.response_rates(infoint.response_rate(letters(["a", None]), by="group", now="2025-03-30")))
    assert "not known" in texts(svg)


def test_of_a_thousand_segments_the_largest_are_shown_and_the_others_counted():
    table = letters([f"s{number}" for number in range(1000)] + ["big"] * 5)
    svg = charts.svg(charts.response_rates(infoint.response_rate(table, by="group", now="2025-03-30")))
    assert "the 20 largest of 1,000 are shown".replace("1,000", "1,001") in " ".join(texts(svg))
    assert "big" in texts(svg)


def test_of_many_curves_some_are_shown_and_the_others_counted():
    table = letters([str(number) for number in range(30)]).assign(replied_at="2025-03-05")
    chart = charts.reply_curve(infoint.reply_curve(table, by="group", now="2025-03-30"))
    assert "24 more not shown" in chart.title.subtitle[0]


def test_a_long_curve_is_thinned_but_ends_where_it_ends():
    sent = pd.date_range("2025-03-03", periods=6000, freq="min")
    table = pd.DataFrame({"sent_at": sent, "replied_at": sent + pd.to_timedelta(range(6000), unit="min")})
    chart = charts.reply_curve(infoint.reply_curve(table, now="2025-06-30", clock="calendar"))
    spec = chart.to_dict()
    assert max(len(rows) for rows in spec["datasets"].values()) < 500
    assert max(row["probability"] for rows in spec["datasets"].values() for row in rows) == 1


def test_the_title_of_rates_says_when_segments_cannot_be_told_apart():
    close = letters(["a"] * 10 + ["b"] * 10, replied=["yes"] * 5 + ["no"] * 5 + ["yes"] * 4 + ["no"] * 6)
    apart = letters(["a"] * 20 + ["b"] * 20, replied=["yes"] * 20 + ["no"] * 20)
    titles = [
        charts.response_rates(infoint.response_rate(table, by="group", now="2025-03-30")).title.text[0]
        for table in (close, apart)
    ]
    assert titles[0] == "By group the ranges overlap: they may well be alike"
    assert re.fullmatch(r"Answered: a probably \d+% to 100%, b 0% to \d+%", titles[1])


def test_letters_too_fresh_to_tell_have_a_range_but_no_dot():
    chart = charts.response_rates(infoint.response_rate(letters(["a"], replied="no"), now="2025-03-04"))
    assert chart.title.text == ["It is too early to tell how many are answered"]
    (rows,) = chart.to_dict()["datasets"].values()
    assert rows[0]["value"] is None
    assert rows[0]["low"] < rows[0]["high"]


def test_a_range_that_is_missing_is_told_and_not_drawn(season):
    result = infoint.funnel(season.approaches())
    result.frame.loc[:, ["low", "high"]] = float("nan")
    assert "range not known yet" in " ".join(texts(charts.svg(charts.funnel(result))))


def test_the_day_to_stop_waiting_is_marked_with_its_doubt(season):
    table, now = season.approaches(), season.last_look()
    stop = infoint.stop_waiting(table, now=now)
    marked = charts.svg(charts.reply_curve(infoint.reply_curve(table, now=now), stop))
    assert "day 5: few answer later (not sure yet)" in texts(marked)
    assert "few answer" not in charts.svg(charts.reply_curve(infoint.reply_curve(table, now=now)))


def test_when_all_have_answered_the_curve_reaches_the_top():
    table = pd.DataFrame({"sent_at": ["2025-03-03"] * 2, "replied_at": ["2025-03-04", "2025-03-05"]})
    spec = charts.reply_curve(infoint.reply_curve(table, now="2025-03-30")).to_dict()
    assert max(row["probability"] for rows in spec["datasets"].values() for row in rows) == 1


def test_a_season_marks_what_is_open_and_tells_what_has_no_week():
    table = pd.DataFrame(
        {
            "sent_at": ["2025-03-03", "2025-03-10", None, "2025-03-04", "2025-03-05"],
            "replied_at": ["2025-03-05", None, None, None, None],
            "replied": ["yes", "no", "yes", "no", "no"],
            "bounced_at": [None, None, None, "2025-03-04", None],
        }
    )
    chart = charts.season(table, "2025-03-20")
    assert chart.title.text == ["4 letters, 2 replies, 0 meetings; 1 letter is still open"]
    assert chart.title.subtitle[0].startswith("1 letter bounced, not shown  ·  2 without a date, not shown")
    states = [
        row["state"] for rows in chart.to_dict()["datasets"].values() for row in rows if row["panel"] == "letters"
    ]
    assert sorted(states) == ["answered", "silent", "still open"]


def test_weeks_are_those_of_the_users_zone():
    table = pd.DataFrame({"sent_at": pd.to_datetime(["2025-03-09T23:30-04:00"], utc=True)})
    here = table.assign(sent_at=table.sent_at.dt.tz_convert("America/New_York"), replied=False)
    chart = charts.season(here, pd.Timestamp("2025-03-20", tz="America/New_York"))
    assert "week of 2025-03-03" in chart.description


def test_a_comparison_that_is_decided_names_the_better_letter():
    table = letters(["a", "b"] * 20, replied=["yes", "no"] * 20)
    chart = charts.comparison(infoint.compare(table, "group", planned=20, now="2025-03-30"))
    assert " ".join(chart.title.text).startswith("Decided: a brings more answers than b (probably −100 to −")


def test_looking_back_is_called_a_hint(season):
    warm = season.approaches().query("template in ['outreach/warm', 'outreach/story']")
    chart = charts.comparison(infoint.compare(warm, "template", finished=True, now=season.last_look()))
    assert "a hint, no proof" in chart.title.subtitle[0]


def people(*pairs):
    return pd.DataFrame(pairs, columns=["person_id", "introduced_by"])


def meetings(*who):
    return pd.DataFrame({"person_id": who, "kind": "meeting_held", "at": "2025-03-03"})


def test_a_tree_shows_who_led_to_whom_and_who_is_owed_news():
    tree = infoint.introductions(
        people(("dana", None), ("lee", "dana"), ("kim", "lee"), ("sol", None)), meetings("dana", "lee")
    )
    chart = charts.introductions(tree)
    drawn = texts(charts.svg(chart))
    names = [text for text in drawn if text.startswith(("dana", "lee", "kim", "sol"))]
    assert names == ["dana  ·  news owed", "lee", "kim"]
    assert chart.title.subtitle[0] == "news is owed to 1 person"


@pytest.mark.parametrize(
    "who",
    [
        [("a", "b"), ("b", "a")],
        [("a", "gone")],
        [(str(number), str(number - 1) if number else None) for number in range(300)],
        [(str(number), "0" if number else None) for number in range(300)],
        [(number, 0 if number else None) for number in range(3)],
    ],
    ids=["circle", "introducer not in the list", "long chain", "wide", "numbers"],
)
def test_a_tree_is_drawn_whatever_its_shape(who):
    svg = charts.svg(charts.introductions(infoint.introductions(people(*who), meetings("a"))))
    assert float(ET.fromstring(svg).get("width")) == charts.WIDTH
    assert ("270 more not shown" in svg) is (len(who) == 300)


def test_without_altair_the_error_says_what_to_install(monkeypatch, season):
    result = infoint.funnel(season.approaches())
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(infoint.InfointError) as refused:
        charts.funnel(result)
    assert refused.value.hint == 'pip install "infoint[charts]"'


def test_charts_are_reached_from_the_package():
    assert infoint.charts is charts
