"""From a finding of the check to a record of the pack: criteria, condition, cause, effect, path, answers."""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from metriclint.audit.checked import Ground, place_of, role_title
from metriclint.audit.facts import design_words, key_words, tells
from metriclint.audit.options import Searched
from metriclint.audit.pack import (
    Accepted,
    AlsoReported,
    Cause,
    Confirmation,
    CriterionText,
    Effect,
    Evidence,
    History,
    PackFinding,
    Path,
    PathNode,
    Rating,
    RatingGiven,
    Response,
    is_address,
    not_determined,
)
from metriclint.audit.responses import Answer
from metriclint.audit.words import CONFIDENCE_WORDS
from metriclint.files.problem import shorten
from metriclint.findings.finding import Acceptance, Fact, Finding, Step, path_words
from metriclint.pictures.strip import strip_svg
from metriclint.version import VERSION

TOOL = f"metriclint {VERSION}"
_TITLE = 160
_SENTENCE = re.compile(r"(.+?[.!?])(?=\s+[\"A-Z]|$)", re.DOTALL)
_SILENT = not_determined("the card does not say")


def record(
    f: Finding,
    ground: Ground,
    searched: Searched,
    also: Sequence[Finding],
    past: History,
    id_: str,
    key: str,
    answer: Answer,
) -> PackFinding:
    """The record of a finding. ``also`` are those folded under it, ``key`` is what it is called in responses."""
    project = ground.project
    owner = project.metrics[f.metric].value.governance if f.metric in project.metrics else None
    criteria = criteria_of(f, ground)
    rule = ground.catalogue.find(f.rule)
    return PackFinding(
        id=id_,
        key=key,
        fingerprint=f.fingerprint,
        project=f.project,
        rule=f.rule,
        code=f.code,
        family=f.family,
        kind="nonconformity" if criteria and f.kind == "finding" else "observation",
        metric=f.metric,
        metric_title=f.metric_title,
        owner_role=role_title(owner.owner if owner else None, project) or _SILENT,
        title=title_of(f.message),
        rating=rating(f, ground.stakes.get(f.metric, 0), bool(criteria), answer),
        confidence=f.confidence,
        confidence_words=CONFIDENCE_WORDS[f.confidence],
        criteria=criteria,
        criteria_words=" ".join(f"{c.text} ({c.source})" for c in criteria)
        or not_determined("the rule cites no criterion, so this is an observation"),
        condition=f.message + (f" And {f.more} more like it on this metric." if f.more else ""),
        evidence=list(_evidence(f, ground)),
        cause=Cause(_cause([fact for fact in f.facts if tells(fact)]), answer.cause or "hypothesis"),
        effect=Effect(f.why, answer.effect or "potential"),
        path=path_of(f.path),
        options=searched.options,
        options_words=searched.words,
        ignore_when=" ".join(rule.rule.ignore_when.split()) if rule else not_determined("the rule names no case"),
        response=response_of(answer),
        confirmation=confirmation_of(answer),
        history=past,
        waiver=accepted(f.waiver) if f.waiver else None,
        also=[AlsoReported(o.rule, o.code, o.message, place_of(o.location), o.fingerprint) for o in also],
        limits=list(_limits(f)),
        severity=f.severity,
    )


def title_of(message: str, most: int = _TITLE) -> str:
    """The first sentence of a message, cut between words where it is long."""
    match = _SENTENCE.match(message)
    whole = match[1] if match else message
    title = shorten(whole, most)
    words = title.removesuffix("…").rpartition(" ")[0]
    return f"{words.rstrip(' ,;:')}…" if title.endswith("…") and len(words) > most // 2 else title


def rating(f: Finding, stakes: int, has_criterion: bool, answer: Answer) -> RatingGiven:
    """The rating that the tool proposes, and the one that was given."""
    proposed, because = _proposed(f, stakes, has_criterion)
    return RatingGiven(
        proposed=proposed,
        proposed_by=TOOL,
        proposed_because=because,
        final=answer.final_rating or None,
        final_by=_rated_by(answer),
    )


def _proposed(f: Finding, stakes: int, has_criterion: bool) -> tuple[Rating, str]:
    said = f"severity {f.severity} of the check"
    if not has_criterion or f.kind == "observation":
        return "observation", "the rule cites no criterion"
    if f.severity == "error" and stakes == 4 and f.confidence == "high":
        return "critical", f"{said}, stakes of 4 (money, a licence or the job), high confidence"
    ratings: dict[str, Rating] = {"error": "high", "warning": "medium", "note": "low", "info": "low"}
    return ratings[f.severity], said


