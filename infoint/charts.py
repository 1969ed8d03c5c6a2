"""Pictures of what the analyses found: one theme, for the screen, for print and for those who cannot see them.

Every picture is 600 pixels wide, says its finding in its title, draws its uncertainty, and tells
everything once more in its `description`. What it looks like stands in `templates/pictures`, in
Vega-Lite; here is what it shows and says. Colours are few: a page with a dark mode may replace
each of `COLOURS` in what `svg` gives by a variable of its own.
"""

import json
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from io import StringIO
from math import isnan
from typing import Any
from xml.etree import ElementTree as ET

from infoint import templates
from infoint.analysis import results
from infoint.analysis.funnel import BEFORE, STAGES
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
WIDTH, MOST, OPEN = 600, 20, timedelta(days=14)
_DOT, _CURVES = "  ·  ", 6
_PANELS = {"letters": ("letter", "", "sent_at"), "replies": ("reply", "replies", "replied_at")}
_PANELS |= {"meetings": ("meeting", "", "met_at")}
_NO_FRAME: Any = None
ET.register_namespace("", "http://www.w3.org/2000/svg")


def funnel(result: results.Funnel) -> Picture:
    """How many reached each stage, of those who could; or a row per segment, with who answered and who was met.

    >>> import infoint
    >>> funnel(infoint.funnel(infoint.sample_campaign(seed=7).approaches())).title.text
    ['26 of 53 answered (probably 38% to 60%), 17 were met']
    """
    found, size = _rows(result.frame), len(STAGES)
    groups = [{row["stage"]: row for row in found[at : at + size]} for at in range(0, len(found), size)]
    people, answered, met = (sum(g[name]["reached"] for g in groups) for name in ("approached", "replied", "met"))
    if not people:
        return _nothing("Nobody has been written to yet", "Your first letter begins this picture.")
    rows = [_bar(group, name, result.by) for group in groups for name in (["replied"] if result.by else STAGES)]
    answers = [group["replied"] | {"label": group["replied"][result.by or "stage"]} for group in groups]
    open_ = sum(row["waiting"] for row in answers)
    notes = [f"{several(people, 'person', 'people')} approached", f"{open_:,} may still answer" if open_ else ""]
    title = f"{answered:,} of {people:,} answered (probably {_range(answers[0])}), "
    title += f"{met:,} {'was' if met == 1 else 'were'} met"
    legend = "Dark: got there. Pale: the stage before (last four: met)."
    if result.by:
        title, legend = _contrast(answers, result.by), "Dark: answered. Pale: written to."
    legend += f" Dashed: may still come. Line: the {percent(result.level)} range."
    return _table("funnel", rows, result, title, *notes, legend=legend, top=max(row["n"] for row in rows))


def _bar(group: dict[str, Row], stage: str, by: str | None) -> Row:
    """One stage of one segment: who got there, of how many, and who still may."""
    row, of, first = group[stage], group[BEFORE.get(stage, stage)]["reached"], stage not in BEFORE
    got, ends = row["reached"], {end: of and row[end] and row[end] * of for end in ("low", "high")}
    text = f"{got:,} of {of:,}{_DOT}{_range(row)}" if of else "nobody so far"
    text = several(got, "person", "people") if first else text
    text += f"{_DOT}{group['met']['reached']:,} met" if by else ""
    bar = {"label": row[by or "stage"], "n": of, "of": 0 if first else of, "value": got, "text": text}
    return bar | ends | {"still": min(got + row["waiting"], of)}


