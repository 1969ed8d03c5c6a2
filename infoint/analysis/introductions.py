"""Who led to whom: how deep the chain goes, what a meeting yields, and who is owed news."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from infoint.analysis.kinds import Kinds
from infoint.analysis.proportions import checked_level
from infoint.analysis.results import Introductions, percent, several
from infoint.analysis.tables import Columns, framed, in_order, in_pandas, plain, read, whole

_FRAME = {
    "person_id": None,
    "name": None,
    "introduced_by": None,
    "depth": "int64",
    "met": "bool",
    "introductions": "int64",
    "owed_news": "bool",
}
_NEWS = ("introduction_thanked", "update_sent")
_NAMED = 3


def introductions(
    people: Any,
    events: Any,
    columns: Columns = None,
    kinds: Mapping[str, str] | None = None,
    *,
    level: float = 0.90,
) -> Introductions:
    """Who led to whom, from people (person_id, introduced_by) and events (person_id, kind, at).

    `depth` counts introductions from somebody you knew (0). A person's `introductions` are the
    people who name them as introducer, or the introductions that were logged, if more. News is
    owed to whoever introduced somebody you have met since you last told them. The interval of
    introductions per meeting is Garwood's (1936), for counts.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"person_id": ["dana", "lee"], "introduced_by": [None, "dana"]})
    >>> met = pd.DataFrame({"person_id": ["dana", "lee"], "kind": "meeting_held", "at": ["2025-03-03", "2025-03-10"]})
    >>> introductions(people, met).frame[["person_id", "depth", "owed_news"]].values.tolist()
    [['dana', 0, True], ['lee', 1, False]]
    """
    import networkx as nx
    from scipy.stats import chi2

    checked_level(level)
    known = Kinds.of(kinds)
    need_people = {name: ours for name, ours in (columns or {}).items() if name in _names(people)}
    need_events = {name: ours for name, ours in (columns or {}).items() if name in _names(events)}
    who = read(people, need_people, ("person_id", "introduced_by"), ("name",))
    what = read(events, need_events, ("person_id", "kind", "at"), moments=["at"])
    cells = in_pandas(who.frame)
    ids = [whole(plain(cell)) for cell in cells["person_id"]]
    introducers = [whole(plain(cell)) for cell in cells["introduced_by"]]
    by = {person: None if one == "" else one for person, one in zip(ids, introducers, strict=True)}
    names = dict(zip(ids, cells.get("name", ids), strict=True))
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(ids)
    for person, introducer in by.items():
        if introducer is None:
            continue
        if introducer not in by:
            who.problems.add(f"{person} was introduced by {introducer}, who is not among the people")
        graph.add_edge(introducer, person)
    for cycle in list(nx.simple_cycles(graph)):
        who.problems.add(f"{' and '.join(map(str, cycle))} are said to have introduced each other: one link left out")
        if graph.has_edge(cycle[-1], cycle[0]):
            graph.remove_edge(cycle[-1], cycle[0])
    log = in_pandas(what.frame).sort_values("at", kind="stable")
    log = log.assign(person_id=[whole(plain(cell)) for cell in log["person_id"]])
    met = _last(log, known, "meeting_held")
    logged = Counter(log["person_id"][log["kind"].isin(known.theirs("introduction_received"))])
    news = _last(log, known, *_NEWS)
    depth = {root: 0 for root, number in graph.in_degree() if not number}
    for person in nx.topological_sort(graph):
        for led in graph.successors(person):
            depth[led] = depth[person] + 1
    rows = []
    for person in sorted(graph, key=in_order):
        later = [met[led] for led in graph.successors(person) if led in met]
        owed = bool(later) and (person not in news or max(later) > news[person])
        row = {"person_id": person, "name": names.get(person, person), "introduced_by": by.get(person)}
        row |= {"depth": depth[person], "met": person in met, "owed_news": owed}
        rows.append(row | {"introductions": max(graph.out_degree(person), logged[person])})
    meetings, total = len(met), sum(row["introductions"] for row in rows if row["person_id"] in met)
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * total)) / 2 / meetings if meetings and total else 0.0
    high = float(chi2.ppf(1 - tail, 2 * total + 2)) / 2 / meetings if meetings else float("inf")
    return Introductions(
        frame=framed(rows, _FRAME, None),
        problems=(*who.problems.listed(), *what.problems.listed()),
        text=_sentence(rows, meetings, total, (low, high), level),
        meetings=meetings,
        per_meeting=total / meetings if meetings else float("nan"),
        low=low,
        high=high,
        level=level,
    )


def _names(table: Any) -> set[str]:
    import narwhals as nw

    return set(nw.from_native(getattr(table, "frame", table)).collect_schema().names())


def _last(log: Any, known: Kinds, *kinds: str) -> dict[Any, Any]:
    """The last moment of some kinds, for each person."""
    part = log[log["kind"].isin(known.theirs(*kinds))]
    return dict(zip(part["person_id"], part["at"], strict=True))


def _sentence(rows: list[dict[str, Any]], meetings: int, total: int, ends: tuple[float, float], level: float) -> str:
    if not meetings:
        return "No meeting has been held yet, so nobody could introduce you."
    low, high = ends
    text = f"{several(meetings, 'person', 'people')} met led to {several(total, 'introduction')} "
    text += f"({total / meetings:.1f} a meeting, probably {low:.1f} to {high:.1f}, {percent(level)}). "
    if low > 1:
        text += "The chain sustains itself."
    elif high < 1:
        text += "The chain does not carry itself yet: keep writing to people you know, too."
    else:
        text += "Whether the chain sustains itself cannot be told yet."
    owed = [str(row["name"]) for row in rows if row["owed_news"]]
    if owed:
        text += f" News is owed to {', '.join(owed[:_NAMED])}"
        text += f" and {several(len(owed) - _NAMED, 'other')}." if len(owed) > _NAMED else "."
    return text
