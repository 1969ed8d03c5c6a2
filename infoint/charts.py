"""Pictures of what the analyses found: one theme, for the screen, for print and for those who cannot see them.

Every picture is 600 pixels wide, says its finding in its title, draws its uncertainty, and tells
everything once more in its `description`. Colours are few: a page with a dark mode may replace
each of `COLOURS` in what `svg` gives by a variable of its own.
"""

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from io import StringIO
from math import ceil, isnan
from typing import Any
from xml.etree import ElementTree as ET

from infoint.analysis import results
from infoint.analysis.funnel import BEFORE
from infoint.analysis.moments import wall
from infoint.analysis.results import day, percent, several
from infoint.analysis.tables import in_pandas, plain, read
from infoint.errors import InfointError

Picture = Any  # a chart of Altair
Row = dict[str, Any]

PAPER, INK, MUTED, GRID = "#ffffff", "#1b1f24", "#57606a", "#d8dee4"
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"
COLOURS = {"paper": PAPER, "ink": INK, "muted": MUTED, "grid": GRID, "blue": BLUE, "orange": ORANGE, "green": GREEN}
# every colour of every picture; blue, orange and green are those of Okabe and Ito (2008)
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH, MOST, OPEN = 600, 20, timedelta(days=14)
_PALE, _DOT, _CURVES, _SHARES = 0.22, "  ·  ", 6, (0, 0.25, 0.5, 0.75, 1)
_WHOLE = {"labelExpr": "datum.value % 1 ? '' : format(datum.value, ',d')"}
_PANELS = {"letters": ("letter", "", BLUE), "replies": ("reply", "replies", ORANGE), "meetings": ("meeting", "", GREEN)}


class _Altair:
    """Altair, loaded when the first picture is drawn."""

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(import_module("altair"), name)
        except ModuleNotFoundError:
            raise InfointError("Pictures need Altair, which is not here.", 'pip install "infoint[charts]"') from None


alt: Any = _Altair()


