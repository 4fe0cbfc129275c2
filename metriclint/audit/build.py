"""The pack of a checked project: numbers, states, records, and everything around them."""

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.audit.checked import Checked, place_of
from metriclint.audit.earlier import Carried, Earlier, answer_of, fixed, history, id_of, number_of
from metriclint.audit.executive import executive
from metriclint.audit.gone import why_gone
from metriclint.audit.inventory import good_practice, inventory, open_question
from metriclint.audit.options import search
from metriclint.audit.pack import (
    DONE,
    DRAFT,
    RATINGS,
    AcceptedRisk,
    CriterionText,
    EarlierFinding,
    InputFile,
    Pack,
    PackFinding,
    Reproducibility,
    RuleAsked,
    Scope,
    is_determined,
    not_determined,
)
from metriclint.audit.records import answered, drawn, record
from metriclint.audit.responses import Answer, Responses, is_date
from metriclint.audit.words import GLOSSARY, LIMITATIONS, METHOD, rating_definitions
from metriclint.findings.finding import Finding
from metriclint.reports.terminal import counted
from metriclint.version import VERSION

_NO_CLIENT = not_determined("no client was named")


class Request(Struct, frozen=True):
    """What an audit is asked to do, besides the projects."""

    today: str
    """ISO date, the as-of date of the pack."""
    client: str = ""
    command: str = "metriclint audit"
    """How to get the same pack again."""
    inputs: list[InputFile] = field(default_factory=list)
    """What was read."""
    asked: list[str] = field(default_factory=list)
    """Files and folders that were named; none for the configured ones."""


def build_pack(checked: Checked, request: Request, responses: Responses, earlier: Earlier) -> Pack:
    """The whole content of a pack."""
    builder = _Builder(checked, request, responses, earlier)
    return builder.pack()


