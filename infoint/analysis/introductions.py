"""Who led to whom: how deep the chain goes, what a meeting yields, and who is owed news."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infoint.analysis.kinds import Kinds
from infoint.analysis.proportions import checked_level
from infoint.analysis.results import Introductions, percent, several
from infoint.analysis.tables import Columns, Problems, framed, in_order, in_pandas, plain, read, whole

if TYPE_CHECKING:
    import pandas as pd

_FRAME = {
    **dict.fromkeys(("person_id", "name", "introduced_by")),
    **dict.fromkeys(("depth", "introductions"), "int64"),
    **dict.fromkeys(("met", "owed_news"), "bool"),
}
_NEWS = ("introduction_thanked", "update_sent")
_NAMED = 3


def introductions(
    people: Any, events: Any, columns: Columns = None, kinds: Mapping[str, str] | None = None, *, level: float = 0.90,
) -> Introductions:  # fmt: skip
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
    from scipy.stats import chi2

    checked_level(level)
    who = read(people, _meant(people, columns), ("person_id", "introduced_by"), ("name",))
    what = read(events, _meant(events, columns), ("person_id", "kind", "at"), moments=["at"])
    log = in_pandas(what.frame).sort_values("at", kind="stable")
    log = log.assign(person_id=[whole(plain(cell)) for cell in log["person_id"]])
    rows = _rows(_graph(in_pandas(who.frame), who.problems), log, Kinds.of(kinds))
    met = [row["introductions"] for row in rows if row["met"]]
    meetings, total, tail = len(met), sum(met), (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * total)) / 2 / meetings if total else 0.0
    high = float(chi2.ppf(1 - tail, 2 * total + 2)) / 2 / meetings if meetings else float("inf")
    return Introductions(
        frame=framed(rows, _FRAME, None), problems=(*who.problems.listed(), *what.problems.listed()),
        text=_sentence(rows, meetings, total, (low, high), level), meetings=meetings,
        per_meeting=total / meetings if meetings else float("nan"), low=low, high=high, level=level,
    )  # fmt: skip


def _meant(table: Any, columns: Columns) -> Columns:
    """Of the columns that are called otherwise, those of this table."""
    import narwhals as nw

    theirs = nw.from_native(getattr(table, "frame", table)).collect_schema().names()
    return {name: ours for name, ours in (columns or {}).items() if name in theirs}


def _graph(people: "pd.DataFrame", problems: Problems) -> Any:
    """Who introduced whom, without rings."""
    import networkx as nx

    graph: Any = nx.DiGraph()
    cells = ([plain(cell) for cell in people[name]] for name in ("person_id", "introduced_by"))
    ids, by = ([None if cell == "" else whole(cell) for cell in each] for each in cells)
    for person, name, introducer in zip(ids, people.get("name", ids), by, strict=True):
        graph.add_node(person, name=plain(name), introduced_by=introducer)
    for person, introducer in list(graph.nodes(data="introduced_by")):
        if introducer is not None:
            if introducer not in ids:
                problems.add(f"{person} was introduced by {introducer}, who is not among the people")
            graph.add_edge(introducer, person)
    for cycle in list(nx.simple_cycles(graph)):
        problems.add(f"{' and '.join(map(str, cycle))} are said to have introduced each other: one link left out")
        if graph.has_edge(cycle[-1], cycle[0]):
            graph.remove_edge(cycle[-1], cycle[0])
    return graph


def _rows(graph: Any, log: "pd.DataFrame", known: Kinds) -> list[dict[str, Any]]:
    """A row per person: depth, whether met, how many they introduced, whether news is owed."""
    import networkx as nx

    def last(*kinds: str) -> dict[Any, Any]:
        part = log[log["kind"].isin(known.theirs(*kinds))]
        return dict(zip(part["person_id"], part["at"], strict=True))

    met, news = last("meeting_held"), last(*_NEWS)
    logged = Counter(log["person_id"][log["kind"].isin(known.theirs("introduction_received"))])
    depth: dict[Any, int] = {}
    for person in nx.topological_sort(graph):
        depth[person] = max((depth[by] + 1 for by in graph.predecessors(person)), default=0)
    rows = []
    for person in sorted(graph, key=in_order):
        later = [met[led] for led in graph.successors(person) if led in met]
        node = graph.nodes[person]
        row = {"person_id": person, "name": node.get("name") or person, "introduced_by": node.get("introduced_by")}
        row |= {"depth": depth[person], "met": person in met}
        row |= {"introductions": max(graph.out_degree(person), logged[person])}
        rows.append(row | {"owed_news": bool(later) and (person not in news or max(later) > news[person])})
    return rows


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
