"""The finding and the report: frozen records that have all they need to be rendered.

The field names are the JSON contract ``metriclint/report/1``.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import Struct, field

from metriclint.files.problem import Problem, shorten
from metriclint.model.text import note
from metriclint.rules.rule import Confidence, Severity, Variant

SEVERITIES: tuple[Severity, ...] = ("info", "note", "warning", "error")
"""From the lowest to the highest."""
Status = Literal["reported", "waived", "baselined", "filtered"]
SeverityFrom = Literal["rule", "configuration"]


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything in a report."""


class Location(Record, frozen=True, omit_defaults=True):
    """A place in a file. Lines and columns are 1-based, the end is exclusive; 0 means unknown."""

    path: Annotated[str, note("Path", "File, relative to the working folder.", "metrics/ai.yaml")]
    line: Annotated[int, note("Line", "First line.", 12)]
    column: Annotated[int, note("Column", "First column.", 5)]
    end_line: Annotated[int, note("End line", "Last line.", 12)]
    end_column: Annotated[int, note("End column", "Column behind the last one.", 20)]
    route: Annotated[
        list[str | int],
        note("Route", "Keys and indexes from the top of the document.", ["metrics", "ai-tokens", "kind"]),
    ]
    cell: Annotated[str, note("Cell", "Sheet and cell, in a workbook; line and column are its own.", "KPIs!D14")] = ""

    @property
    def shown(self) -> str:
        """The place as people write it: ``metrics.yaml:12:5``, or ``kpis.xlsx:KPIs!D14``."""
        return f"{self.path}:{self.cell or f'{self.line}:{self.column}'}"


class Fact(Record, frozen=True):
    """A fact that made a rule true, and where it comes from."""

    fact: Annotated[str, note("Fact", "Name in the vocabulary.", "board.ranked")]
    value: Annotated[Any, note("Value", "Its value.", True)]
    provenance: Annotated[
        Literal["declared", "read", "inferred", "derived", "assumed", "default"],
        note(
            "Provenance",
            "Declared in a document, read or inferred from a file of another tool, derived, assumed from a template, "
            "or a default by design.",
            "declared",
        ),
    ]
    location: Annotated[Location | None, note("Location", "Where it is declared.", None)] = None
    text: Annotated[str, note("Text", "How it came about, where it is not declared.", "")] = ""


class Step(Record, frozen=True):
    """One node of a path, with the verb that leads to it."""

    node: Annotated[str, note("Node", "Stable id.", "metric:ai-tokens")]
    kind: Annotated[str, note("Kind", "Kind of node.", "metric")]
    title: Annotated[str, note("Title", "What people call it.", "AI tokens used")]
    verb: Annotated[str, note("Verb", "Words from the step before; empty for the first.", "moves")]
    location: Annotated[Location | None, note("Location", "Where the step is declared.", None)] = None
    assumed: Annotated[bool, note("Assumed", "Filled in, not declared.", False)] = False


def path_words(path: Sequence[Step]) -> str:
    """A path on one line, verbs as words; where something is assumed and not declared, the first of it is marked."""
    words = []
    assumed = False
    for step in path:
        title, verb = shorten(step.title, 60), step.verb
        if step.assumed and not assumed:
            title += " (assumed)"
        assumed = step.assumed
        words.append(f"→ {verb} → {title}" if verb else title)
    return " ".join(words)


class FixOption(Record, frozen=True):
    """Something that can be done, best first."""

    text: Annotated[str, note("Text", "In plain words.", "Show the team total only.")]
    change: Annotated[dict[str, Any], note("Change", "Facts that it sets.", {"board.ranked": False})] = field(
        default_factory=dict
    )
    obligation: Annotated[str, note("Obligation", "What must really be done.", "Close the old board.")] = ""


class Criterion(Record, frozen=True):
    """What should be."""

    ref: Annotated[str, note("Reference", "Id in the criteria library.", "rss-2005")]
    text: Annotated[str, note("Text", "What it asks for.", "Write a protocol first.")]


class Acceptance(Record, frozen=True, kw_only=True):
    """The waiver that covers a finding: who accepted the risk, why and until when."""

    decision: Annotated[str, note("Decision", "Why it is waived; empty where nobody says.", "pilot")] = ""
    reason: Annotated[str, note("Reason", "In words.", "Pilot in two teams.")] = ""
    requested_by: Annotated[str, note("Requested by", "A role.", "ai-programme-lead")] = ""
    approved_by: Annotated[str, note("Approved by", "A role.", "chief-people-officer")] = ""
    expires: Annotated[str, note("Expires", "Last day, inclusive.", "2027-02-28")]
    location: Annotated[Location | None, note("Location", "Where the waiver stands.", None)] = None


