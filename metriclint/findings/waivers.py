"""Waivers: which findings they cover, and what is wrong with them themselves.

They are applied in one place, after all rules. A waiver counts only where it names a rule and a metric that exist,
gives a reason, stands on two different roles and has an end that has not passed. Whatever it lacks is a finding of its
own, so a waiver that stopped to count never goes unseen.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from metriclint.files.problem import did_you_mean, shorten
from metriclint.findings.candidates import Candidate, fingerprint
from metriclint.findings.finding import SEVERITIES, Acceptance, Finding, FixOption, SeverityFrom
from metriclint.findings.place import Places
from metriclint.findings.verdict import WAIVER_RULES, Below, Selection
from metriclint.findings.waiver_words import WORDS
from metriclint.graph.words import quoted
from metriclint.model.project import Origin, Project, WaiverEntry
from metriclint.model.text import normal_title
from metriclint.rules.catalogue import CompiledRule
from metriclint.rules.rule import Severity

SOON = 14
"""Days before its end from which on a waiver is spoken of."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Remark(Struct):
    """Something about a waiver that has to be said, not placed yet."""

    rule: str
    """One of the rules about waivers."""
    waiver: WaiverEntry
    origin: Origin
    message: str
    severity: Severity
    severity_from: SeverityFrom = "rule"


def last_day(expires: str | None) -> datetime.date | None:
    """The last day of a waiver; ``None`` where there is none or it cannot be read as ``2027-02-28``."""
    if expires is None or not _DATE.fullmatch(expires):
        return None
    try:
        return datetime.date.fromisoformat(expires)
    except ValueError:
        return None


def settle(
    project: Project, candidates: Sequence[Candidate], selection: Selection, today: str, below: Below
) -> list[Remark]:
    """Mark the candidates that a waiver covers as waived, in place. Returns what there is to say about the waivers.

    ``candidates`` are all findings of the project, those included that the configuration leaves out somewhere. Where
    several waivers cover a finding, the one that runs longest stands for them.
    """
    day = datetime.date.fromisoformat(today)
    by_rule: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_rule.setdefault(candidate.rule.name, []).append(candidate)
    remarks: list[Remark] = []
    for entry in project.waivers:
        claim = _Claim(project, entry, selection, by_rule, day)
        remarks += claim.remarks()
        if claim.counts:
            for candidate in claim.covered:
                if candidate.waiver is None or (candidate.waiver.value.expires or "") < (entry.value.expires or ""):
                    candidate.status, candidate.waiver = "waived", entry
    return [r for r in remarks if r.rule in selection.waiver_rules and _ruled(r, selection, below)]


def _ruled(remark: Remark, selection: Selection, below: Below) -> bool:
    """Give a remark the severity of the configuration; false where it is left out for its file."""
    ignored, severity = selection.ruling(remark.rule, below(remark.origin.path) if selection.overrides else "")
    if severity is not None:
        remark.severity, remark.severity_from = severity, "configuration"
    return not ignored


