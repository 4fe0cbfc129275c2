"""The answer to ``why`` as text for a terminal."""

from collections.abc import Iterator

from metriclint.explain.answer import Change, Choke, Difference, Feeder, Path, Why
from metriclint.explain.words import ALL_ALIKE, ViewName, in_sentence
from metriclint.files.problem import shorten
from metriclint.reports.terminal import Paint, block, clean, counted

LABEL: dict[ViewName, str] = {
    "stated": "what policy says",
    "feasible": "what access allows",
    "believed": "what staff believe",
}
FEEDERS_SHOWN = 12
_CHANGES_SHOWN = 5
_ENDS_SHOWN = 4


def render(why: Why, paint: Paint) -> str:
    """The whole answer. Every path stands as a sentence and, below it, as a strip on one line."""
    return "\n\n".join(_fed_by(why, paint) if why.question == "fed by" else _leads_to(why, paint)) + "\n"


def _leads_to(why: Why, paint: Paint) -> Iterator[str]:
    yield paint(_title(why), "bold")
    if not any(path.steps for path in why.paths):
        yield block("", _nothing(why), 2)
    else:
        earlier: list[Path] = []
        for path in why.paths:
            yield _path(path, earlier, paint, to_target=why.target is not None)
            earlier.append(path)
    if why.differences:
        yield _differs(why.differences, paint)
    if why.choke is not None and why.choke.paths + why.choke.believed_only:
        yield "\n".join(_choke(why.choke, paint))


def _title(why: Why) -> str:
    kind, _, id_ = why.about.node.partition(":")
    title = f"{shorten(why.about.title, 96)} ({'kind of consequence: ' if kind == 'kind' else ''}{clean(id_)})"
    return title if why.target is None else f"{title} → {shorten(why.target.title, 96)}"


def _nothing(why: Why) -> str:
    if why.target is not None:
        return f"No path leads to {in_sentence(why.target.kind, why.target.title)}{_views(why)}."
    return f"No path leads to a consequence{_views(why)}: nothing that is declared follows from it."


def _views(why: Why) -> str:
    if len(why.paths) > 1:
        return ", neither by policy nor by access nor in belief"
    return f" in {LABEL[why.paths[0].view]}"


def _path(path: Path, earlier: list[Path], paint: Paint, *, to_target: bool) -> str:
    label = f"{LABEL[path.view]}: "
    if not path.steps:
        return block(label, path.sentence[:1].lower() + path.sentence[1:], 2, lambda t: paint(t, "bold"))
    same = next((p for p in earlier if p.steps == path.steps), None)
    more = _more(path.more, to_target)
    if same is not None:
        return block(label, f"the same path{more}.", 2, lambda t: paint(t, "bold"))
    lines = [block(label, path.sentence, 2, lambda t: paint(t, "bold")), f"    {clean(path.strip)}"]
    return "\n".join([*lines, f"    {more.strip()}"] if more else lines)


def _more(number: int, to_target: bool) -> str:
    if not number:
        return ""
    return f" and {counted(number, 'more path' if to_target else 'more consequence')}"


def _differs(differences: list[Difference], paint: Paint) -> str:
    if [d.text for d in differences] == [ALL_ALIKE]:
        text = f"nothing: {ALL_ALIKE} to {_listed(differences[0].ends)}"
        return block("what differs: ", text, 2, lambda t: paint(t, "bold"))
    said = [block("", f"{_listed(d.ends)}: {d.text}", 4) for d in differences]
    return "\n".join([f"  {paint('what differs:', 'bold')}", *said])


