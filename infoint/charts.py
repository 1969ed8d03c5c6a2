"""Pictures of what the analyses found: one theme, for the screen, for print and for those who cannot see them.

Every picture is 600 pixels wide, says its finding in its title, draws its uncertainty, and tells
everything once more in its `description`. Colours are few: a page with a dark mode may replace
each of `COLOURS` in what `svg` gives by a variable of its own.
"""

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from importlib import import_module
from io import StringIO
from math import ceil, isnan
from typing import Any
from xml.etree import ElementTree as ET

from infoint.analysis import results
from infoint.analysis.results import day, percent, several
from infoint.errors import InfointError

Picture = Any
"""A chart of Altair."""
Row = dict[str, Any]

PAPER, INK, MUTED, GRID = "#ffffff", "#1b1f24", "#57606a", "#d8dee4"
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"
COLOURS = {"paper": PAPER, "ink": INK, "muted": MUTED, "grid": GRID, "blue": BLUE, "orange": ORANGE, "green": GREEN}
"""Every colour of every picture; blue, orange and green are those of Okabe and Ito (2008)."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH, MOST, OPEN = 600, 20, timedelta(days=14)
_PANELS_MOST = 6
_PALE, _DOT, _NUMBERS, _SHARES = 0.22, "  ·  ", 1.6, (0, 0.25, 0.5, 0.75, 1)


def funnel(result: results.Funnel) -> Picture:
    """How many reached each stage, of those who could; or a row per segment, with who answered and who was met.

    >>> import infoint
    >>> funnel(infoint.funnel(infoint.sample_campaign(seed=7).approaches())).title.text
    ['22 of 49 answered (probably 34% to 57%), 14 were met']
    """
    from infoint.analysis.funnel import BEFORE

    rows, answers, sums = [], list[Row](), Counter[str]()
    found = [row | {"label": row[result.by] if result.by else row["stage"]} for row in _rows(result.frame)]
    reached = {(result.by and row["label"], row["stage"]): row["reached"] for row in found}
    for row in found:
        key, stage = result.by and row["label"], row["stage"]
        of, met, got = reached[key, BEFORE.get(stage, stage)], reached[key, "met"], row["reached"]
        sums.update({stage: got} | ({"open": row["waiting"]} if stage == "replied" else {}))
        answers += [dict(row)] if stage == "replied" else []
        text = f"{got:,} of {of:,}{_DOT}{_range(row)}" if of else "nobody so far"
        text = text if stage in BEFORE else several(got, "person", "people")
        row |= {"of": of, "value": got, "still": min(got + row["waiting"], of), "text": text}
        row |= {end: None if row[end] is None or not of else row[end] * of for end in ("low", "high")}
        if result.by and stage == "replied":
            rows.append(row | {"text": f"{text}{_DOT}{met:,} met", "met": met})
        elif not result.by:
            rows.append(row)
    if not sums["approached"]:
        return _nothing("Nobody has been written to yet", "Your first letter begins this picture.")
    notes = [f"{several(sums['approached'], 'person', 'people')} approached"]
    notes += [f"{sums['open']:,} may still answer" if sums["open"] else "", _as_of(result.now)]
    if result.by:
        title, legend = _contrast(answers, result.by), "Pale: written to. Dark: answered. Diamond: met. "
    else:
        title = f"{sums['replied']:,} of {sums['approached']:,} answered (probably {_range(answers[0])}), "
        title += f"{sums['met']:,} {'was' if sums['met'] == 1 else 'were'} met"
        legend = "Dark: got there. Pale: the stage before (last four: met). "
    return _bars(rows, "people", title, notes, f"{legend}Dashed: may still come. {_line(result.level)}", result.text)


def response_rates(result: results.ResponseRate) -> Picture:
    """The rate of reply of each segment: its range, its likeliest value and the letters it rests on.

    >>> import infoint
    >>> response_rates(infoint.response_rate(infoint.sample_campaign(seed=7).approaches())).title.text
    ['Probably 34% to 57% of letters are answered within 14 days']
    """
    rows = []
    for row in _rows(result.frame):
        text = f"{row['replied']:,} of {row['n']:,}" + (f", {row['waiting']:,} open" if row["waiting"] else "")
        text += _DOT + ("too early to tell" if row["note"] else _range(row))
        value = None if row["note"] else row["rate"]
        rows.append(row | {"label": row[result.by] if result.by else "all letters", "value": value, "text": text})
    if not sum(row["n"] for row in rows):
        return _nothing("No letters to count yet", "Once you have written, this shows how many are answered.")
    clear = [row for row in rows if row["value"] is not None]
    title = "It is too early to tell how many are answered"
    if clear:
        title = f"Probably {_range(clear[0])} of letters are answered within {result.within_days:g} days"
        title = _contrast(clear, result.by) if result.by else title
    notes = [several(sum(row["n"] for row in rows), "letter"), _as_of(result.now)]
    unit = f"letters answered within {result.within_days:g} days"
    return _dots(rows, unit, title, notes, f"Dot: the likeliest rate. {_line(result.level)}", result.text)


def reply_curve(result: results.ReplyCurve, stop: results.StopWaiting | None = None) -> Picture:
    """The share answered by each day, with its band; a panel per segment (those with most answers); `stop` marks a day.

    >>> import infoint
    >>> letters = infoint.sample_campaign(seed=7).approaches()
    >>> reply_curve(infoint.reply_curve(letters), infoint.stop_waiting(letters)).title.text
    ['Within 4 business days probably 33% to 58% have answered']
    """
    unit = "business day" if result.clock == "business" else "day"
    series: dict[Any, list[Row]] = {}
    for row in _rows(result.frame):
        series.setdefault(row[result.by] if result.by else "all letters", []).append(row)
    if all(len(own) < 2 for own in series.values()):
        return _nothing("No letters to count yet", "Once you have written, this shows how soon answers come.")
    kept = sorted(series, key=lambda key: -len(series[key]))[:_PANELS_MOST]
    came = [row["days"] for key in kept for row in series[key] if row["probability"] < series[key][-1]["probability"]]
    wanted = max(10, 3 * max(came, default=0), 0 if stop is None or isnan(stop.day) else 2 * stop.day)
    end = max(min(wanted, max(series[key][-1]["days"] for key in kept)), 1)
    seen = {key: _watched(series[key]) for key in kept}
    last = [seen[key][-1] | {"label": key} for key in kept]
    title = f"Within {several(max(1, round(last[0]['days'])), unit)} probably {_range(last[0])} have answered"
    title = _contrast(last, result.by) if result.by else title
    notes = [several(result.letters, "letter"), _as_of(result.now)]
    notes[1:1] = [f"{len(series) - len(kept):,} more not shown"] if len(series) > len(kept) else []
    if stop is not None and not isnan(stop.day):
        high = "not known yet" if isnan(stop.high) else f"{stop.high:.0f}"
        notes[1:1] = [f"after day {stop.day:.0f} (range: {stop.low:.0f} to {high}) under {percent(stop.share)} answer"]
    panels = []
    for key, name in zip(kept, _names(kept), strict=True):
        rows = _thinned([row for row in seen[key] if row["days"] <= end])
        rows.append(seen[key][-1] | {"days": min(series[key][-1]["days"], end)})
        panels.append(_curve(rows, f"{unit}s since the letter", end, stop, name if result.by else ""))
    chart = _module("altair").concat(*panels, columns=2, spacing=14)
    legend = f"Step: the share answered by each day. Band: its {percent(result.level)} range."
    return _picture(chart, title, notes, legend, f"{result.text} {stop.text if stop else ''}")


def _watched(rows: list[Row]) -> list[Row]:
    """The curve without its last day when only the watching ended there."""
    return rows[:-1] if len(rows) > 1 and rows[-1]["probability"] == rows[-2]["probability"] else rows


def _curve(rows: list[Row], unit: str, end: float, stop: results.StopWaiting | None, name: str) -> Picture:
    """One curve with its band, and the day on which waiting may end."""
    alt, width, height = _module("altair"), *((218, 120) if name else (WIDTH - 86, 250))
    share = {"title": None if name else "share answered", "scale": _scale(1), "axis": _axis(format="%", values=_SHARES)}
    x = alt.X("days:Q", title=unit, scale=_scale(end), axis=alt.Axis(tickMinStep=1, tickCount=width / 50))
    base = alt.Chart(_data(rows), width=width, height=height).encode(x=x)
    layers = _band(base, ("low", "probability", "high"), "step-after", share)
    if stop is not None and not isnan(stop.day):
        high = end if isnan(stop.high) else min(stop.high, end)
        mark = alt.Chart(_data([{"day": stop.day, "low": stop.low, "high": high}]))
        text = alt.value(f"day {stop.day:.0f}: waiting may end")
        layers += [
            mark.mark_rect(color=MUTED, opacity=0.12).encode(x="low:Q", x2="high:Q"),
            mark.mark_rule(color=INK, strokeDash=[5, 3]).encode(x="day:Q"),
            mark.mark_text(align="left", baseline="top", dx=6).encode(x="day:Q", y=alt.value(6), text=text),
        ]
    return alt.layer(*layers, title=alt.TitleParams(name, fontSize=13, anchor="start", offset=6))


def season(approaches: Any, now: datetime) -> Picture:
    """Letters, replies and meetings by week, and which letters are still open.

    >>> import infoint
    >>> campaign = infoint.sample_campaign(seed=7)
    >>> season(campaign.approaches(), campaign.last_look()).title.text
    ['49 letters, 22 replies, 14 meetings; 6 letters are still open']
    """
    from infoint.analysis.moments import wall
    from infoint.analysis.tables import in_pandas, read

    alt, moments = _module("altair"), ("sent_at", "replied_at", "declined_at", "scheduled_at", "met_at", "bounced_at")
    table = read(approaches, None, ("sent_at",), (*moments, "replied"), moments=moments, truths=["replied"], now=now)
    weeks, sums, end = Counter[tuple[str, str, datetime]](), Counter[str](), wall(table.now or now)
    for row in _rows(in_pandas(table.frame)):
        at = {n: wall(row[n].astimezone(table.zone) if table.zone else row[n]) for n in moments if row.get(n)}
        answered = bool(row.get("replied") or at.keys() & {"replied_at", "declined_at", "scheduled_at", "met_at"})
        if "bounced_at" in at and not answered:
            sums["bounced"] += 1
            continue
        fresh = "sent_at" in at and at["sent_at"] > end - OPEN
        state = "answered" if answered else "still open" if fresh else "silent"
        told = {"letters": ("sent_at", state), "replies": ("replied_at", ""), "meetings": ("met_at", "")}
        sums.update([state, "letters", *(["replies"] if answered else []), *(["meetings"] if "met_at" in at else [])])
        for panel, (name, kind) in told.items():
            if name in at:
                first = at[name].replace(hour=0, minute=0, second=0, microsecond=0)
                weeks[panel, kind, first - timedelta(days=first.weekday())] += 1
    if not sums["letters"]:
        return _nothing("Your season has not begun yet", "Each letter, reply and meeting will stand here by its week.")
    counts = [several(sums[n], one, many) for n, one, many in _PANELS]
    title = f"{', '.join(counts)}; {several(sums['still open'], 'letter is', 'letters are')} still open"
    notes = [f"{several(sums['bounced'], 'letter')} bounced, not shown"] if sums["bounced"] else []
    dated = sum(number for (panel, *_), number in weeks.items() if panel == "letters")
    notes += [f"{sums['letters'] - dated:,} without a date, not shown"] if dated < sums["letters"] else []
    legend = "Letters: dark answered, pale silent, dashed still open (under 14 days old). A bar is a week."
    chart = alt.vconcat(*_panels(weeks, end), spacing=10)
    return _picture(chart, title, [*notes, f"as of {day(end)}"], legend, f"Bars by week. {', '.join(counts)}.")


_PANELS = (("letters", "letter", ""), ("replies", "reply", "replies"), ("meetings", "meeting", ""))


def _panels(weeks: Counter[tuple[str, str, datetime]], end: datetime) -> list[Picture]:
    """A row of bars each for letters, replies and meetings."""
    alt, week = _module("altair"), timedelta(days=7)
    first = min((start for *_, start in weeks), default=end - week)
    last = max([end, *(start + week for *_, start in weeks)])
    mondays = [first + number * week for number in range(ceil((last - first) / week) + 1)]
    shown = [f"{monday:%Y-%m-%d}T00:00Z" for monday in mondays]
    panels = []
    for (panel, *_), hue in zip(_PANELS, (BLUE, ORANGE, GREEN), strict=True):
        rows, top = list[Row](), Counter[datetime]()
        for kind in ("answered", "silent", "still open", ""):
            for (one, state, start), number in sorted(weeks.items()):
                if (one, state) == (panel, kind):
                    ends = {"from": f"{start:%Y-%m-%d}T08:00Z", "to": f"{start + week:%Y-%m-%d}T00:00Z"}
                    rows.append(ends | {"state": kind, "low": top[start], "high": top[start] + number})
                    top[start] += number
        bottom = panel == _PANELS[-1][0]
        axis = alt.Axis(title="week of" if bottom else None, labels=bottom, ticks=bottom, grid=False, format="%-d %b")
        axis.values, axis.labelAlign = shown[: -1 : ceil(len(shown) / 10)], "left"
        x = alt.X("from:T", scale=alt.Scale(type="utc", domain=[shown[0], shown[-1]], nice=False), axis=axis)
        most = max([*top.values(), 1])
        y = alt.Y("low:Q", title=panel, scale=_scale(most), axis=_axis(values=_ticks(most, 3), format=",d"))
        base = alt.Chart(_data(rows), width=WIDTH - 86, height=84)
        base = base.encode(x=x, x2="to:T", y=y, y2="high:Q", tooltip=["state:N", "low:Q", "high:Q"])
        marks = {"silent": {"color": hue, "opacity": _PALE}, "still open": _HOLLOW}
        states = ("answered", *marks) if panel == "letters" else ("",)
        layers = [
            base.transform_filter({"field": "state", "equal": one}).mark_bar(**marks.get(one, {"color": hue}))
            for one in states
        ]
        panels.append(alt.layer(*layers))
    return panels


def comparison(result: results.Comparison) -> Picture:
    """The difference between two letters as it unfolded pair by pair; a look back shows the two rates.

    >>> import infoint, pandas as pd
    >>> letters = pd.DataFrame({"sent_at": "2025-03-03", "letter": ["a", "b"] * 20, "replied": ["no", "yes"] * 20})
    >>> comparison(infoint.compare(letters, "letter", planned=20, now="2025-03-28")).title.text
    ['Decided: b brings more answers than a (probably', '+83 to +100 in a hundred)']
    """
    alt, arms, looks = _module("altair"), _rows(result.frame), _rows(result.looks)
    if len(arms) < 2 or not result.pairs:
        return _nothing("It is too early to compare", "No pair of letters is old enough yet; go on as dealt.")
    first, second = _names([row["arm"] for row in arms])
    ends = f"{100 * result.low:+.0f} to {100 * result.high:+.0f}".replace("-", "−")
    title = f"{second} against {first}: probably {ends} answers in a hundred letters"
    if result.decided is not None:
        better, worse = (first, second) if result.decided == arms[0]["arm"] else (second, first)
        title = f"Decided: {better} brings more answers than {worse} (probably {ends} in a hundred)"
    elif looks and result.planned:
        title = f"Not decided{' yet' if result.pairs < result.planned else ''}. {title}"
    notes = [several(result.pairs, "pair") + (f" of {result.planned} planned" if result.planned else "")]
    notes += [f"{several(result.waiting, 'letter')} too fresh" if result.waiting else "", _as_of(result.now)]
    if not looks:
        texts = [f"{row['replied']:,} of {row['n']:,}{_DOT}{_range(row)}" for row in arms]
        rows = [
            row | {"label": row["arm"], "value": row["rate"], "text": t} for row, t in zip(arms, texts, strict=True)
        ]
        legend = f"These letters were not dealt at random: a hint, no proof. {_line(result.level)}"
        return _dots(rows, "letters answered", title, notes, legend, result.text)
    rows = [{"pair": row["pair"]} | {name: 100 * row[name] for name in ("low", "difference", "high")} for row in looks]
    pairs = alt.Scale(domain=[1, max(result.planned or 0, len(looks), 2)], nice=False)
    base = alt.Chart(_data(_thinned(rows)))
    base = base.encode(x=alt.X("pair:Q", title="pairs of letters, in order", scale=pairs, axis=alt.Axis(tickMinStep=1)))
    signs = alt.Axis(tickCount=5, labelExpr="datum.value ? format(datum.value, '+d') : '0'")
    y = {"title": "more answers in a hundred", "axis": signs, "scale": alt.Scale(domain=[-100, 100])}
    zero, last = alt.Chart(_data([{"zero": 0}])), base.transform_filter(f"datum.pair == {len(looks)}")
    side = zero.mark_text(align="right", color=MUTED).encode(x=alt.value("width"))
    layers = [
        *_band(base, ("low", "difference", "high"), "step-after", y),
        zero.mark_rule(color=INK).encode(y="zero:Q"),
        last.mark_rule(color=BLUE, strokeWidth=2.5).encode(y="low:Q", y2="high:Q"),
        last.mark_point(color=BLUE, size=90, filled=True, opacity=1).encode(y="difference:Q"),
        side.encode(y=alt.value(10), text=alt.value(f"{second} is better ↑")),
        side.encode(y=alt.value(250), text=alt.value(f"{first} is better ↓")),
    ]
    legend = f"Step: the difference after each pair. Band: its {percent(result.level)} range."
    return _picture(_layers(layers, 260), title, notes, legend, result.text)


def introductions(result: results.Introductions) -> Picture:
    """Who led to whom, as a tree; who was met, and who is owed news.

    >>> import infoint, pandas as pd
    >>> people = pd.DataFrame({"person_id": ["Dana", "Lee"], "introduced_by": [None, "Dana"]})
    >>> met = pd.DataFrame({"person_id": ["Dana", "Lee"], "kind": "meeting_held", "at": ["2025-03-03", "2025-03-10"]})
    >>> introductions(infoint.introductions(people, met)).title.text
    ['2 people met led to 1 introduction (0.5 a', 'meeting, probably 0.0 to 2.4)']
    """
    alt, people = _module("altair"), {row["person_id"]: row for row in _rows(result.frame)}
    led: dict[Any, list[Any]] = {}
    for key, row in people.items():
        by = row["introduced_by"]
        if by in people and row["depth"] > people[by]["depth"]:
            led.setdefault(by, []).append(key)
    stack = [key for key, row in people.items() if not row["depth"] and (key in led or row["introductions"])][::-1]
    if not stack:
        return _nothing(
            "Nobody has introduced you to anybody yet", "At the end of a meeting, ask whom else to talk to."
        )
    order = list[Any]()
    while stack:
        order.append(stack.pop())
        stack += led.get(order[-1], [])[::-1]
    shown = order[: MOST + 10]
    step = min(26, 240 / max(1, *(people[key]["depth"] for key in shown)))
    names, places = _names([people[key]["name"] for key in shown], 40), {key: n for n, key in enumerate(shown)}
    rows, lines = [], list[Row]()
    for (key, y), name in zip(places.items(), names, strict=True):
        row, x = people[key], 8 + step * people[key]["depth"]
        more = row["introductions"] - len(led.get(key, []))
        rows.append({"x": x, "y": y, "label": name + (f"  (and {more:,} not in the list)" if more > 0 else "")})
        rows[-1] |= {"met": row["met"], "owed": row["owed_news"]}
        ys = [places[one] for one in led.get(key, []) if one in places]
        lines += [{"x": x, "x2": x, "y": y, "y2": max(ys)}] if ys else []
        lines += [{"x": x - step, "x2": x, "y": y, "y2": y}] if row["depth"] else []
    told = several(sum(row["introductions"] for row in people.values() if row["met"]), "introduction")
    title = f"{several(result.meetings, 'person', 'people')} met led to {told} "
    title += f"({result.per_meeting:.1f} a meeting, probably {result.low:.1f} to {result.high:.1f})"
    if not result.meetings:
        title = f"{several(len(order), 'person', 'people')} in the chain, nobody met yet"
    owed = sum(people[key]["owed_news"] for key in order)
    notes = [f"news is owed to {several(owed, 'person', 'people')}" if owed else "nobody is waiting for news"]
    notes += [f"{len(order) - len(shown):,} more not shown"] if len(order) > len(shown) else []
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, WIDTH - 10], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-0.6, len(shown) - 0.4], reverse=True, nice=False), axis=None)
    nodes = alt.Chart(_data(rows)).encode(x=x, y=y)
    news = nodes.transform_filter("datum.owed").encode(x=alt.value("width"), text=alt.value("news owed"))
    layers = [
        alt.Chart(_data(lines)).mark_rule(color=MUTED).encode(x=x, x2="x2:Q", y=y, y2="y2:Q"),
        nodes.mark_point(size=90, fill=PAPER, stroke=BLUE, opacity=1),
        nodes.transform_filter("datum.met").mark_point(size=90, fill=BLUE, stroke=BLUE, opacity=1),
        nodes.mark_text(align="left", dx=12).encode(text="label:N"),
        news.mark_text(align="right", fontWeight="bold"),
        news.mark_point(shape="diamond", size=80, fill=ORANGE, stroke=ORANGE, opacity=1, xOffset=-82),
    ]
    legend = f"Filled: met. Hollow: not met yet. Ranges: {percent(result.level)}."
    return _picture(_layers(layers, 24 * len(shown) + 10), title, notes, legend, result.text)


def forecast(result: results.Forecast) -> Picture:
    """Meetings held by the end of each week, as a fan; of segments the letters that each would take.

    >>> import infoint
    >>> forecast(infoint.forecast(infoint.sample_campaign(seed=7).approaches(), 10)).title.text
    ['For 10 more meetings with probability 80%, plan on 42 further letters']
    """
    alt, rows, fan = _module("altair"), _rows(result.frame), _rows(result.fan)
    goal = f"{several(result.meetings, 'more meeting')} with probability {percent(result.probability)}"
    if not rows:
        return _nothing("There is nothing to foresee from yet", "Once you have written, this shows what may come.")
    for row in rows:
        row["value"] = row["letters"]
        row["text"] = "over 2,000 letters" if row["letters"] is None else several(row["letters"], "further letter")
    if not fan:
        rows = [row | {"label": row[str(result.by)], "of": row["value"], "still": row["value"]} for row in rows]
        rows = [row | {"low": None, "high": None} for row in rows]
        title, legend = f"Letters for {goal}, segment by segment", "A bar: how many it takes if all go to that segment."
        return _bars(rows, "further letters", title, [_as_of(result.now)], legend, result.text)
    title = f"For {goal}, plan on {rows[0]['text']}"
    title = title if rows[0]["letters"] != 0 else f"What is open will probably bring {goal}"
    end, wanted = fan[-1], alt.Chart(_data([{"wanted": result.meetings}]))
    weeks = f"weeks from now, at {fan[0]['letters']:,} letters a week"
    base = alt.Chart(_data([{"week": 0, "letters": 0, "low": 0, "median": 0, "high": 0}, *fan]))
    base = base.encode(x=alt.X("week:Q", title=weeks, scale=_scale(end["week"]), axis=alt.Axis(tickMinStep=1)))
    top = _scale(max(end["high"], result.meetings) * 1.1)
    y = {"title": "meetings held by then", "scale": top, "axis": alt.Axis(tickMinStep=1, format="d")}
    label = alt.value(f"wanted: {several(result.meetings, 'meeting')}")
    layers = [
        *_band(base, ("low", "median", "high"), "linear", y),
        wanted.mark_rule(color=INK, strokeDash=[5, 3]).encode(y="wanted:Q"),
        wanted.mark_text(align="left", baseline="bottom", dx=6, dy=-4).encode(x=alt.value(0), y="wanted:Q", text=label),
    ]
    notes = [f"by week {end['week']} probably {end['low']} to {several(end['high'], 'meeting')}", _as_of(result.now)]
    legend = "Line: the middle of what may come. Band: 80% of what may come."
    return _picture(_layers(layers, 260), title, notes, legend, result.text)


def svg(chart: Picture) -> str:
    """The picture as SVG that stands alone: an image with its alternative text, ids of its own, the same every time.

    >>> svg(_nothing("Nothing yet", "Soon."))[:82]
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Nothing yet. Soon."'
    """
    _module("vl_convert")
    written = StringIO()
    chart.save(written, format="svg")
    root = ET.fromstring(written.getvalue())  # noqa: S314 # our own text, made a line above
    mark, known = sha256(chart.to_json().encode()).hexdigest()[:8], dict[str, str]()
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
        for name in [name for name in node.attrib if name == "role" or name.startswith("aria-")]:
            del node.attrib[name]
        if "id" in node.attrib:
            known[node.attrib["id"]] = node.attrib["id"] = f"p{mark}-{len(known)}"
    for node in root.iter():
        for name, value in node.attrib.items():
            if value.startswith("url(#"):
                node.set(name, f"url(#{known[value[5:-1]]})")
    said = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": str(chart.description)}
    root.attrib = said | {name: value for name, value in root.attrib.items() if name not in said}
    return ET.tostring(root, encoding="unicode")


def png(chart: Picture) -> bytes:
    """The picture as PNG, twice as fine as a screen, for print.

    >>> png(_nothing("Nothing yet", "Soon."))[1:4]
    b'PNG'
    """
    found: bytes = _module("vl_convert").svg_to_png(svg(chart), scale=2)
    return found


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise InfointError(
            "Pictures are drawn by Altair, which is not installed.", 'pip install "infoint[charts]"'
        ) from None


_HOLLOW = {"filled": False, "color": MUTED, "stroke": MUTED, "strokeDash": [3, 2], "strokeWidth": 1.5}


def _rows(frame: Any) -> list[Row]:
    """The rows of a frame, None where a cell is missing."""
    from infoint.analysis.tables import plain

    return [{str(name): plain(cell) for name, cell in row.items()} for row in frame.to_dict("records")]


def _clean(text: Any) -> str:
    """Text on one line, without what is no character to be seen."""
    kept = (c if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c in "\u200c\u200d" else " " for c in str(text))
    return " ".join("".join(kept).split())


def _names(cells: Iterable[Any], most: int = 24) -> list[str]:
    """What segments are called in a picture: cut to length, each one different."""
    seen, names = Counter[str](), []
    for cell in cells:
        name = "not known" if cell is None else _clean(cell) or "(no name)"
        name = name if len(name) <= most else name[: most - 1].rstrip() + "…"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _range(row: Row) -> str:
    ends = (row["low"], row["high"])
    return "range not known yet" if None in ends else " to ".join(map(percent, ends))


def _as_of(now: datetime | None) -> str:
    return f"as of {day(now)}" if now else ""


def _line(level: float) -> str:
    return f"Line: the {percent(level)} range."


def _contrast(rows: Sequence[Row], by: str) -> str:
    """What the ranges of segments say when laid side by side."""
    known = [row for row in rows if row["low"] is not None and row["high"] is not None] or list(rows[:1])
    best, worst = (max(known, key=lambda row: row["low"] or 0), min(known, key=lambda row: row["high"] or 1))
    one, other = _names([best["label"], worst["label"]])
    if len(known) == 1:
        return f"Answered: {one} probably {_range(best)}"
    if best["low"] <= worst["high"]:
        return f"By {_names([by])[0]} the ranges overlap: they may well be alike"
    return f"Answered: {one} probably {_range(best)}, {other} {_range(worst)}"


def _thinned(rows: list[Row], most: int = 400) -> list[Row]:
    step = ceil(len(rows) / most) or 1
    return rows[::step] + (rows[-1:] if (len(rows) - 1) % step else [])


def _ticks(top: float, most: int = 5) -> list[int]:
    step = next(f * 10**e for e in range(12) for f in (1, 2, 5) if f * 10**e * most >= top)
    return list(range(0, int(top) + 1, step))


def _data(rows: Sequence[Row]) -> Any:
    return _module("altair").InlineData(values=list(rows))


def _axis(**options: Any) -> Any:
    """A vertical axis of one width, so that panels stand in line."""
    return _module("altair").Axis(minExtent=46, maxExtent=46, **options)


def _scale(top: float) -> Any:
    return _module("altair").Scale(domain=[0, top], nice=False)


def _layers(layers: Sequence[Picture], height: float) -> Picture:
    alt = _module("altair")
    size = alt.AutoSizeParams(type="fit-x", contains="padding")
    return alt.layer(*layers).properties(width=WIDTH, height=height, autosize=size)


def _band(base: Picture, fields: tuple[str, str, str], how: str, y: Row) -> list[Picture]:
    """A line with its band."""
    low, middle, high = fields
    area, line = base.mark_area(color=BLUE, opacity=_PALE, interpolate=how), base.mark_line(color=BLUE, interpolate=how)
    area = area.encode(y=_module("altair").Y(f"{low}:Q", **y), y2=f"{high}:Q")
    return [area, line.encode(y=f"{middle}:Q", tooltip=[f"{name}:Q" for name in fields])]


def _table(rows: list[Row], size: str, notes: list[str]) -> tuple[list[Row], list[str], Picture]:
    """The rows with short names, of many the largest; and a chart with names at the left and numbers at the right."""
    alt, count = _module("altair"), len(rows)
    kept = sorted(sorted(range(count), key=lambda n: -(rows[n][size] or 0))[:MOST])
    names = _names(rows[n]["label"] for n in kept)
    rows = [
        rows[n] | {"label": name, "full": _clean(rows[n]["label"])[:200]} for n, name in zip(kept, names, strict=True)
    ]
    notes = [*notes, f"the {MOST} largest of {count:,} are shown"] if count > MOST else notes
    axis = alt.Axis(title=None, ticks=False, domain=False, grid=False, labelLimit=190, labelPadding=8)
    return (
        rows,
        notes,
        alt.Chart(_data(rows)).encode(y=alt.Y("label:N", sort=names, axis=axis), tooltip=["full:N", "text:N"]),
    )


def _finished(layers: list[Picture], base: Picture, rows: list[Row], words: tuple[str, list[str], str, str]) -> Picture:
    """Ranges and numbers on top of the marks."""
    alt = _module("altair")
    line = base.transform_filter("isValid(datum.low) && isValid(datum.high)").encode(x="low:Q", x2="high:Q")
    numbers = base.mark_text(align="right").encode(x=alt.value("width"), text="text:N")
    ranges = [line.mark_rule(color=PAPER, strokeWidth=6), line.mark_rule(color=INK, strokeWidth=2)]
    layers = [*layers[:-1], *ranges, layers[-1], numbers]
    title, notes, legend, told = words
    told += " " + "; ".join(f"{row['label']}: {row['text']}" for row in rows)
    return _picture(_layers(layers, 30 * len(rows)), title, notes, legend, told)


def _bars(rows: list[Row], unit: str, title: str, notes: list[str], legend: str, told: str) -> Picture:
    alt = _module("altair")
    rows, notes, base = _table(rows, "of", notes)
    top = max([row["of"] or 0 for row in rows] + [1])
    axis = alt.Axis(values=_ticks(top), format=",d", domain=False, titleAnchor="start")
    x = partial(alt.X, title=unit, scale=_scale(top * _NUMBERS), axis=axis)
    layers = [
        base.transform_filter("datum.of > datum.value")
        .mark_bar(color=BLUE, opacity=_PALE, size=18)
        .encode(x=x("of:Q")),
        base.mark_bar(color=BLUE, size=10).encode(x=x("value:Q")),
        base.transform_filter("datum.still > datum.value")
        .mark_bar(**_HOLLOW, size=10)
        .encode(x=x("value:Q"), x2="still:Q"),
    ]
    if any("met" in row for row in rows):
        layers.append(base.mark_point(shape="diamond", size=70, fill=PAPER, stroke=INK, opacity=1).encode(x=x("met:Q")))
    return _finished(layers, base, rows, (title, notes, legend, told))


def _dots(rows: list[Row], unit: str, title: str, notes: list[str], legend: str, told: str) -> Picture:
    alt = _module("altair")
    rows, notes, base = _table(rows, "n", notes)
    axis = alt.Axis(values=_SHARES, format="%", domain=False, titleAnchor="start")
    x = alt.X("value:Q", title=unit, scale=_scale(_NUMBERS), axis=axis)
    dots = base.transform_filter("isValid(datum.value)").mark_point(size=90, filled=True, color=BLUE, opacity=1)
    return _finished([dots.encode(x=x)], base, rows, (title, notes, legend, told))


def _nothing(title: str, text: str) -> Picture:
    """A picture where there is nothing to show yet."""
    alt = _module("altair")
    mark = alt.Chart(_data([{}])).mark_text(align="left", size=14).encode(text=alt.value(text))
    return _picture(_layers([mark.encode(x=alt.value(0), y=alt.value(14))], 28), title, [], "", text)


def _picture(chart: Picture, title: str, notes: list[str], legend: str, told: str) -> Picture:
    """The one theme: the finding on top, what it rests on below, alternative text, fonts and colours."""
    alt, notes = _module("altair"), [note for note in notes if note]
    heading, small = _clean(title), _clean(_DOT.join(notes)).replace(" · ", _DOT)
    subtitle = [*textwrap.wrap(small, 102), *textwrap.wrap(legend, 102)]
    lines = textwrap.wrap(heading, 70)
    lines = textwrap.wrap(heading, min(70, len(heading) // max(len(lines), 1) + 12))
    words = alt.TitleParams(text=lines, subtitle=subtitle, anchor="start", frame="bounds")
    text = {
        "labelColor": INK,
        "titleColor": MUTED,
        "labelFontSize": 12.5,
        "titleFontSize": 12.5,
        "titleFontWeight": "normal",
    }
    said = _clean(". ".join(part.strip().rstrip(".") for part in (heading, *notes, legend, told) if part)) + "."
    return chart.properties(title=words, description=said).configure(
        background=PAPER,
        font=FONT,
        padding=10,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(gridColor=GRID, domainColor=MUTED, tickColor=MUTED, **text),
        legend=alt.LegendConfig(**text),
        title=alt.TitleConfig(
            color=INK, fontSize=16, subtitleColor=MUTED, subtitleFontSize=12.5, offset=14, subtitlePadding=6
        ),
        text=alt.MarkConfig(color=INK, fontSize=12.5),
        line=alt.LineConfig(strokeWidth=2.5),
    )