class _Claim:
    """One waiver, held against the findings of its project."""

    def __init__(
        self,
        project: Project,
        entry: WaiverEntry,
        selection: Selection,
        by_rule: dict[str, list[Candidate]],
        day: datetime.date,
    ) -> None:
        self.project, self.entry, self.selection, self.day = project, entry, selection, day
        self.rule: CompiledRule | None = selection.catalogue.find(entry.value.rule)
        self.end = last_day(entry.value.expires)
        found = by_rule.get(self.rule.name, []) if self.rule else []
        bound = entry.value.fingerprint
        self.named = [c for c in found if entry.metric is None or c.metric == entry.metric]
        """Findings of the rule about the metric."""
        self.covered = [c for c in self.named if bound is None or c.fingerprint == bound]
        """Those of them on the path that it is bound to, if it is."""
        self.counts = False

    def remarks(self) -> Iterator[Remark]:
        """What is to be said, the gravest only where one makes the others idle. Sets whether the waiver counts."""
        gravest = self._unknown() or self._not_allowed() or self._expired()
        if gravest:
            yield gravest
            return
        missing = self._incomplete() or self._self_approved()
        if missing:
            yield missing
        idle = self._idle()
        if idle:
            yield idle
        if self.covered and not missing:
            self.counts = True
            yield from self._about_its_end()
        yield from self._dead_compensation()

    def _unknown(self) -> Remark | None:
        waiver, metrics = self.entry.value, self.project.metrics
        if waiver.rule.lower() in WAIVER_RULES or waiver.rule.upper() in WAIVER_RULES.values():
            what = f"The waiver names {waiver.rule}, which is about waivers. No waiver covers those."
            return self._remark("unknown-waiver-target", "rule", what)
        if self.rule is None:
            near = did_you_mean(waiver.rule, self.selection.catalogue.names())
            what = f'The waiver names the rule "{shorten(waiver.rule, 60)}", which does not exist{_ending(near)}'
            return self._remark("unknown-waiver-target", "rule", what)
        metric = self.entry.metric
        if metric is not None and metric not in metrics:
            near = did_you_mean(metric, metrics)
            what = f'The waiver of {self.rule.name} names the metric "{metric}", which does not exist{_ending(near)}'
            return self._remark("unknown-waiver-target", "metric", what)
        if metric is None and waiver.fingerprint is None and self.rule.rule.scope == "metric":
            what = f"The waiver of {self.rule.name} names no metric. A waiver is for one metric, never for all of them."
            return self._remark("unknown-waiver-target", "rule", what)
        return None

    def _not_allowed(self) -> Remark | None:
        assert self.rule is not None
        if self.rule.rule.waivable and self.rule.name not in self.selection.never_waived:
            return None
        what = f"{self._name()} does not count: {self.rule.name} is a rule that nobody can waive."
        return self._remark("waiver-not-allowed", "rule", what)

    def _expired(self) -> Remark | None:
        given = self.entry.value.expires
        if self.end is None and given is None:
            what = f"{self._name()} has no end, so it does not count. Name its last day, such as 2027-02-28."
        elif self.end is None:
            what = (
                f'{self._name()} has the end "{shorten(given or "", 40)}", which is no date, so it counts as expired. '
                "Write it as 2027-02-28."
            )
        elif self.end < self.day:
            what = f"{self._name()} ended on {given}. What it covered counts again."
        else:
            return None
        return self._remark("expired-waiver", "expires", what)

    def _incomplete(self) -> Remark | None:
        waiver = self.entry.value
        told = (
            ("a reason", waiver.reason),
            ("who asked for it", waiver.requested_by),
            ("who accepted the risk", waiver.approved_by),
        )
        missing = [words for words, value in told if not (value or "").strip()]
        if not missing:
            return None
        listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        return self._remark(
            "incomplete-waiver", "rule", f"{self._name()} does not give {listed}, so it does not count."
        )

    def _self_approved(self) -> Remark | None:
        waiver = self.entry.value
        if self._role(waiver.requested_by) != self._role(waiver.approved_by):
            return None
        role = shorten(waiver.approved_by or "", 60)
        what = f"{self._name()} was asked for and accepted by the same role ({role}), so it does not count."
        return self._remark("self-approved-waiver", "approved_by", what)

    def _role(self, name: str | None) -> str:
        """A role in one spelling: its declared title leads to its id."""
        normal = normal_title((name or "").replace("-", " ").replace("_", " "))
        for id_, role in self.project.roles.items():
            if normal in (normal_title(id_.replace("-", " ")), normal_title(role.value.title or "")):
                return id_
        return normal

    def _idle(self) -> Remark | None:
        """It covers nothing. Silent where the rule is not asked in this run, since nothing can be said then."""
        assert self.rule is not None
        if self.covered:
            return None
        if self.named:
            what = (
                f"{self._name()} was given for one path, and the finding takes another now. "
                "The risk that was accepted may not be this one, so it does not count."
            )
            return self._remark("waiver-path-changed", "fingerprint", what)
        if self.rule.rule.retired or self.rule.name in {r.name for r in self.selection.rules}:
            what = f"{self._name()} covers nothing: there is no such finding any more."
            return self._remark("unused-waiver", "rule", what)
        return None

    def _about_its_end(self) -> Iterator[Remark]:
        assert self.end is not None
        left = (self.end - self.day).days
        worst = max((c.severity for c in self.covered), key=SEVERITIES.index)
        limit = self.project.config.waivers.days(worst)
        if left > limit:
            article = "an" if worst in ("error", "info") else "a"
            what = f"{self._name()} runs for {left} more days; {limit} are allowed for {article} {worst}."
            yield self._remark("overlong-waiver", "expires", what, worst)
        elif left <= SOON:
            when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
            yield self._remark(
                "waiver-ends-soon", "expires", f"{self._name()} ends {when}, on {self.end}. After that it counts again."
            )

    def _dead_compensation(self) -> Iterator[Remark]:
        for index, id_ in enumerate(self.entry.value.compensating or ()):
            metric = self.project.metrics.get(id_)
            if metric is not None and metric.value.status != "retired":
                continue
            state = "does not exist" if metric is None else "is retired"
            near = did_you_mean(id_, self.project.metrics) if metric is None else ""
            what = f'{self._name()} rests on "{id_}" to watch the risk, and that metric {state}{_ending(near)}'
            yield self._remark("dead-compensating-metric", ("compensating", index), what)

    def _name(self) -> str:
        """The waiver at the beginning of a sentence."""
        entry = self.project.metrics.get(self.entry.metric or "")
        about = f" for {quoted(entry.value.title)}" if entry is not None else ""
        return f"The waiver of {self.rule.name if self.rule else self.entry.value.rule}{about}"

    def _remark(
        self, rule: str, key: str | tuple[str | int, ...], message: str, severity: Severity | None = None
    ) -> Remark:
        parts = (key,) if isinstance(key, str) else key
        usual = WORDS[rule].severity
        return Remark(rule, self.entry, self.entry.origin.below(*parts), message, severity or usual)