class _Builder:
    def __init__(self, checked: Checked, request: Request, responses: Responses, earlier: Earlier) -> None:
        self.checked, self.request, self.responses, self.earlier = checked, request, responses, earlier
        self.carried = Carried(earlier)
        self.shown, self.behind = _led(checked.report.findings, self.carried)
        self.searched = search(checked, self.shown)

    def pack(self) -> Pack:
        """Everything, put together."""
        findings = list(self._findings())
        gone = list(self._fixed(findings))
        accepted = [_accepted_risk(f, self.request.today) for f in findings if f.waiver is not None]
        accepted.sort(key=lambda a: (a.waiver.expires, a.finding))
        was = list(self._earlier(findings, gone))
        draft = any(not f.confirmation.confirmed and f.confirmation.status != "withdrawn" for f in findings)
        report = self.checked.report
        return Pack(
            schema="metriclint/audit/1",
            title="Review of metric design",
            client=self.request.client or _NO_CLIENT,
            engagement=self._engagement(),
            as_of=self.request.today,
            draft=draft,
            draft_notice=DRAFT if draft else "",
            classification=not_determined("the auditor decides"),
            distribution=not_determined("the auditor decides"),
            executive=executive(self.checked, findings, self.searched, accepted, self.earlier, was, self.request.today),
            scope=self._scope(),
            metrics=inventory(self.checked, findings, report.undecided),
            findings=findings,
            fixed=gone,
            good=good_practice(self.checked, report.findings),
            accepted=accepted,
            earlier=was,
            earlier_words=_earlier_words(self.earlier, was),
            open_questions=[open_question(u) for u in report.undecided],
            method=METHOD,
            reproducibility=self._reproducibility(),
            rules=self._rules(findings),
            ratings=rating_definitions(),
            sources=self._sources(findings),
            glossary=GLOSSARY,
            remarks=list(self._remarks(findings, gone)),
        )

    def _engagement(self) -> str:
        names = sorted(self.checked.grounds)
        text = "\n".join([self.request.client, *names])
        return self.earlier.engagement or hashlib.sha256(text.encode()).hexdigest()[:16]

    # Findings

    def _findings(self) -> Iterator[PackFinding]:
        """Records with numbers, the gravest first. New numbers go to new findings in the order of reading."""
        prints = [f.fingerprint for f in self.shown]
        number = self.earlier.next_number
        records = []
        for f in self.shown:
            before = self.carried.of(f.project, f.fingerprint)
            past = history(
                before,
                self.carried.behind(f.fingerprint),
                self.earlier,
                self.request.today,
                waived=f.status == "waived",
            )
            key = f.fingerprint if prints.count(f.fingerprint) == 1 else f"{f.fingerprint}@{f.project or '.'}"
            answer = self._answer(key, f.fingerprint, before)
            ground, also = self.checked.ground(f), self.behind.get(f.fingerprint + f.project, [])
            searched = self.searched[f.project, f.fingerprint]
            id_ = before.id if before else ""
            records.append(record(f, ground, searched, also, past, id_, key, answer))
        for found in sorted(records, key=_order):
            if not found.id:
                found, number = replace(found, id=id_of(number)), number + 1
            yield found

    def _answer(self, key: str, fingerprint: str, before: PackFinding | None) -> Answer:
        """What people said: in the file of responses, else in the earlier pack."""
        told = self.responses.responses
        answer = told.get(key) or told.get(fingerprint) or Answer()
        return answer.over(answer_of(before)) if before else answer

    def _fixed(self, findings: Sequence[PackFinding]) -> Iterator[PackFinding]:
        there = {f.id for f in findings}
        for before in sorted(self.earlier.findings, key=lambda f: number_of(f.id)):
            if before.id not in there:
                answer = self._answer(before.key, before.fingerprint, before)
                gone = answered(fixed(before, why_gone(before, self.checked, findings)), answer)
                yield replace(gone, path=drawn(gone.path))

    def _earlier(self, findings: Sequence[PackFinding], gone: Sequence[PackFinding]) -> Iterator[EarlierFinding]:
        now = {f.id: f for f in (*findings, *gone)}
        for before in sorted(self.earlier.findings, key=lambda f: number_of(f.id)):
            f = now[before.id]
            yield EarlierFinding(
                id=f.id,
                title=f.title,
                metric_title=f.metric_title,
                before=before.history.state,
                now=f.history.state,
                rating_before=before.rating.counts,
                rating_now=f.rating.counts,
                response=_response_words(f),
                words=f.history.words,
            )

    # What stands around them

    def _scope(self) -> Scope:
        report, grounds = self.checked.report, self.checked.grounds
        named = ", ".join(self.request.asked) or "the configured paths"
        included = [
            f"{counted(report.summary.metrics, 'metric')} declared in "
            f"{counted(report.summary.documents, 'document')} ({named})",
            *(f"Project {name}" for name in sorted(grounds) if name not in ("", ".")),
            f"Rule set {report.tool.ruleset} with {counted(report.summary.rules, 'rule')}",
        ]
        excluded = [f"{path}: no declaration of metrics" for path in self.checked.skipped]
        if report.summary.filtered:
            left = f"{counted(report.summary.filtered, 'finding')} left out by the configuration or the paths named"
            excluded.append(left)
        excluded += [": ".join(filter(None, (place_of(n.location), n.message))) for n in report.notices]
        retired = sum(1 for g in grounds.values() for e in g.project.metrics.values() if e.value.status == "retired")
        if retired:
            excluded.append(f"{counted(retired, 'retired metric')}: no rule was asked about them")
        objective = (
            "To find out which effects that nobody wants the design of the metrics admits, before they are used, and "
            "to give options. It is not a judgement of people or of results."
        )
        return Scope(objective, included, excluded, LIMITATIONS)

    def _reproducibility(self) -> Reproducibility:
        previous = "This is the first pack of the engagement."
        if self.earlier.as_of:
            previous = f"It follows the pack of {self.earlier.as_of}."
        return Reproducibility(
            tool=f"metriclint {VERSION}",
            ruleset=self.checked.report.tool.ruleset,
            command=self.request.command,
            as_of=self.request.today,
            commit=not_determined("the tool reads files, not the repository; MANIFEST.json has their checksums"),
            inputs=self.request.inputs,
            previous=previous,
        )

    def _rules(self, findings: Iterable[PackFinding]) -> list[RuleAsked]:
        ids: dict[str, list[str]] = {}
        for f in findings:
            for code in dict.fromkeys((f.code, *(o.code for o in f.also))):
                ids.setdefault(code, []).append(f.id)
        waiting: dict[str, int] = {}
        for u in self.checked.report.undecided:
            for code in u.rules:
                waiting[code] = waiting.get(code, 0) + 1
        rules = {r.code: r for g in self.checked.grounds.values() for r in g.catalogue.rules.values()}
        return [
            RuleAsked(
                code=code,
                name=compiled.name,
                family=compiled.family,
                summary=" ".join(compiled.rule.summary.split()),
                criteria=[c.ref for c in compiled.rule.criteria],
                findings=ids.get(code, []),
                undecided=waiting.get(code, 0),
            )
            for code, compiled in sorted(rules.items())
            if not compiled.rule.retired and not compiled.rule.preview
        ]

    def _sources(self, findings: Iterable[PackFinding]) -> list[CriterionText]:
        known: dict[str, CriterionText] = {}
        entries = {ref: e for g in self.checked.grounds.values() for ref, e in g.criteria.items()}
        for criterion in (c for f in findings for c in f.criteria):
            says = " ".join(entries[criterion.ref].says.split()) if criterion.ref in entries else criterion.text
            known.setdefault(criterion.ref, replace(criterion, text=says))
        return [known[ref] for ref in sorted(known)]

    def _remarks(self, findings: Sequence[PackFinding], gone: Sequence[PackFinding]) -> Iterator[str]:
        known = {key for f in (*findings, *gone) for key in (f.key, f.fingerprint)}
        ids = {f.fingerprint: f.id for f in (*findings, *gone)}
        for key, answer in self.responses.responses.items():
            name = answer.id or key
            if key not in known:
                yield f"The response to {name} belongs to no finding of this pack; it is kept in responses.yaml."
            elif answer.id and ids.get(key.partition("@")[0], answer.id) != answer.id:
                yield f"The response to {key} says {answer.id}; the finding is {ids[key.partition('@')[0]]}."
        for f in findings:
            if f.confirmation.status in DONE:
                yield f"{f.id} is still reported although its status is “{f.confirmation.status}”."
        for row in self.responses.unknown_rows:
            yield f"Row {row.row} of {row.register} belongs to no finding; it is kept in responses.yaml."