def response_rates(result: results.ResponseRate) -> Picture:
    """The rate of reply of each segment: its range, its likeliest value and the letters it rests on.

    >>> import infoint
    >>> response_rates(infoint.response_rate(infoint.sample_campaign(seed=7).approaches())).title.text
    ['Probably 38% to 62% of letters are answered within 14 days']
    """
    rows, within = _rows(result.frame), f"answered within {result.within_days:g} days"
    for row in rows:
        text = f"{row['replied']:,} of {row['n']:,}" + (f", {row['waiting']:,} open" if row["waiting"] else "")
        text += _DOT + ("too early to tell" if row["note"] else _range(row))
        row.update(label=row[result.by] if result.by else "all letters", text=text)
        row.update(value=None if row["note"] else row["rate"])
    letters, clear = sum(row["n"] for row in rows), [row for row in rows if row["value"] is not None]
    if not letters:
        return _nothing("No letters to count yet", "Once you have written, this shows how many are answered.")
    title = "It is too early to tell how many are answered"
    if clear:
        title = f"Probably {_range(clear[0])} of letters are {within}"
        title = _contrast(clear, result.by) if result.by else title
    return _dots(rows, f"letters {within}", result, title, several(letters, "letter"))


def reply_curve(result: results.ReplyCurve, stop: results.StopWaiting | None = None) -> Picture:
    """The share answered by each day, with its band; a panel per segment (those with most answers); `stop` marks a day.

    >>> import infoint
    >>> letters = infoint.sample_campaign(seed=7).approaches()
    >>> reply_curve(infoint.reply_curve(letters), infoint.stop_waiting(letters)).title.text
    ['Within 5 business days probably 38% to 63% have answered']
    """
    unit = "business day" if result.clock == "business" else "day"
    series: dict[Any, list[Row]] = {}
    for row in _rows(result.frame):
        point = {name: row[name] for name in ("days", "low", "probability", "high")}
        series.setdefault(row[result.by] if result.by else "all letters", []).append(point)
    if all(len(own) < 2 for own in series.values()):
        return _nothing("No letters to count yet", "Once you have written, this shows how soon answers come.")
    kept = sorted(series, key=lambda key: -len(series[key]))[:_CURVES]
    ends = [next(r for r in series[k] if r["probability"] == series[k][-1]["probability"]) | {"label": k} for k in kept]
    stop = None if stop is None or isnan(stop.day) else stop
    end = max(10, *(3 * row["days"] for row in ends), 2 * stop.day if stop else 0)
    end = max(min(end, max(series[key][-1]["days"] for key in kept)), 1)
    title = f"Within {several(max(1, round(ends[0]['days'])), unit)} probably {_range(ends[0])} have answered"
    title = _contrast(ends, result.by) if result.by else title
    notes = [several(result.letters, "letter")]
    notes += [f"{len(series) - len(kept):,} more not shown"] if len(series) > len(kept) else []
    legend = f"Step: the share answered by each day. Band: its {percent(result.level)} range."
    if stop:
        late = " or later" if isnan(stop.high) else f" to {stop.high:.0f}"
        notes += [f"after day {max(stop.day, 1):.0f} ({stop.low:.0f}{late}) under {percent(stop.share)} answer"]
        legend += " Grey: where that day may lie."
        result = replace(result, text=f"{result.text} {stop.text}")
    rows = list[Row]()
    for key, name in zip(kept, names := _names(kept), strict=True):
        own = _thinned([row for row in series[key] if row["days"] <= end])
        own.append(own[-1] | {"days": end if own[-1]["probability"] == 1 else min(series[key][-1]["days"], end)})
        rows += [row | {"segment": name} for row in own]
    values = {"unit": f"{unit}s since the letter", "end": end}
    if result.by:
        return _picture("curves", rows, result, title, *notes, legend=legend, names=names, **values)
    return _picture("curve", rows, result, title, *notes, legend=legend, stop=_mark(stop, end), **values)


def _mark(stop: results.StopWaiting | None, end: float) -> list[Row]:
    """The day on which waiting may end, and where it may lie."""
    if stop is None:
        return []
    high, unsure = (end, " (not sure yet)") if isnan(stop.high) else (min(stop.high, end), "")
    text = f"day {max(stop.day, 1):.0f}: few answer later{unsure}"
    side, gap = ("left", 6) if stop.day <= end / 2 else ("right", -6)
    return [{"day": stop.day, "low": stop.low, "high": high, "text": text, "side": side, "gap": gap}]