class Finding(Record, frozen=True, kw_only=True):
    """One finding."""

    rule: Annotated[str, note("Rule", "Name of the rule.", "ranked-activity-board")]
    code: Annotated[str, note("Code", "Stable code.", "VIS301")]
    family: Annotated[str, note("Family", "Family of rules.", "visibility")]
    severity: Annotated[Severity, note("Severity", "info, note, warning or error.", "error")]
    confidence: Annotated[Confidence, note("Confidence", "How sure the pattern is, not the harm.", "high")]
    metric: Annotated[str, note("Metric", "Id of the metric; empty where a decision or project is meant.", "ai-tokens")]
    metric_title: Annotated[str, note("Metric title", "What people call it.", "AI tokens used")]
    message: Annotated[str, note("Message", "One or two sentences.", "AI tokens used is ranked by name.")]
    fingerprint: Annotated[str, note("Fingerprint", "Stable over lines and wording.", "ml1:0123456789abcdef")]
    location: Annotated[Location, note("Location", "Primary place.", {"path": "metrics.yaml"})]
    facts: Annotated[list[Fact], note("Facts", "What made the rule true.", [])]
    path: Annotated[list[Step], note("Path", "Witness path, step by step.", [])]
    variant: Annotated[Variant, note("Variant", "Goodhart variant.", "adversarial")]
    why: Annotated[str, note("Why", "Why it may backfire.", "People work on the number.")]
    fixes: Annotated[list[FixOption], note("Fixes", "Options, best first.", [])]
    criteria: Annotated[list[Criterion], note("Criteria", "What should be.", [])]
    excerpt: Annotated[str, note("Excerpt", "Source line of the location, shortened.", "ranked: true")] = ""
    status: Annotated[Status, note("Status", "Reported, waived or baselined.", "reported")] = "reported"
    folded_under: Annotated[
        str | None, note("Folded under", "Code of the finding that is shown in its place.", "GAM103")
    ] = None
    leads: Annotated[int, note("Leads", "How many other findings say the same and are folded under it.", 3)] = 0
    more: Annotated[int, note("More", "Further combinations for which the rule is true.", 2)] = 0
    kind: Annotated[Literal["finding", "observation"], note("Kind", "An observation has no criterion.", "finding")] = (
        "finding"
    )
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")] = ""
    severity_from: Annotated[
        SeverityFrom, note("Severity from", "The rule's own steps, or the project's configuration.", "rule")
    ] = "rule"
    waiver: Annotated[Acceptance | None, note("Waiver", "What covers it, where it is waived.", None)] = None
    known_as: Annotated[
        Severity | None,
        note("Known as", "Severity in the baseline; where it is reported all the same it got worse.", "note"),
    ] = None


class Undecided(Record, frozen=True):
    """Facts that nobody declared and that would decide rules of a metric."""

    metric: Annotated[str, note("Metric", "Id of the metric.", "ai-tokens")]
    metric_title: Annotated[str, note("Metric title", "What people call it.", "AI tokens used")]
    declare: Annotated[list[str], note("Declare", "Card keys, most deciding first.", ["visibility.ranked"])]
    rules: Annotated[list[str], note("Rules", "Codes of the rules that wait.", ["VIS301"])]
    location: Annotated[Location, note("Location", "The card.", {"path": "metrics.yaml"})]
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")] = ""


class ErrorRecord(Record, frozen=True):
    """Something wrong with the input."""

    path: Annotated[str, note("Path", "File.", "metrics.yaml")]
    line: Annotated[int, note("Line", "1-based; 0 where there is no place.", 3)]
    column: Annotated[int, note("Column", "1-based; 0 where there is no place.", 5)]
    message: Annotated[str, note("Message", "What is wrong.", 'unknown key "knid"')]
    allowed: Annotated[list[str], note("Allowed", "What could stand there.", ["kind"])] = field(default_factory=list)
    suggestion: Annotated[str, note("Suggestion", "What was probably meant.", "kind")] = ""
    route: Annotated[list[str | int], note("Route", "Keys and indexes.", ["metrics", "x"])] = field(
        default_factory=list
    )
    cell: Annotated[str, note("Cell", "Sheet and cell, in a workbook; line and column are its own.", "KPIs!D14")] = ""

    @classmethod
    def of(cls, problem: Problem) -> "ErrorRecord":
        """A problem as a report has it."""
        p = problem
        return cls(p.path, p.line, p.column, p.message, list(p.allowed), p.suggestion, list(p.route), p.cell)

    @property
    def where(self) -> str:
        """The place as people see it: the file, and in it the cell, or line and column."""
        return Problem(self.path, self.line, self.column, "", cell=self.cell).where