def _ending(near: str) -> str:
    return f'; did you mean "{near}"?' if near else "."


def acceptance(entry: WaiverEntry, places: Places) -> Acceptance:
    """What a report says about the waiver of a finding."""
    waiver = entry.value
    return Acceptance(
        decision=waiver.decision or "",
        reason=" ".join((waiver.reason or "").split()),
        requested_by=waiver.requested_by or "",
        approved_by=waiver.approved_by or "",
        expires=waiver.expires or "",
        location=places.location(entry.origin),
    )


def findings_of(remarks: Iterable[Remark], places: Places, project: Project) -> Iterator[Finding]:
    """Remarks as findings. Their places must have been asked for; two alike get fingerprints of their own."""
    seen: dict[str, int] = {}
    for remark in remarks:
        words, waiver = WORDS[remark.rule], remark.waiver
        metric = project.metrics.get(waiver.metric or "")
        nodes = [f"waiver:{waiver.value.rule}", *([waiver.value.fingerprint] if waiver.value.fingerprint else [])]
        nodes += [str(part) for part in remark.origin.route[-2:]] if remark.rule == "dead-compensating-metric" else []
        print_ = fingerprint(remark.rule, waiver.metric or "", nodes)
        seen[print_] = seen.get(print_, 0) + 1
        if seen[print_] > 1:
            print_ = fingerprint(remark.rule, waiver.metric or "", [*nodes, str(seen[print_])])
        location = places.location(remark.origin)
        assert location is not None
        yield Finding(
            rule=remark.rule,
            code=WAIVER_RULES[remark.rule],
            family="governance",
            severity=remark.severity,
            confidence="high",
            metric=waiver.metric or "",
            metric_title=metric.value.title if metric else waiver.metric or "Waivers",
            message=remark.message,
            fingerprint=print_,
            location=location,
            facts=[],
            path=[],
            variant="none",
            why=words.why,
            fixes=[FixOption(text) for text in words.fixes],
            criteria=[],
            excerpt=places.excerpt(location),
            kind="observation",
            project=project.name,
            severity_from=remark.severity_from,
        )