def season(approaches: Any, now: datetime) -> Picture:
    """Letters, replies and meetings by week, and which letters are still open.

    >>> import infoint
    >>> campaign = infoint.sample_campaign(seed=7)
    >>> season(campaign.approaches(), campaign.last_look()).title.text
    ['53 letters, 26 replies, 17 meetings; 5 letters are still open']
    """
    moments = ("sent_at", "replied_at", "declined_at", "scheduled_at", "met_at", "bounced_at")
    table = read(approaches, None, ("sent_at",), (*moments, "replied"), moments=moments, truths=["replied"], now=now)
    facts, bounced, end = list[tuple[str, str, date | None]](), 0, wall(table.now or now)
    for row in _rows(in_pandas(table.frame)):
        at = {n: wall(row[n].astimezone(table.zone) if table.zone else row[n]) for n in moments if row.get(n)}
        answered = bool(row.get("replied") or at.keys() & {"replied_at", "declined_at", "scheduled_at", "met_at"})
        if "bounced_at" in at and not answered:
            bounced += 1
            continue
        fresh = "sent_at" in at and at["sent_at"] > end - OPEN
        state = "answered" if answered else "still open" if fresh else "silent"
        there = {"letters": True, "replies": answered, "meetings": "met_at" in at}
        mondays = {name: moment.date() - timedelta(days=moment.weekday()) for name, moment in at.items()}
        facts += [(panel, state, mondays.get(name)) for panel, (_, _, name) in _PANELS.items() if there[panel]]
    if not facts:
        return _nothing("Your season has not begun yet", "Each letter, reply and meeting will stand here by its week.")
    sums = Counter(panel for panel, *_ in facts)
    title = ", ".join(several(sums[panel], one, many) for panel, (one, many, _) in _PANELS.items())
    waiting, undated = (sum(wanted in fact for fact in facts) for wanted in ("still open", None))
    title += f"; {several(waiting, 'letter is', 'letters are')} still open" if waiting else ""
    notes = [f"{several(bounced, 'letter')} bounced, not shown" if bounced else ""]
    notes += [f"{undated:,} without a date, not shown" if undated else ""]
    legend = "Letters: dark answered, pale silent, dashed still open (under 14 days old). A bar is a week."
    rows = [
        {"panel": panel, "state": state, "week": str(week), "n": n}
        for (panel, state, week), n in Counter(facts).items()
        if week
    ]
    told = "; ".join(sorted(f"week of {row['week']}: {row['n']} {row['panel']} {row['state']}" for row in rows))
    said, weeks = (
        results.Result(frame=_NO_FRAME, text=told, now=end),
        _weeks([end.date(), *(week for *_, week in facts)]),
    )
    return _picture("season", rows, said, title, *notes, legend=legend, weeks=weeks)


def _weeks(days: Iterable[date | None]) -> list[str]:
    """The Monday of every week from the first of these days to the last."""
    first, last = (edge(day for day in days if day) for edge in (min, max))
    return [str(first + timedelta(days=days)) for days in range(-first.weekday(), (last - first).days + 1, 7)]


