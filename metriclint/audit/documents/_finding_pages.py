"""The pages of one finding: it can be read, answered and signed without the others."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from metriclint.audit.documents._blocks import (
    Block,
    Column,
    Field,
    FindingHead,
    Form,
    Grid,
    Items,
    Label,
    Option,
    Source,
    Sources,
    Strip,
    Terms,
    Text,
)
from metriclint.audit.documents._text import TITLE, line, paragraph, unticked
from metriclint.audit.pack import (
    DECISIONS,
    CriterionText,
    PackFinding,
    RatingGiven,
    RepairOption,
    is_address,
    is_determined,
)

_NAMED = 5
"""Other findings that an option names."""


def rating_words(rating: RatingGiven) -> str:
    """The rating that counts, and where it is from; both where the auditor's is another."""
    if rating.final is None:
        return f"{rating.proposed} (proposed)"
    return (
        f"{rating.final} (final)"
        if rating.final == rating.proposed
        else f"{rating.final} (final; proposed: {rating.proposed})"
    )


def finding_pages(f: PackFinding, *, page: bool) -> Iterator[Block]:
    """All blocks of a finding; ``page`` begins a new one."""
    id_ = line(f.id, 40)
    yield FindingHead(id_, line(f.title, TITLE), f.rating.counts, rating_words(f.rating), page)
    yield Terms(_facts(f))
    yield Label("Criteria: what should be")
    if f.criteria:
        yield sources(f.criteria, named=False)
    else:
        yield Text(paragraph(f.criteria_words))
    yield Label("Condition: what is")
    yield Text(paragraph(f.condition))
    rows = [[line(e.place), line(e.quote), line(e.shows)] for e in f.evidence]
    columns = [Column("Place", 30, "code"), Column("What stands there", 38, "code"), Column("What it shows", 32)]
    yield Grid(f"Evidence of {id_}", columns, rows)
    yield Label(f"Design cause ({f.cause.status})")
    yield Text(paragraph(f.cause.text))
    yield Label(f"{'Effect' if f.effect.status == 'confirmed' else 'Potential effect'} ({f.effect.status})")
    yield Text(paragraph(unticked(f.effect.text)))
    yield Label("Path: how the number gets there")
    if f.path.nodes:
        nodes = [
            replace(n, title=line(n.title, 120), verb=line(n.verb, 40), kind=line(n.kind, 40)) for n in f.path.nodes
        ]
        yield Strip(id_, nodes, line(f.path.text, 2000) or f"Path of {id_}")
    else:
        yield Text(paragraph(f.path.text))
    yield from _options(f)
    yield from _beside(f)
    yield from _forms(f)


def sources(criteria: Sequence[CriterionText], *, named: bool) -> Sources:
    """Criteria with what they are from."""
    return Sources([_source(c, named=named) for c in criteria])


def _source(c: CriterionText, *, named: bool) -> Source:
    url = c.url if is_address(c.url) and c.url.isprintable() and " " not in c.url else ""
    return Source(line(c.ref) if named else "", paragraph(c.text), paragraph(c.source), url)


def _facts(f: PackFinding) -> list[tuple[str, str]]:
    rating = f"{rating_words(f.rating)}. Proposed by {f.rating.proposed_by}: {f.rating.proposed_because}."
    if f.rating.final is not None:
        rating += f" Final by: {f.rating.final_by}."
    facts = [
        ("Rating", rating),
        (
            "Metric",
            f"{f.metric_title} ({f.metric})" if f.metric else "none: the finding is about a decision or the project",
        ),
        ("Owner (role)", f.owner_role),
        ("Kind", f.kind),
        ("Confidence", f"{f.confidence}. {f.confidence_words}"),
        (
            "State",
            f"{f.history.state}. {f.history.words} First seen {f.history.first_seen}, last seen {f.history.last_seen}.",
        ),
        ("Rule", f"{f.code} {f.rule}; fingerprint {f.fingerprint}"),
    ]
    if f.waiver is not None:
        w = f.waiver
        facts.append(("Accepted", f"{w.reason} Approved by {w.approved_by}, ends after {w.expires} ({w.id})."))
    return [(term, line(text)) for term, text in facts]


def _options(f: PackFinding) -> Iterator[Block]:
    yield Label("Options: what can be done")
    yield Text(paragraph(f.options_words), "note")
    for option in f.options:
        yield _option(option)
    if not f.options:
        yield Text("The rule names no option.")
    yield Label("When acting on it would be wrong")
    yield Text(paragraph(unticked(f.ignore_when)))


def _option(option: RepairOption) -> Option:
    head = f"Option {option.letter} ({'proven on the design' if option.proven else 'advice of the rule, not proven'})"
    details = [
        ("What changes", "\n".join(line(c) for c in option.changes)),
        ("To be really done", "\n".join(line(unticked(o)) for o in option.obligations)),
        ("Cost", line(option.cost)),
        ("Can clear as well", _named(option.clears)),
        ("Leaves", _named(option.leaves)),
        ("Can bring", _named(option.brings)),
        ("Gives up", "the use of the number" if option.gives_up else ""),
    ]
    return Option(head, paragraph(unticked(option.text)), [(term, text) for term, text in details if text])


def _named(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return "; ".join(line(text, 120) for text in texts[:_NAMED]) + more


def _beside(f: PackFinding) -> Iterator[Block]:
    if f.also:
        yield Label("Other rules that say the same")
        yield Items([line(f"{o.code} {o.rule}: {o.message} ({o.place})") for o in f.also])
    yield Label("Limits of this finding")
    yield Items([line(text) for text in f.limits])


def _forms(f: PackFinding) -> Iterator[Block]:
    r, c, id_ = f.response, f.confirmation, line(f.id, 40)
    yield Form(
        f"Response of the organisation to {id_}",
        [
            [Field("Decision", boxes=[(d.replace("-", " "), d == r.decision) for d in DECISIONS])],
            [Field("Response", _given(r.text), lines=3)],
            [
                Field("Action owner (role)", _short(r.action_owner)),
                Field("Due date", _short(r.due)),
            ],
            [Field("Closure evidence", _given(r.closure_evidence))],
            *([[Field("Notes", paragraph(r.notes))]] if r.notes else []),
        ],
    )
    yield Form(
        f"Confirmation of {id_} by the auditor",
        [
            [Field("Final rating", f.rating.final or ""), Field("Status", c.status)],
            [Field("By (role)", _short(c.by)), Field("On", _short(c.on))],
            [Field("Signature", lines=2)],
        ],
    )


def _short(text: str) -> str:
    return line(_given(text), 120)


def _given(text: str) -> str:
    """What was filled in; nothing where the form is to be filled in by hand."""
    return paragraph(text) if is_determined(text) else ""