def _listed(names: list[str]) -> str:
    if len(names) > _ENDS_SHOWN:
        return f"{', '.join(names[:_ENDS_SHOWN])} and {len(names) - _ENDS_SHOWN} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _choke(choke: Choke, paint: Paint) -> Iterator[str]:
    yield f"  {paint('what would cut it:', 'bold')}"
    if choke.paths:
        effective = [c for c in choke.changes if c.cuts]
        for change in effective[:_CHANGES_SHOWN]:
            yield block("", f"{_upper(change.text)} cuts {_of(change.cuts, choke.paths)}{_place(change)}.", 4)
        if len(effective) > _CHANGES_SHOWN:
            others = counted(len(effective) - _CHANGES_SHOWN, "other change")
            yield block("", f"{others} on these ways can cut some of them, too (--format json has all).", 4)
        yield from _idle(choke)
        yield from _smallest(choke)
        yield from _caveats(choke)
    if choke.believed_only:
        noun = counted(choke.believed_only, "further consequence" if choke.paths else "consequence")
        yield block(
            "",
            f"Staff reckon with {noun} that access does not allow. No change of access cuts that: show "
            "what is read and what is not, and ask again.",
            4,
        )


def _idle(choke: Choke) -> Iterator[str]:
    """Boards that cut nothing, since that is what people try first."""
    for change in choke.changes:
        if change.kind == "board" and not change.cuts:
            yield block("", f"{_upper(change.text)} cuts nothing: whoever decides can open the figures without it.", 4)


def _smallest(choke: Choke) -> Iterator[str]:
    number = len(choke.smallest)
    if number < 2:
        return
    if set(choke.smallest) == {c.lever for c in choke.changes if c.cuts}:
        together = "Only all of them together cut every path"
    else:
        texts = {c.lever: c.text for c in choke.changes}
        together = f"{number} changes together cut every path: " + "; ".join(texts[lever] for lever in choke.smallest)
    yield block("", f"{together}.", 4)
    yield block("", f"Fewer do not suffice: these {number} ways have none of them in common.", 4)
    for way in choke.ways:
        yield "      " + " → ".join(shorten(title, 60) for title in way)


def _caveats(choke: Choke) -> Iterator[str]:
    access = [c for c in choke.changes if c.kind == "access" and c.cuts]
    if access:
        closed = "Access has to be closed technically, also on boards that show the figures"
        yield block("", f"{closed}: a promise alone cuts nothing.", 4)
    if any(c.believed for c in access):
        yield block("", "Staff go on reckoning with it until they can see that it is so.", 4)


def _of(cuts: int, total: int) -> str:
    if total == 1:
        return "the only path"
    return f"{'all' if cuts == total else cuts} of {total} paths"


def _place(change: Change) -> str:
    where = change.location
    return f" ({where.shown})" if where else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fed_by(why: Why, paint: Paint) -> Iterator[str]:
    yield paint(_title(why), "bold")
    if not why.feeders:
        reason = ""
        if why.about.kind == "decision" and not why.about.on_paths:
            reason = " A decision from which nothing follows for people is no end of a path."
        words = in_sentence(why.about.kind, why.about.title)
        yield block("", f"Nothing that is declared leads to {words}.{reason}", 2)
        return
    numbers = sum(1 for f in why.feeders if f.node.startswith("metric:"))
    acts = len(why.feeders) - numbers
    told = " and ".join(counted(n, noun) for n, noun in ((numbers, "number"), (acts, "action")) if n)
    yield block("", f"{told} can feed it:", 2)
    for feeder in why.feeders[:FEEDERS_SHOWN]:
        yield _feeder(feeder, paint)
    if len(why.feeders) > FEEDERS_SHOWN:
        yield block("", f"and {len(why.feeders) - FEEDERS_SHOWN} more (--format json has all)", 2)


def _feeder(feeder: Feeder, paint: Paint) -> str:
    id_ = clean(feeder.node.partition(":")[2])
    lines = [
        f"  {paint(shorten(feeder.title, 96), 'bold')} {paint(f'({id_})', 'dim')}",
        block("", feeder.sentence),
        f"    {clean(feeder.strip)}",
    ]
    return "\n".join([*lines, block("", f"{_upper(feeder.difference)}.")] if feeder.difference else lines)