def comparison(result: results.Comparison) -> Picture:
    """The difference between two letters as it unfolded pair by pair; a look back shows the two rates.

    >>> import infoint, pandas as pd
    >>> letters = pd.DataFrame({"sent_at": "2025-03-03", "letter": ["a", "b"] * 20, "replied": ["no", "yes"] * 20})
    >>> comparison(infoint.compare(letters, "letter", planned=20, now="2025-03-28")).title.text
    ['Decided: b brings more answers than a (probably +83 to +100 in a', 'hundred)']
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
    notes += [f"{several(result.waiting, 'letter')} too fresh" if result.waiting else ""]
    if not looks:
        for row in arms:
            row.update(label=row["arm"], value=row["rate"], text=f"{row['replied']} of {row['n']}{_DOT}{_range(row)}")
        hint = "not dealt at random: a hint, no proof"
        return _dots(arms, "letters answered", result, title, *notes, hint)
    rows = [{"pair": row["pair"]} | {name: 100 * row[name] for name in ("low", "difference", "high")} for row in looks]
    end = max(result.planned or 0, len(looks))
    sides = [{"at": 92, "text": f"{second} is better ↑"}, {"at": -92, "text": f"{first} is better ↓"}]
    values: Row = {"end": end + 0.5, "thick": min(24, 480 / end), "dot": min(60, 900 / end), "sides": sides}
    legend = f"Dot: the difference after each pair. Bar: its {percent(result.level)} range."
    return _picture("comparison", _thinned(rows), result, title, *notes, legend=legend, **values)


def introductions(result: results.Introductions) -> Picture:
    """Who led to whom, as a tree; who was met, and who is owed news.

    >>> import infoint, pandas as pd
    >>> people = pd.DataFrame({"person_id": ["Dana", "Lee"], "introduced_by": [None, "Dana"]})
    >>> met = pd.DataFrame({"person_id": ["Dana", "Lee"], "kind": "meeting_held", "at": ["2025-03-03", "2025-03-10"]})
    >>> introductions(infoint.introductions(people, met)).title.text
    ['2 meetings led to 1 introduction (probably 0.0 to 2.4 a meeting)']
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
    rows = []
    for (key, y), name in zip(places.items(), _names((people[key]["name"] for key in places), 40), strict=True):
        row, x = people[key], 8 + step * people[key]["depth"]
        more = row["introductions"] - graph.out_degree(key)
        label = name + (f"  (+{more:,})" if more else "") + (f"{_DOT}news owed" if row["owed_news"] else "")
        above = {"left": x - step, "above": places[row["introduced_by"]]} if row["depth"] else {}
        rows.append({"x": x, "y": y, "label": label, "met": row["met"], "owed": row["owed_news"]} | above)
    told = several(sum(row["introductions"] for row in people.values() if row["met"]), "introduction")
    title = f"{several(result.meetings, 'meeting')} led to {told} "
    title += f"(probably {result.low:.1f} to {result.high:.1f} a meeting)"
    title = title if result.meetings else f"{several(len(order), 'person', 'people')} in the chain, nobody met yet"
    waits, hidden = sum(people[key]["owed_news"] for key in order), len(order) - len(places)
    notes = [f"news is owed to {several(waits, 'person', 'people')}" if waits else ""]
    notes += [f"{hidden:,} more not shown" if hidden else ""]
    legend = "Filled: met. Hollow: not yet. Diamond: would be glad of news. +1: introduced somebody not in the list."
    values = {"height": 24 * len(places) + 10, "end": len(places) - 0.4}
    return _picture("introductions", rows, result, title, *notes, legend=legend, **values)


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
    more, end = rows[0]["letters"], fan[-1]
    title = f"For {goal}, plan on {'over 2,000 letters' if more is None else several(more, 'further letter')}"
    title = title if more != 0 else f"What is open will probably bring {goal}"
    rows = [dict.fromkeys(("week", "low", "median", "high"), 0), *fan]
    unit, top = f"weeks from now, at {fan[0]['letters']:,} letters a week", 1.1 * max(end["high"], result.meetings)
    wanted = [{"wanted": result.meetings, "text": f"wanted: {several(result.meetings, 'meeting')}"}]
    note = f"by week {end['week']} probably {end['low']} to {several(end['high'], 'meeting')}"
    legend = "Line: the middle of what may come. Band: 80% of what may come."
    return _picture("forecast", rows, result, title, note, legend=legend, unit=unit, top=top, wanted=wanted)


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
        kept = {n: v for n, v in node.attrib.items() if n != "role" and not n.startswith("aria-")}
        node.attrib = {n: f"{mark}-{v}" if n == "id" else v.replace("url(#", f"url(#{mark}-") for n, v in kept.items()}
    root.attrib = {"role": "img", "aria-label": str(chart.description)} | root.attrib
    return ET.tostring(root, encoding="unicode")


def png(chart: Picture) -> bytes:
    """The picture as PNG, twice as fine as a screen, for print.

    >>> png(_nothing("Nothing yet", "Soon."))[1:4]
    b'PNG'
    """
    return bytes(import_module("vl_convert").svg_to_png(svg(chart), scale=2))


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


