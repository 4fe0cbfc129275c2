"""A pack as a paged document: cover, executive page, and all chapters in the order in which an audit report is read."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from metriclint.audit.documents._blocks import (
    Block,
    Chapter,
    Column,
    Counts,
    Cover,
    Grid,
    Items,
    Opinion,
    Paged,
    Section,
    Terms,
    Text,
)
from metriclint.audit.documents._finding_pages import finding_pages, rating_words, sources
from metriclint.audit.documents._text import TITLE, line, paragraph
from metriclint.audit.pack import Action, Definition, Executive, MetricRow, Pack, PackFinding, is_determined
from metriclint.audit.words import state_words

_SHORT = 200
"""Characters of a cell in a narrow column."""


def paged(pack: Pack) -> Paged:
    """The whole document."""
    return Paged(_cover(pack), list(_blocks(pack)))


def _cover(pack: Pack) -> Cover:
    facts = [
        ("Client", pack.client),
        ("As of", pack.as_of),
        ("Status", state_words(pack)),
        ("Classification", pack.classification),
        ("Distribution", pack.distribution),
        ("Prepared with", f"{pack.reproducibility.tool}, rule set {pack.reproducibility.ruleset}"),
    ]
    return Cover(
        title=line(pack.title, TITLE),
        client=line(pack.client, TITLE),
        as_of=line(pack.as_of, TITLE),
        draft=line(pack.draft_notice, TITLE),
        facts=[(term, line(text)) for term, text in facts],
        tool=line(pack.reproducibility.tool, TITLE),
    )


def _blocks(pack: Pack) -> Iterator[Block]:
    yield from _executive(pack.executive)
    yield from _scope(pack)
    yield from _inventory(pack)
    yield from _summary(pack)
    yield Chapter("Findings in detail")
    yield Text(_READING)
    for f in pack.findings:
        yield from finding_pages(f, page=f is not pack.findings[0])
    if not pack.findings:
        yield Text("There is no finding.")
    yield from _good(pack)
    yield from _accepted(pack)
    yield from _earlier(pack)
    yield from _method(pack)
    yield from _appendices(pack)


_READING = (
    "Each finding stands alone: what should be (criteria), what is (condition, with the lines that declare it), why "
    "the design can be so (cause), what it can lead to (effect), what can be done, and room for the answer. A cause "
    "is a hypothesis and an effect is potential until a person confirms it."
)


def _executive(executive: Executive) -> Iterator[Block]:
    yield Chapter("Executive summary")
    yield Opinion(executive.overall, line(executive.overall_status), paragraph(executive.overall_text))
    yield Counts([(c.rating, c.count, c.confirmed) for c in executive.counts])
    yield Items([line(s) for s in executive.sentences])
    yield Section("First things to do")
    if executive.actions:
        yield Items([_action(a) for a in executive.actions], ordered=True)
    else:
        yield Text("Nothing is to be done first.")
    yield Section("What changed")
    yield Items([line(c) for c in executive.changes])


def _action(action: Action) -> str:
    about = (
        f" ({_ids(action.findings)})"
        if action.findings and not any(i in action.because for i in action.findings)
        else ""
    )
    return line(f"{action.text} {action.because}{about}")


def _scope(pack: Pack) -> Iterator[Block]:
    scope = pack.scope
    yield Chapter("Objective, scope and limitations")
    yield Section("Objective")
    yield Text(paragraph(scope.objective))
    yield Section("What was looked at")
    yield Items([line(text) for text in scope.included])
    yield Section("What was left out")
    yield from _listed(scope.excluded, "Nothing that was named was left out.")
    yield Section("Limitations")
    yield Items([paragraph(text) for text in scope.limitations])
    if pack.remarks:
        yield Section("What has to be known besides")
        yield Items([line(text) for text in pack.remarks])


def _listed(texts: Sequence[str], nothing: str) -> Iterator[Block]:
    yield Items([line(text) for text in texts]) if texts else Text(nothing)


_INVENTORY = [
    Column("Metric", 19),
    Column("Kind", 9),
    Column("Measured", 11),
    Column("Target", 11),
    Column("Shown to", 15),
    Column("Consequences", 15),
    Column("Counter-metrics", 13),
    Column("Owner (role), review", 12),
    Column("Findings", 8, "ids"),
]


def _inventory(pack: Pack) -> Iterator[Block]:
    yield Chapter("Inventory of metrics", wide=True)
    if not pack.metrics:
        yield Text("No metric was asked about.")
        return
    yield Grid("Metrics that were looked at, as they are declared", _INVENTORY, [_metric(m) for m in pack.metrics])


def _metric(m: MetricRow) -> list[str]:
    said = [m.kind, m.measured, m.target, m.shown_to, m.consequences, m.counter_metrics]
    owner = _said(m.owner_role)
    if is_determined(m.review_date):
        owner += f", {m.review_date}"
    return [
        line(f"{m.title} ({m.id}, {m.status})", _SHORT),
        *(line(_said(text), _SHORT) for text in said),
        line(owner, _SHORT),
        _ids(m.findings) or "none",
    ]


def _said(text: str) -> str:
    """A cell of a wide table: the reason why there is nothing stands once, in the words around it."""
    return text if is_determined(text) else "not declared"


_SUMMARY = [
    Column("Finding", 9, "ids"),
    Column("Rating", 14, "rating"),
    Column("What was found", 36),
    Column("Metric", 18),
    Column("State", 11),
    Column("Response", 12),
]


def _summary(pack: Pack) -> Iterator[Block]:
    yield Chapter("Summary of findings")
    if not pack.findings:
        yield Text("No finding is reported.")
        return
    yield Grid("Findings, the gravest first", _SUMMARY, [_finding(f) for f in pack.findings])


def _finding(f: PackFinding) -> list[str]:
    answer = f.response.decision.replace("-", " ") if f.response.decision else "none yet"
    return [
        f.id,
        rating_words(f.rating),
        line(f.title),
        line(f.metric_title or "none", _SHORT),
        f.history.state,
        answer,
    ]


def _good(pack: Pack) -> Iterator[Block]:
    yield Chapter("Good practice observed")
    if not pack.good:
        yield Text("No good practice was observed in metrics without a serious finding.")
        return
    rows = []
    for (title, place), items in groupby(pack.good, key=lambda g: (g.metric_title, g.place)):
        rows.append([line(title, _SHORT), line(" ".join(g.text for g in items), 900), line(place, _SHORT)])
    columns = [Column("Metric", 24), Column("What is well designed", 50), Column("Place", 26, "code")]
    yield Grid("Metrics without a serious finding, and what is well designed in them", columns, rows)


def _accepted(pack: Pack) -> Iterator[Block]:
    yield Chapter("Accepted risks", page=False)
    if not pack.accepted:
        yield Text("No risk of a finding is accepted.")
        return
    columns = [
        Column("Finding", 10, "ids"),
        Column("Rating", 12, "rating"),
        Column("Risk", 28),
        Column("Reason and decision", 24),
        Column("Asked for by, approved by", 14),
        Column("Ends after", 12),
    ]
    rows = [
        [
            line(a.finding, 40),
            a.rating,
            line(f"{a.metric_title}: {a.title}" if a.metric_title else a.title),
            line(f"{a.waiver.reason} Decision: {a.waiver.decision}. Waiver: {a.waiver.id}"),
            line(f"{a.waiver.requested_by}, {a.waiver.approved_by}", _SHORT),
            line(f"{a.waiver.expires} ({a.expires_words})", _SHORT),
        ]
        for a in pack.accepted
    ]
    yield Grid("Risks that were accepted, the first to end on top", columns, rows)


def _earlier(pack: Pack) -> Iterator[Block]:
    yield Chapter("Status of earlier findings", page=False)
    yield Text(paragraph(pack.earlier_words))
    if not pack.earlier:
        return
    columns = [
        Column("Finding", 10, "ids"),
        Column("What was found", 31),
        Column("Rating now", 12, "rating"),
        Column("Before, now", 13),
        Column("Response", 15),
        Column("Since then", 19),
    ]
    rows = [
        [
            line(e.id, 40),
            line(f"{e.metric_title}: {e.title}" if e.metric_title else e.title),
            e.rating_now,
            f"{e.before}, {e.now}",
            line(e.response, _SHORT),
            line(e.words, _SHORT),
        ]
        for e in pack.earlier
    ]
    yield Grid("Findings of the earlier packs", columns, rows)


def _method(pack: Pack) -> Iterator[Block]:
    repro = pack.reproducibility
    yield Chapter("Method and reproducibility")
    for text in pack.method:
        yield Text(paragraph(text))
    yield Section("How to get the same pack again")
    facts = [
        ("Tool", f"{repro.tool}, rule set {repro.ruleset}"),
        ("As of", repro.as_of),
        ("Commit", repro.commit),
        ("Pack before", repro.previous),
    ]
    yield Terms([(term, line(text)) for term, text in facts])
    yield Text(line(repro.command, 2000), "code")
    if repro.inputs:
        columns = [Column("File", 56, "code"), Column("SHA-256, first 16 of 64", 28, "code"), Column("Bytes", 16)]
        rows = [[line(i.path), line(i.sha256, 64)[:16], f"{i.size:,}"] for i in repro.inputs]
        yield Grid("Files that were read; whole checksums are in data/MANIFEST.json", columns, rows)
    yield Section("Open questions")
    yield from _listed(pack.open_questions, "Nothing that a rule needs is left to declare.")


def _appendices(pack: Pack) -> Iterator[Block]:
    yield Chapter("Rules that were asked", appendix=True)
    columns = [
        Column("Rule", 29),
        Column("What it looks for", 47),
        Column("Findings", 12, "ids"),
        Column("Undecided", 12),
    ]
    rows = [
        [
            line(f"{r.code} {r.name}", _SHORT),
            line(r.summary),
            _ids(r.findings) or "none",
            str(r.undecided) if r.undecided else "none",
        ]
        for r in pack.rules
    ]
    yield Grid("Rules, the findings they came to, and for how many metrics a fact is missing", columns, rows)
    yield Chapter("Ratings and overall opinion", appendix=True)
    yield Terms(_defined(pack.ratings))
    yield Chapter("Sources of criteria", appendix=True, page=False)
    if pack.sources:
        yield sources(pack.sources, named=True)
    else:
        yield Text("No finding cites a criterion.")
    yield Chapter("Terms", appendix=True, page=False)
    yield Terms(_defined(pack.glossary))


def _defined(definitions: Sequence[Definition]) -> list[tuple[str, str]]:
    return [(line(d.term, _SHORT), paragraph(d.text)) for d in definitions]


_MOST_IDS = 12


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
    return ", ".join(line(id_, 40) for id_ in ids[:_MOST_IDS]) + more