def _led(findings: Iterable[Finding], carried: Carried) -> tuple[list[Finding], Mapping[str, list[Finding]]]:
    """Findings with a number, and by fingerprint and project those that say the same and stand behind them.

    What had a number before keeps it, though another says the same now.
    """
    counted_ = [f for f in findings if f.status in ("reported", "waived")]
    heads = {(f.project, f.metric, f.code): f for f in counted_ if f.folded_under is None}
    shown, behind = [], dict[str, list[Finding]]()
    for f in counted_:
        head = heads.get((f.project, f.metric, f.folded_under or ""))
        if head is None or carried.of(f.project, f.fingerprint) is not None:
            shown.append(f)
        else:
            behind.setdefault(head.fingerprint + head.project, []).append(f)
    return shown, behind


def _order(f: PackFinding) -> tuple[object, ...]:
    """The gravest first; what has a number before what is new, then by place."""
    accepted = f.history.state == "accepted"
    place = f.evidence[0]
    return accepted, RATINGS.index(f.rating.counts), number_of(f.id) or 10**9, place.path, place.line, f.code, f.key


def _accepted_risk(f: PackFinding, today: str) -> AcceptedRisk:
    assert f.waiver is not None
    ends = f.waiver.expires
    left = (datetime.date.fromisoformat(ends) - datetime.date.fromisoformat(today)).days if is_date(ends) else 0
    words = {0: "ends today", 1: "ends tomorrow"}.get(left, f"ends in {left} days")
    return AcceptedRisk(f.id, f.title, f.metric_title, f.rating.counts, f.waiver, left, words)


def _response_words(f: PackFinding) -> str:
    if f.response.decision is None:
        return "no response"
    parts = [f.response.decision.replace("-", " ")]
    if is_determined(f.response.action_owner):
        parts.append(f.response.action_owner)
    if is_determined(f.response.due):
        parts.append(f"due {f.response.due}")
    return ", ".join(parts)


def _earlier_words(earlier: Earlier, was: Sequence[EarlierFinding]) -> str:
    if not earlier.as_of:
        return "This is the first pack of the engagement; there are no earlier findings."
    gone = sum(1 for e in was if e.now == "fixed")
    return (
        f"The pack of {earlier.as_of} and those before it had {counted(len(was), 'finding')}; "
        f"{gone} of them {'is' if gone == 1 else 'are'} no longer reported."
    )