def funnel(result: results.Funnel) -> Picture:
    """How many reached each stage, of those who could; or a row per segment, with who answered and who was met.

    >>> import infoint
    >>> funnel(infoint.funnel(infoint.sample_campaign(seed=7).approaches())).title.text
    ['26 of 53 answered (probably 38% to 60%), 17 were met']
    """
    rows, answers, sums = list[Row](), list[Row](), Counter[str]()
    found = [row | {"label": row[result.by] if result.by else row["stage"]} for row in _rows(result.frame)]
    reached = {(result.by and row["label"], row["stage"]): row["reached"] for row in found}
    for row in found:
        key, stage, got = result.by and row["label"], row["stage"], row["reached"]
        of, met = reached[key, BEFORE.get(stage, stage)], reached[key, "met"]
        sums[stage] += got
        text = f"{got:,} of {of:,}{_DOT}{_range(row)}" if stage in BEFORE else several(got, "person", "people")
        ends = {end: None if row[end] is None or not of else row[end] * of for end in ("low", "high")}
        bar = row | ends | {"n": of, "value": got, "still": min(got + row["waiting"], of)}
        if stage == "replied":
            answers.append(row)
        if result.by and stage == "replied":
            rows.append(bar | {"of": of, "text": f"{text}{_DOT}{met:,} met", "met": met})
        elif not result.by:
            rows.append(bar | {"of": of if stage in BEFORE else None, "text": text if of else "nobody so far"})
    if not sums["approached"]:
        return _nothing("Nobody has been written to yet", "Your first letter begins this picture.")
    notes = [f"{several(sums['approached'], 'person', 'people')} approached"]
    still = sum(row["waiting"] for row in answers)
    notes += [f"{still:,} may still answer" if still else "", _as_of(result.now)]
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
    ['Probably 38% to 62% of letters are answered within 14 days']
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
    ['Within 5 business days probably 38% to 63% have answered']
    """
    told = f"{result.text} {stop.text if stop else ''}"
    unit = "business day" if result.clock == "business" else "day"
    series: dict[Any, list[Row]] = {}
    for row in _rows(result.frame):
        point = {name: row[name] for name in ("days", "low", "probability", "high")}
        series.setdefault(row[result.by] if result.by else "all letters", []).append(point)
    if all(len(own) < 2 for own in series.values()):
        return _nothing("No letters to count yet", "Once you have written, this shows how soon answers come.")
    kept = sorted(series, key=lambda key: -len(series[key]))[:_CURVES]
    last = {key: next(r for r in own if r["probability"] == own[-1]["probability"]) for key, own in series.items()}
    ends = [last[key] | {"label": key} for key in kept]
    stop = None if stop is None or isnan(stop.day) else stop
    wanted = max(10, *(3 * row["days"] for row in ends), 2 * stop.day if stop else 0)
    end = max(min(wanted, max(series[key][-1]["days"] for key in kept)), 1)
    title = f"Within {several(max(1, round(ends[0]['days'])), unit)} probably {_range(ends[0])} have answered"
    title = _contrast(ends, result.by) if result.by else title
    notes = [several(result.letters, "letter")]
    notes += [f"{len(series) - len(kept):,} more not shown"] if len(series) > len(kept) else []
    if stop:
        high = "not known yet" if isnan(stop.high) else f"{stop.high:.0f}"
        notes += [f"after day {max(stop.day, 1):.0f} ({stop.low:.0f} to {high}) under {percent(stop.share)} answer"]
    panels = []
    for key, name in zip(kept, _names(kept), strict=True):
        rows = _thinned([row for row in series[key] if row["days"] <= min(last[key]["days"], end)])
        rows.append(last[key] | {"days": min(series[key][-1]["days"], end)})
        panels.append(_curve(rows, f"{unit}s since the letter", end, stop, name if result.by else ""))
    chart = alt.concat(*panels, columns=2, spacing=14)
    legend = f"Step: the share answered by each day. Band: its {percent(result.level)} range."
    return _picture(chart, title, [*notes, _as_of(result.now)], legend, told)


def _curve(rows: list[Row], unit: str, end: float, stop: results.StopWaiting | None, name: str) -> Picture:
    """One curve with its band, and the day on which waiting may end."""
    width, height = (232, 120) if name else (WIDTH - 86, 250)
    axis = alt.Axis(format="%", values=_SHARES, minExtent=46)
    share = {"title": None if name else "share answered", "scale": _scale(1), "axis": axis}
    x = alt.X("days:Q", title=unit, scale=_scale(end), axis=alt.Axis(**_WHOLE))
    base = _chart(rows).properties(width=width, height=height).encode(x=x)
    layers = _band(base, ("low", "probability", "high"), "step-after", share)
    if stop:
        high = end if isnan(stop.high) else min(stop.high, end)
        side, gap = ("left", 6) if stop.day <= end / 2 else ("right", -6)
        mark = _chart([{"day": stop.day, "low": stop.low, "high": high}])
        text = f"day {max(stop.day, 1):.0f}: few answer later{' (not sure yet)' if isnan(stop.high) else ''}"
        layers += [
            mark.mark_rect(color=MUTED, opacity=0.12).encode(x="low:Q", x2="high:Q"),
            mark.mark_rule(color=INK, strokeDash=[5, 3]).encode(x="day:Q"),
            mark.mark_text(align=side, baseline="top", dx=gap).encode(x="day:Q", y=alt.value(6), text=alt.value(text)),
        ]
    return alt.layer(*layers, title=alt.TitleParams(name, fontSize=13, anchor="start", offset=6))


def season(approaches: Any, now: datetime) -> Picture:
    """Letters, replies and meetings by week, and which letters are still open.

    >>> import infoint
    >>> campaign = infoint.sample_campaign(seed=7)
    >>> season(campaign.approaches(), campaign.last_look()).title.text
    ['53 letters, 26 replies, 17 meetings; 5 letters are still open']
    """
    moments = ("sent_at", "replied_at", "declined_at", "scheduled_at", "met_at", "bounced_at")
    table = read(approaches, None, ("sent_at",), (*moments, "replied"), moments=moments, truths=["replied"], now=now)
    weeks, sums, end = Counter[tuple[str, str, date]](), Counter[str](), wall(table.now or now)
    for row in _rows(in_pandas(table.frame)):
        at = {n: wall(row[n].astimezone(table.zone) if table.zone else row[n]) for n in moments if row.get(n)}
        answered = bool(row.get("replied") or at.keys() & {"replied_at", "declined_at", "scheduled_at", "met_at"})
        if "bounced_at" in at and not answered:
            sums["bounced"] += 1
            continue
        fresh = not answered and "sent_at" in at and at["sent_at"] > end - OPEN
        state = "answered" if answered else "still open" if fresh else "silent"
        sums.update([state, "letters", *(["replies"] if answered else []), *(["meetings"] if "met_at" in at else [])])
        for panel, name in {"letters": "sent_at", "replies": "replied_at", "meetings": "met_at"}.items():
            if name in at:
                monday = at[name].date() - timedelta(days=at[name].weekday())
                weeks[panel, state if panel == "letters" else "answered", monday] += 1
    if not sums["letters"]:
        return _nothing("Your season has not begun yet", "Each letter, reply and meeting will stand here by its week.")
    counts = ", ".join(several(sums[panel], one, many) for panel, (one, many, _) in _PANELS.items())
    title = f"{counts}; {several(sums['still open'], 'letter is', 'letters are')} still open"
    undated = sum(sums[panel] for panel in _PANELS) - weeks.total()
    notes = [f"{several(sums['bounced'], 'letter')} bounced, not shown" if sums["bounced"] else ""]
    notes += [f"{undated:,} without a date, not shown" if undated else "", f"as of {day(end)}"]
    legend = "Letters: dark answered, pale silent, dashed still open (under 14 days old). A bar is a week."
    told = "; ".join(f"week of {monday}: {n} {panel} {kind}" for (panel, kind, monday), n in sorted(weeks.items()))
    return _picture(_weeks(weeks, end.date()), title, notes, legend, told)


def _weeks(weeks: Counter[tuple[str, str, date]], end: date) -> Picture:
    """A panel each for letters, replies and meetings."""
    states = {"answered": (1, 0), "silent": (_PALE, 0), "still open": (0, 1)}
    first, last = (edge([end, *(monday for *_, monday in weeks)]) for edge in (min, max))
    first -= timedelta(days=first.weekday())
    starts = [str(first + timedelta(days=days)) for days in range(0, (last - first).days + 1, 7)]
    rows = [{"panel": p, "state": s, "week": str(monday), "n": n} for (p, s, monday), n in sorted(weeks.items())]
    pairs = zip(*states.values(), strict=True)
    look = [alt.Scale(type="ordinal", domain=list(states), range=list(pair)) for pair in pairs]
    hue = alt.Scale(domain=list(_PANELS), range=[hue for *_, hue in _PANELS.values()])
    short, shown = "utcFormat(toDate(datum.value), '%-d %b')", starts[:: ceil(len(starts) / 11)]
    axis = alt.Axis(labelExpr=short, values=shown, labelAngle=0)
    header = alt.Header(title=None, labelAngle=-90, labelFontSize=12.5, labelColor=MUTED)
    bars = _chart(rows).mark_bar(stroke=MUTED, strokeDash=[3, 2], strokeWidth=1.5)
    bars = bars.properties(width=WIDTH - 80, height=84).encode(
        x=alt.X("week:O", title="week of", scale=alt.Scale(domain=starts, paddingInner=0.08), axis=axis),
        y=alt.Y("n:Q", title=None, axis=alt.Axis(**_WHOLE, minExtent=30)),
        order="state:N",
        color=alt.Color("panel:N", legend=None, scale=hue),
        fillOpacity=alt.FillOpacity("state:N", legend=None, scale=look[0]),
        strokeOpacity=alt.StrokeOpacity("state:N", legend=None, scale=look[1]),
        tooltip=["panel:N", "state:N", "week:O", "n:Q"],
    )
    panels = alt.Row("panel:N", sort=list(_PANELS), header=header)
    return bars.facet(row=panels, spacing=10).resolve_scale(y="independent")


def comparison(result: results.Comparison) -> Picture:
    """The difference between two letters as it unfolded pair by pair; a look back shows the two rates.

    >>> import infoint, pandas as pd
    >>> letters = pd.DataFrame({"sent_at": "2025-03-03", "letter": ["a", "b"] * 20, "replied": ["no", "yes"] * 20})
    >>> comparison(infoint.compare(letters, "letter", planned=20, now="2025-03-28")).title.text
    ['Decided: b brings more answers than a (probably', '+83 to +100 in a hundred)']
    """
    arms, looks = _rows(result.frame), _rows(result.looks)
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
        for row in arms:
            row.update(label=row["arm"], value=row["rate"], text=f"{row['replied']} of {row['n']}{_DOT}{_range(row)}")
        legend = f"These letters were not dealt at random: a hint, no proof. {_line(result.level)}"
        return _dots(arms, "letters answered", title, notes, legend, result.text)
    rows = [{"pair": row["pair"]} | {name: 100 * row[name] for name in ("low", "difference", "high")} for row in looks]
    pairs = alt.Scale(domain=[1, max(result.planned or 0, len(looks), 2)], nice=False)
    x = alt.X("pair:Q", title="pairs of letters", scale=pairs, axis=alt.Axis(**_WHOLE))
    base = _chart(_thinned(rows)).encode(x=x)
    signs = alt.Axis(tickCount=5, labelExpr="datum.value ? format(datum.value, '+d') : '0'")
    y = {"title": "more answers in a hundred", "axis": signs, "scale": alt.Scale(domain=[-100, 100])}
    zero, last = _chart([{"zero": 0}]), base.transform_filter(f"datum.pair == {len(looks)}")
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
    import networkx as nx

    people = {row["person_id"]: row for row in _rows(result.frame)}
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(key for key, row in people.items() if row["introductions"])
    graph.add_edges_from((row["introduced_by"], key) for key, row in people.items() if row["depth"])
    roots = [key for key in graph if not people[key]["depth"]]
    order = [key for root in roots for key in nx.dfs_preorder_nodes(graph, root)]
    if not order:
        return _nothing("Nobody has introduced you to anybody yet", "After a talk, ask whom else to talk to.")
    places = {key: number for number, key in enumerate(order[: MOST + 10])}
    step = min(26, 240 / max(1, *(people[key]["depth"] for key in places)))
    rows, lines = [], list[Row]()
    for (key, y), name in zip(places.items(), _names((people[key]["name"] for key in places), 40), strict=True):
        row, led, x = people[key], list(graph.successors(key)), 8 + step * people[key]["depth"]
        more = f"  (+{row['introductions'] - len(led):,})" if row["introductions"] > len(led) else ""
        rows.append({"x": x, "y": y, "label": name + more, "met": row["met"], "owed": row["owed_news"]})
        lines += [{"x": x, "x2": x, "y": y, "y2": max(places.get(one, y) for one in led)}] if led else []
        lines += [{"x": x - step, "x2": x, "y": y, "y2": y}] if row["depth"] else []
    told = several(sum(row["introductions"] for row in people.values() if row["met"]), "introduction")
    title = f"{several(result.meetings, 'person', 'people')} met led to {told} "
    title += f"({result.per_meeting:.1f} a meeting, probably {result.low:.1f} to {result.high:.1f})"
    title = title if result.meetings else f"{several(len(order), 'person', 'people')} in the chain, nobody met yet"
    owed, hidden = sum(people[key]["owed_news"] for key in order), len(order) - len(places)
    notes = [f"news is owed to {several(owed, 'person', 'people')}" if owed else "nobody is waiting for news"]
    notes += [f"{hidden:,} more not shown" if hidden else ""]
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, WIDTH - 10], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-0.6, len(places) - 0.4], reverse=True, nice=False), axis=None)
    nodes = _chart(rows).encode(x=x, y=y)
    fill = alt.condition("datum.met", alt.value(BLUE), alt.value(PAPER))
    news = nodes.transform_filter("datum.owed").encode(x=alt.value("width"), text=alt.value("news owed"))
    layers = [
        _chart(lines).mark_rule(color=MUTED).encode(x=x, x2="x2:Q", y=y, y2="y2:Q"),
        nodes.mark_point(size=90, stroke=BLUE, opacity=1).encode(fill=fill),
        nodes.mark_text(align="left", dx=12).encode(text="label:N"),
        news.mark_text(align="right", fontWeight="bold"),
        news.mark_point(shape="diamond", size=80, fill=ORANGE, stroke=ORANGE, opacity=1, xOffset=-82),
    ]
    legend = f"Filled: met. Hollow: not yet. +1: introduced somebody not in the list. Range: {percent(result.level)}."
    return _picture(_layers(layers, 24 * len(places) + 10), title, notes, legend, result.text)


def forecast(result: results.Forecast) -> Picture:
    """Meetings held by the end of each week, as a fan; of a forecast without `by`, which has one.

    >>> import infoint
    >>> forecast(infoint.forecast(infoint.sample_campaign(seed=7).approaches(), 10)).title.text
    ['For 10 more meetings with probability 80%, plan on 31 further letters']
    """
    rows, fan = _rows(result.frame), _rows(result.fan)
    goal = f"{several(result.meetings, 'more meeting')} with probability {percent(result.probability)}"
    if not fan:
        return _nothing("There is no fan to draw by segment", "Make the forecast without by= for this picture.")
    more = rows[0]["letters"]
    title = f"For {goal}, plan on {'over 2,000 letters' if more is None else several(more, 'further letter')}"
    title = title if more != 0 else f"What is open will probably bring {goal}"
    end, wanted = fan[-1], _chart([{"wanted": result.meetings}])
    weeks = f"weeks from now, at {fan[0]['letters']:,} letters a week"
    x = alt.X("week:Q", title=weeks, scale=_scale(end["week"]), axis=alt.Axis(**_WHOLE))
    base = _chart([dict.fromkeys(("week", "letters", "low", "median", "high"), 0), *fan]).encode(x=x)
    top = _scale(max(end["high"], result.meetings) * 1.1)
    y = {"title": "meetings held by then", "scale": top, "axis": alt.Axis(**_WHOLE)}
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
    written = StringIO()
    chart.save(written, format="svg")
    root = ET.fromstring(written.getvalue())  # noqa: S314 # our own text, made a line above
    mark = "p" + sha256(chart.to_json().encode()).hexdigest()[:8]
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
        kept = {n: v for n, v in node.attrib.items() if n != "role" and not n.startswith("aria-")}
        node.attrib = {n: f"{mark}-{v}" if n == "id" else v.replace("url(#", f"url(#{mark}-") for n, v in kept.items()}
    said = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": str(chart.description)}
    root.attrib = said | root.attrib
    return ET.tostring(root, encoding="unicode")


def png(chart: Picture) -> bytes:
    """The picture as PNG, twice as fine as a screen, for print.

    >>> png(_nothing("Nothing yet", "Soon."))[1:4]
    b'PNG'
    """
    drawn = svg(chart)
    return bytes(import_module("vl_convert").svg_to_png(drawn, scale=2))


def _rows(frame: Any) -> list[Row]:
    """The rows of a frame, None where a cell is missing."""
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


def _chart(rows: Sequence[Row]) -> Picture:
    return alt.Chart(alt.InlineData(values=list(rows)))


def _scale(top: float) -> Any:
    return alt.Scale(domain=[0, top], nice=False)


def _layers(layers: Sequence[Picture], height: float) -> Picture:
    size = alt.AutoSizeParams(type="fit-x", contains="padding")
    return alt.layer(*layers).properties(width=WIDTH, height=height, autosize=size)


def _band(base: Picture, fields: tuple[str, str, str], how: str, y: Row) -> list[Picture]:
    """A line with its band."""
    low, middle, high = fields
    area, line = base.mark_area(color=BLUE, opacity=_PALE, interpolate=how), base.mark_line(color=BLUE, interpolate=how)
    area = area.encode(y=alt.Y(f"{low}:Q", **y), y2=f"{high}:Q")
    return [area, line.encode(y=f"{middle}:Q", tooltip=[f"{name}:Q" for name in fields])]


def _table(rows: list[Row], below: list[Picture], above: list[Picture], *words: Any) -> Picture:
    """Names at the left, marks with their ranges, numbers at the right; of many rows the largest."""
    title, notes, legend, told = words
    kept = sorted(sorted(range(len(rows)), key=lambda number: -(rows[number]["n"] or 0))[:MOST])
    names, full = _names(rows[n]["label"] for n in kept), [_clean(rows[n]["label"])[:200] for n in kept]
    notes = [*notes, f"the {MOST} largest of {len(rows):,} are shown"] if len(rows) > MOST else notes
    fields = ("n", "value", "of", "still", "low", "high", "text", "met")
    drawn = [{field: rows[n][field] for field in fields if field in rows[n]} for n in kept]
    rows = [row | {"label": name, "full": long} for row, name, long in zip(drawn, names, full, strict=True)]
    axis = alt.Axis(title=None, ticks=False, domain=False, grid=False, labelLimit=190, labelPadding=8)
    line = alt.Chart().encode(x="low:Q", x2="high:Q")
    ranges = [line.mark_rule(color=PAPER, strokeWidth=5), line.mark_rule(color=INK, strokeWidth=2)]
    numbers = alt.Chart().mark_text(align="right").encode(x=alt.value("width"), text="text:N")
    chart = _layers([*below, *ranges, *above, numbers], 30 * len(rows)).properties(data=alt.InlineData(values=rows))
    chart = chart.encode(y=alt.Y("label:N", sort=names, axis=axis), tooltip=["full:N", "text:N"])
    told += " " + "; ".join(f"{row['label']}: {row['text']}" for row in rows)
    return _picture(chart, title, notes, legend, told)


def _room(rows: list[Row]) -> float:
    """How many times as wide as its marks a table is, so that the numbers stand beside them."""
    names = max(len(name.encode()) for name in _names(row["label"] for row in rows))
    texts = max(len(row["text"]) for row in rows)
    plot = WIDTH - 34 - min(190, 6.6 * names)
    return plot / (plot - 14 - min(6.2 * texts, 0.7 * plot))


def _bars(rows: list[Row], unit: str, *words: Any) -> Picture:
    top = max([row["n"] or 0 for row in rows] + [1])
    axis = alt.Axis(values=_ticks(top), format=",d", domain=False, titleAnchor="start")
    x, bare = alt.X("value:Q", title=unit, scale=_scale(top * _room(rows)), axis=axis), alt.Chart()
    still = bare.transform_filter("datum.still > datum.value").encode(x="value:Q", x2="still:Q")
    below = [
        bare.mark_bar(color=BLUE, opacity=_PALE, size=18).encode(x="of:Q"),
        bare.mark_bar(color=BLUE, size=12).encode(x=x),
        still.mark_bar(filled=False, stroke=MUTED, strokeDash=[3, 2], strokeWidth=1.5, size=12),
    ]
    met = bare.mark_point(shape="diamond", size=70, fill=PAPER, stroke=INK, opacity=1).encode(x="met:Q")
    return _table(rows, below, [met] if "met" in rows[0] else [], *words)


def _dots(rows: list[Row], unit: str, *words: Any) -> Picture:
    axis = alt.Axis(values=_SHARES, format="%", domain=False, titleAnchor="start")
    x = alt.X("value:Q", title=unit, scale=_scale(_room(rows)), axis=axis)
    dot = alt.Chart().mark_point(size=90, filled=True, color=BLUE, opacity=1).encode(x=x)
    return _table(rows, [], [dot], *words)


def _nothing(title: str, text: str) -> Picture:
    """A picture where there is nothing to show yet."""
    mark = _chart([{}]).mark_text(align="left", size=14).encode(x=alt.value(0), y=alt.value(14), text=alt.value(text))
    return _picture(_layers([mark], 28), title, [], "", text)


def _picture(chart: Picture, title: str, notes: list[str], legend: str, told: str) -> Picture:
    """The one theme: the finding on top, what it rests on below, alternative text, fonts and colours."""
    notes = [note for note in notes if note]
    heading, small = _clean(title), _clean(_DOT.join(notes)).replace(" · ", _DOT)
    lines = textwrap.wrap(heading, min(70, len(heading) // len(textwrap.wrap(heading, 70)) + 12))
    subtitle = [*textwrap.wrap(small, 102), *textwrap.wrap(legend, 102)]
    said = ". ".join(part.strip().rstrip(".") for part in (heading, *notes, legend, told) if part)
    said = textwrap.shorten(_clean(said), 2000, placeholder=" …") + "."
    small_ = {"labelFontSize": 12.5, "titleFontSize": 12.5, "titleFontWeight": "normal", "titleColor": MUTED}
    heads = {"color": INK, "fontSize": 16, "subtitleColor": MUTED, "subtitleFontSize": 12.5, "subtitlePadding": 6}
    words = alt.TitleParams(text=lines, subtitle=subtitle, anchor="start", frame="bounds", offset=14, limit=WIDTH - 10)
    return chart.properties(title=words, description=said, background=PAPER, padding=10).configure(
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelColor=INK, gridColor=GRID, domainColor=MUTED, tickColor=MUTED, **small_),
        title=alt.TitleConfig(**heads),
        text=alt.MarkConfig(color=INK, fontSize=12.5),
        line=alt.LineConfig(strokeWidth=2.5),
    )