def _contrast(rows: Sequence[Row], by: str) -> str:
    """What the ranges of segments say when laid side by side."""
    known = [row for row in rows if row["low"] is not None] or list(rows[:1])
    best, worst = max(known, key=lambda row: row["low"] or 0), min(known, key=lambda row: row["high"] or 1)
    one, other = _names([best["label"], worst["label"]])
    if len(known) == 1:
        return f"Answered: {one} probably {_range(best)}"
    if best["low"] <= worst["high"]:
        return f"By {_names([by])[0]} the ranges overlap: they may well be alike"
    return f"Answered: {one} probably {_range(best)}, {other} {_range(worst)}"


def _thinned(rows: list[Row], most: int = 400) -> list[Row]:
    """At most so many rows and the last."""
    return rows[: -1 : len(rows) // most + 1] + rows[-1:]


def _dots(rows: list[Row], unit: str, result: results.Result, title: str, *notes: str) -> Picture:
    """A dot with its range for each row."""
    legend = f"Dot: the likeliest rate. Line: the {percent(result.level)} range."
    return _table("rates", rows, result, title, *notes, legend=legend, unit=unit)


def _table(name: str, rows: list[Row], result: results.Result, title: str, *notes: str, **words: Any) -> Picture:
    """Names at the left, marks with their ranges, numbers at the right; of many rows the largest."""
    kept = sorted(sorted(range(len(rows)), key=lambda number: -rows[number]["n"])[:MOST])
    notes += (f"the {MOST} largest of {len(rows):,} are shown",) if len(rows) > MOST else ()
    names, fields = _names(rows[n]["label"] for n in kept), ("value", "of", "still", "low", "high", "text")
    rows = [
        {field: rows[n].get(field) for field in fields} | {"label": name, "full": _clean(rows[n]["label"])[:200]}
        for n, name in zip(kept, names, strict=True)
    ]
    told = f"{result.text} {'; '.join(row['label'] + ': ' + row['text'] for row in rows)}"
    room = f"width - {14 + 6.2 * max(len(row['text']) for row in rows)}"
    return _picture(name, rows, replace(result, text=told), title, *notes, room=room, **words)


def _nothing(title: str, text: str) -> Picture:
    """A picture where there is nothing to show yet."""
    return _picture("nothing", [{"text": text}], results.Result(frame=_NO_FRAME, text=text), title)


def _picture(
    name: str, rows: list[Row], result: results.Result, title: str, *notes: str, legend: str = "", **values: Any
) -> Picture:
    """The rows as `templates/pictures` draws them, under the finding, with what it rests on and alternative text."""
    try:
        altair: Any = import_module("altair")
    except ModuleNotFoundError:
        raise InfointError("Pictures need Altair, which is not here.", 'pip install "infoint[charts]"') from None
    notes = tuple(note for note in (*notes, f"as of {day(result.now)}" if result.now else "") if note)
    heading, small = _clean(title), _clean(_DOT.join(notes)).replace(" · ", _DOT)
    said = ". ".join(part.strip().rstrip(".") for part in (heading, *notes, legend, result.text) if part)
    subtitle = [*textwrap.wrap(small, 102), *textwrap.wrap(legend, 102)]
    said = textwrap.shorten(_clean(said), 2000, placeholder=" …") + "."
    words = altair.TitleParams(textwrap.wrap(heading, 70), subtitle=subtitle)
    chart = altair.Chart.from_dict(_spec(name, values) | {"data": {"values": []}})
    return chart.properties(data=altair.InlineData(values=rows), title=words, description=said)


def _spec(name: str, values: Row) -> Row:
    """A template in Vega-Lite with its theme; each "$word" in it is a colour or one of the values."""
    spec = Row()
    for part in ("theme", name):
        text = templates.read(f"pictures/{part}.json")
        for word, value in (COLOURS | values).items():
            text = text.replace(f'"${word}"', json.dumps(value))
        spec |= json.loads(text)
    return spec
