"""From goals in sheets to metric cards: what cells say is read, what follows from headers is inferred."""

import re
from typing import Any

from metriclint.files.problem import shorten
from metriclint.model.foreign import Place
from metriclint.sources.draft import Draft, Item, Mark
from metriclint.sources.owners import set_owner
from metriclint.sources.sheets.headers import is_one_of, period_of, plain_header, rewards_in, says
from metriclint.sources.sheets.tables import Goal, Table, Tables, number_of, tell_repeated

_TEXTS = {
    "description": "description",
    "formula": "formula",
    "unit": "unit",
    "frequency": "frequency",
    "source": "data_source",
}
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_STAFF_WORDS = "employee emp mitarbeiter mitarbeiterin mitarbeitende personalnummer individual user"
_STAFF = frozenset(_STAFF_WORDS.split())
_RATER_WORDS = "self manager supervisor reviewer employee appraisal performance selbsteinschätzung selbstbewertung"
_RATERS = frozenset(_RATER_WORDS.split())
_BRACKETS = re.compile(r"\([^()]*\)|[%\[\]]")
_MONEY = frozenset({"pay", "bonus"})
_TO_PERSONS = ("pay", "promotion")
_LONGEST = 2_000


def fill(tables: Tables, draft: Draft) -> None:
    """Make the cards."""
    links = {id(table): _Link(table, tables) for table in tables.tables}
    ids: dict[str, str] = {}
    wholes: dict[str, str] = {}
    items = []
    for goal in tables.goals.values():
        item = draft.metric(shorten(goal.name, 300), goal.places["name"])
        for key in ("name", "number"):
            if (said := goal.cells.get(key)) is not None:
                ids.setdefault(str(said).strip().lower(), item.id)
        items.append((item, goal))
    for item, goal in items:
        _card(item, goal)
        links[id(goal.table)].add(item, goal)
        _level(item, goal, links[id(goal.table)])
        whole = ids.get(str(goal.cells.get("parent", "")).strip().lower())
        if whole is not None:
            wholes[item.id] = whole
            _part_of(item, goal, whole, wholes)
    tell_repeated(draft, iter(tables.goals.values()))
    if tables.bands and not tables.goals:
        band = tables.bands[0]
        text = f"a table of ratings and “{band.header.texts['reward']}”: nothing here says which metrics it is for"
        draft.remark(text, band.at)
    elif tables.tables and not tables.goals:
        draft.remark("this header has no rows below it", tables.tables[0].at)


def _part_of(item: Item, goal: Goal, whole: str, wholes: dict[str, str]) -> None:
    """Let a goal go into the one that it names, unless that leads back to itself."""
    above: str | None = whole
    seen = {item.id}
    while above is not None and above not in seen:
        seen.add(above)
        above = wholes.get(above)
    header, at = goal.table.header.texts["parent"], goal.places["parent"]
    if above is not None:
        del wholes[item.id]
        item.draft.remark(f"“{header}” leads in a circle, and is left out", at)
        return
    item.draft.part_of.append((item.id, whole))
    route = (item.section, item.id, "part_of")
    item.draft.mark(route, at, f"“{header}” names the goal that it is a part of")


def _card(item: Item, goal: Goal) -> None:
    for key, into in _TEXTS.items():
        item.set(into, _text(goal.cells.get(key)), goal.places.get(key))
    purpose = _text(goal.cells.get("purpose"))
    if purpose:
        header = goal.table.header.texts["purpose"]
        item.set("outcome.title", purpose, goal.places["purpose"], inferred=f"“{header}” says what it is for")
    if (team := _text(goal.cells.get("team"))) is not None:
        set_owner(item, [(team, goal.places["team"])], field_of_teams=True)
    if (owner := _text(goal.cells.get("person"), keep=True)) is not None:
        set_owner(item, [(owner, goal.places["person"])])
    _target(item, goal)
    _visibility(item, goal)
    status = says("status", str(goal.cells.get("status", "")))
    item.set("status", status, goal.places.get("status"))
    review = goal.cells.get("review")
    if review is not None and review is not False and not is_one_of("no", str(review)):
        use = {"title": shorten(goal.table.header.texts["review"], 60), "kind": "review", "stated": "used"}
        item.add("consequences", use, goal.places["review"])