class Notice(Record, frozen=True):
    """Something worth a look that no rule stands behind."""

    message: Annotated[str, note("Message", "One sentence.", "3 YAML files are no documents.")]
    location: Annotated[Location | None, note("Location", "Place, if there is one.", None)] = None


class ChokePoint(Record, frozen=True):
    """One change that cuts several of the risk paths behind the findings of a project."""

    lever: Annotated[str, note("Lever", "Stable id of what is changed.", "access:manager")]
    kind: Annotated[
        Literal["access", "link", "board", "target", "part"],
        note("Kind", "Whose access, a link to a decision, a board, a target, or a part of an index.", "access"),
    ]
    text: Annotated[str, note("Text", "The change as a phrase.", "removing the manager's access to 3 numbers")]
    cuts: Annotated[int, note("Cuts", "Risk paths that it cuts on its own.", 4)]
    paths: Annotated[
        int, note("Paths", "Risk paths: a metric with a finding, and a consequence that it reaches by access.", 5)
    ]
    location: Annotated[Location | None, note("Location", "The first place that it changes.", None)] = None
    project: Annotated[str, note("Project", "Folder of the configuration.", "examples/lines-of-code")] = ""


class Tool(Record, frozen=True):
    """What made the report."""

    name: Annotated[str, note("Name", "Always metriclint.", "metriclint")]
    version: Annotated[str, note("Version", "Version of the program.", "0.1.0")]
    ruleset: Annotated[str, note("Rule set", "Dated edition of the rules.", "2026.1")]


class Summary(Record, frozen=True):
    """Counts. Four buckets, none of them a score."""

    documents: Annotated[int, note("Documents", "Documents that were read.", 3)]
    metrics: Annotated[int, note("Metrics", "Metrics that were checked.", 7)]
    rules: Annotated[int, note("Rules", "Rules that were asked.", 69)]
    reported: Annotated[int, note("Reported", "Findings that count.", 4)]
    waived: Annotated[int, note("Waived", "Accepted risks.", 0)]
    baselined: Annotated[int, note("Baselined", "Known from before.", 0)]
    filtered: Annotated[int, note("Filtered", "Left out by selection or by the paths given.", 0)]
    by_severity: Annotated[dict[str, int], note("By severity", "Reported findings.", {"error": 1})]
    undecided: Annotated[int, note("Undecided", "Metrics with rules that wait for a fact.", 1)]


class Report(Record, frozen=True, kw_only=True):
    """Everything that one run found."""

    schema: Annotated[Literal["metriclint/report/1"], note("Schema", "Version of this format.", "metriclint/report/1")]
    tool: Annotated[Tool, note("Tool", "What made the report.", {"name": "metriclint"})]
    summary: Annotated[Summary, note("Summary", "Counts.", {"reported": 0})]
    findings: Annotated[list[Finding], note("Findings", "Sorted by file, line and code.", [])]
    undecided: Annotated[list[Undecided], note("Undecided", "Open questions, one a metric.", [])]
    errors: Annotated[list[ErrorRecord], note("Errors", "What is wrong with the input.", [])]
    notices: Annotated[list[Notice], note("Notices", "Worth a look.", [])] = field(default_factory=list)
    choke_points: Annotated[
        list[ChokePoint], note("Choke points", "Changes that cut several risk paths, the most first.", [])
    ] = field(default_factory=list)

    def at_or_above(self, level: str) -> bool:
        """Is anything reported at a severity or above; ``never`` is never. Open questions are ``info``."""
        if level == "never":
            return False
        lowest = SEVERITIES.index(level)
        if lowest == 0 and self.undecided:
            return True
        return any(f.status == "reported" and SEVERITIES.index(f.severity) >= lowest for f in self.findings)