def criteria_of(f: Finding, ground: Ground) -> list[CriterionText]:
    """What should be, with the sources."""
    found = []
    for c in f.criteria:
        entry = ground.criteria.get(c.ref)
        source = f"{entry.title}. {' '.join(entry.citation.split())}" if entry else c.ref
        url = (entry.url or "") if entry else ""
        found.append(CriterionText(c.ref, c.text, source, url if is_address(url) else ""))
    return found


def _evidence(f: Finding, ground: Ground) -> Iterator[Evidence]:
    """The place of the finding, then each declared fact; one record for a line."""
    shown: dict[tuple[str, int, str], list[str]] = {}
    locations = {}
    first = (f.location.path, f.location.line, f.location.cell)
    shown[first], locations[first] = ["the place of the finding"], f.location
    for fact in f.facts:
        if fact.location is not None:
            where = (fact.location.path, fact.location.line, fact.location.cell)
            locations.setdefault(where, fact.location)
            shown.setdefault(where, []).append(key_words(fact))
    for where, words in shown.items():
        location = locations[where]
        quote = f.excerpt if where == first else ground.places.excerpt(location)
        quote = shorten(quote, 200) or not_determined("the line is empty")
        yield Evidence(location.path, location.line, quote, "; ".join(words), place_of(location))


def _cause(facts: Sequence[Fact]) -> str:
    """What stands together in the design. Why it came to be so is not known."""
    if not facts:
        return not_determined("the rule rests on nothing that is declared; why the design is so was not examined")
    words = "; ".join(dict.fromkeys(design_words(fact) for fact in facts))
    return f"These facts stand together in the design: {words}. Why it came to be so was not examined."


def path_of(steps: Sequence[Step]) -> Path:
    """A path with its strip."""
    nodes = [
        PathNode(s.title, s.kind, s.verb, place_of(s.location) or not_determined("it is not declared"), s.assumed)
        for s in steps
    ]
    words = path_words(steps) or not_determined("this finding is explained by no path")
    return Path(nodes, words, strip_svg(steps))


def drawn(path: Path) -> Path:
    """A path that was read from an earlier pack, with its strip drawn anew."""
    steps = [Step("", n.kind, n.title, n.verb, None, n.assumed) for n in path.nodes]
    return Path(path.nodes, path.text, strip_svg(steps))


def answered(f: PackFinding, answer: Answer) -> PackFinding:
    """A record that is carried on, with what people say about it now."""
    given = replace(f.rating, final=answer.final_rating or None, final_by=_rated_by(answer))
    return replace(
        f,
        rating=given,
        response=response_of(answer),
        confirmation=confirmation_of(answer),
        cause=replace(f.cause, status=answer.cause or "hypothesis"),
        effect=replace(f.effect, status=answer.effect or "potential"),
    )


def _rated_by(answer: Answer) -> str:
    if not answer.final_rating:
        return not_determined("nobody has given a final rating")
    return answer.rated_by or not_determined("the rating was given without a role")


def response_of(answer: Answer) -> Response:
    """What the organisation answered."""
    nobody = not_determined("no response was given yet")
    silent = nobody if answer.decision is None and not answer.text else not_determined("the response does not say")
    return Response(
        decision=answer.decision or None,
        text=answer.text or silent,
        action_owner=answer.owner or silent,
        due=answer.due or silent,
        closure_evidence=answer.closure_evidence or not_determined("none was given yet"),
        notes=answer.notes or "",
    )


def confirmation_of(answer: Answer) -> Confirmation:
    """Whether an auditor stands behind it."""
    status = answer.status or "not confirmed"
    confirmed = status.startswith("confirmed")
    missing = "it is not recorded" if status != "not confirmed" else "the finding is not confirmed yet"
    return Confirmation(
        status=status,
        confirmed=confirmed,
        by=answer.confirmed_by or not_determined(missing),
        on=answer.confirmed_on or not_determined(missing),
    )


def accepted(waiver: Acceptance) -> Accepted:
    """A waiver as an audit lists it."""
    silent = not_determined("the waiver does not say")
    return Accepted(
        id=place_of(waiver.location) or not_determined("its place is not known"),
        reason=waiver.reason or silent,
        decision=waiver.decision or silent,
        requested_by=waiver.requested_by or silent,
        approved_by=waiver.approved_by or silent,
        expires=waiver.expires or silent,
    )


def _limits(f: Finding) -> Iterator[str]:
    yield "Only declared facts were looked at; no data on behaviour was examined."
    if any(fact.provenance == "assumed" for fact in f.facts) or any(step.assumed for step in f.path):
        yield "Part of the path or of the facts is assumed, not declared; it is marked."
    if f.confidence != "high":
        yield CONFIDENCE_WORDS[f.confidence]
    if f.severity_from == "configuration":
        yield "The configuration of the project sets the severity of this rule; the proposed rating follows it."