def _text(value: Any, *, keep: bool = False) -> str | None:
    """A cell's text without addresses; numbers and dates are no texts."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = " ".join(value.split())[:_LONGEST]
    return text if keep else _ADDRESS.sub("…", text)


def _target(item: Item, goal: Goal) -> None:
    german = goal.table.header.german
    given, start = goal.cells.get("target"), goal.cells.get("start")
    if given is not None and not isinstance(given, bool):
        decimal: Mark | None = "," if german and isinstance(given, str) else None
        parsed = item.target(given, goal.places["target"], decimal=decimal)
        if parsed.state == "read" and parsed.unit is None:
            item.set("target.unit", _text(goal.cells.get("unit")), goal.places.get("unit"))
        if parsed.state == "read" and parsed.period is None:
            item.set("target.period", period_of(goal.table.header.texts["target"]), goal.places["target"])
    said = says("direction", str(goal.cells.get("direction", "")))
    item.set("direction", said, goal.places.get("direction"))
    first, last = number_of(start, german), number_of(given, german)
    if first is not None and last is not None and first != last:
        texts = goal.table.header.texts
        because = f"the way from “{texts['start']}” {first:g} to “{texts['target']}” {last:g}"
        item.set("direction", "up" if last > first else "down", goal.places["target"], inferred=because)


def _visibility(item: Item, goal: Goal) -> None:
    given = goal.cells.get("visibility")
    if given is None:
        return
    header, at = goal.table.header.texts["visibility"], goal.places["visibility"]
    if plain_header(header) in ("isprivate", "is private", "private", "private goal", "vertraulich", "privat"):
        is_open = given is False or is_one_of("no", str(given))
        because = f"“{header}” is {str(given).lower()}: such goals are " + (
            "open to everyone" if is_open else "open to the owner and managers"
        )
        item.set("visibility.audience", "org" if is_open else "manager", at, inferred=because)
    else:
        audience = says("visibility", str(given))
        if audience is None:
            item.draft.remark(f'“{header}” says "{shorten(str(given), 60)}": who that is cannot be told', at)
            return
        item.set("visibility.audience", audience, at)
    owned = goal.table.header.texts.get("person")
    if owned is not None:
        item.set("visibility.identified", True, at, inferred=f"a goal is shown with its “{owned}”")


def _level(item: Item, goal: Goal, link: "_Link") -> None:
    """Who is measured: the goal's own type, else what the sheet has a row for, or who is rated and paid."""
    header = goal.table.header
    said = says("level", str(goal.cells.get("level", "")))
    if said is not None:
        item.set("subject.level", said, goal.places["level"])
        return
    person, score = header.texts.get("person"), header.texts.get("score")
    because = ""
    if goal.several and person is not None:
        because = f"the same goal stands in rows of several people (“{person}”)"
    elif person is not None and not _STAFF.isdisjoint(plain_header(person).split()):
        because = f"the sheet has a row for each “{person}”"
    elif score is not None and not _RATERS.isdisjoint(plain_header(score).split()):
        because = f"“{score}” is given to a person"
    elif any(kind in _TO_PERSONS for kind in link.kinds):
        because = f"“{link.reward}” goes to a person"
    if because:
        item.set("subject.level", "individual", goal.places["name"], inferred=because)


class _Link:
    """What follows from the scores of a table, by its headers and those of the other tables of the file."""

    def __init__(self, table: Table, tables: Tables) -> None:
        texts = table.header.texts
        self.table = table
        self.reward = texts.get("reward", "")
        self.weighted = table.whole and "weight" in texts
        band = tables.bands[0] if tables.bands else None
        self.kinds: list[str] = []
        self.because = ""
        scored = texts.get("score") or texts.get("current")
        if self.weighted and ("score" in texts or self.reward or (band is not None and scored)):
            beside = f" beside “{texts.get('score') or self.reward or scored}”"
            self.because = f"weights in “{texts['weight']}” add up to 100 %{beside}"
            self.kinds = ["review"]
        elif band is not None and "score" in texts:
            self.because = f"“{texts['score']}” is a rating"
            self.kinds = ["review"]
        if self.reward and (self.because or "target" in texts):
            self.kinds = rewards_in([self.reward]) or ["bonus"]
            self.because = self.because or f"“{self.reward}” stands beside “{texts['target']}”"
        elif band is not None and self.because:
            money = (text for text in tables.band_headers if not _MONEY.isdisjoint(rewards_in([text])))
            self.reward = next(money, band.header.texts["reward"])
            self.kinds = _strongest(rewards_in([*tables.band_headers, *tables.band_texts])) or ["pay"]
            self.because += f", and a table in the same file turns ratings into “{self.reward}”"

    def add(self, item: Item, goal: Goal) -> None:
        """Add the consequences to a metric of the table."""
        if not self.kinds or not self.because:
            return
        weight = number_of(goal.cells.get("weight"), self.table.header.german)
        if self.weighted and not weight:
            return
        at: Place = goal.places.get("weight") or goal.places.get("score") or goal.places["name"]
        for kind in self.kinds:
            by = "by weighted scores" if self.weighted else "by scores"
            title = f"{shorten(_BRACKETS.sub(' ', self.reward) or 'Reward', 60)} {by}"
            title = f"Appraisal {by}" if kind == "review" else title
            use = {"title": title, "kind": kind, "stated": "used", "access": "individual"}
            if self.weighted and weight is not None:
                use["weight"] = _share(weight, self.table)
            self._consequence(item, use, at)

    def _consequence(self, item: Item, use: dict[str, str], at: Place) -> None:
        item.add("consequences", use, at, inferred=self.because)


def _share(weight: float, table: Table) -> str:
    part = weight / 100 if max(table.shares.values()) > 2 else weight
    return "sole" if part >= 0.995 else "major" if part >= 0.5 else "part"


def _strongest(kinds: list[str]) -> list[str]:
    """Money first, and beside it what else is said: at most two kinds."""
    money = [kind for kind in kinds if kind in _MONEY][:1]
    return [*money, *(kind for kind in kinds if kind not in _MONEY)][:2]
