"""The shape of a rule file. A rule is one YAML file that carries its documentation and its tests."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from metriclint.model.text import EDITION_PATTERN, pattern

Severity = Literal["info", "note", "warning", "error"]
Confidence = Literal["low", "medium", "high"]
Variant = Literal["regressional", "extremal", "causal", "adversarial", "none"]
Step = Literal["stakes", "automatable", "guarded", "some-counter", "direct-record"]
PathNode = Literal["action", "metric", "board", "decision", "consequence", "outcome", "harm", "role", "target"]
ChangeValue = str | bool | int | float | list[str]

Text = Annotated[str, Meta(min_length=1, max_length=20_000)]


class PathSpec(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Which witness path explains a finding: from a node kind, through others, to a node kind."""

    start: Annotated[PathNode, Meta(title="From", description="Kind of the first node.", examples=["action"])]
    end: Annotated[PathNode, Meta(title="To", description="Kind of the last node.", examples=["consequence"])]
    through: Annotated[
        list[PathNode],
        Meta(
            title="Through",
            description="Kinds that the path passes, in order.",
            examples=[["metric", "board"]],
        ),
    ] = []


class Fix(Struct, frozen=True, forbid_unknown_fields=True):
    """One option to repair the design, best first."""

    text: Annotated[
        Text, Meta(title="Text", description="What to do, in plain words.", examples=["Show the team total."])
    ]
    change: Annotated[
        dict[str, ChangeValue],
        Meta(
            title="Change",
            description="Facts that the option sets, so that the option can be tried and proven.",
            examples=[{"board.ranked": False}],
        ),
    ] = {}
    obligation: Annotated[
        str | None,
        Meta(
            title="Obligation",
            description="What must be true outside the declaration for the change to be honest.",
            examples=["Row-level access has to be closed in the data store."],
        ),
    ] = None


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """What should be: a reference into the criteria library, and what it asks for here."""

    ref: Annotated[Text, Meta(title="Reference", description="Id in the criteria library.", examples=["rss-2005"])]
    text: Annotated[
        Text,
        Meta(title="Text", description="What the criterion asks for.", examples=["Write a protocol first."]),
    ]


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """Why we believe the mechanism: a source, and whether somebody has read it for this rule."""

    text: Annotated[Text, Meta(title="Text", description="What was seen.", examples=["178 educators were implicated."])]
    source: Annotated[
        Text, Meta(title="Source", description="Where it was reported.", examples=["Atlanta report, 2011"])
    ]
    checked: Annotated[
        bool,
        Meta(title="Checked", description="False where the source was not re-read.", examples=[True]),
    ] = True


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """A document that is a test of the rule and a picture in its documentation."""

    title: Annotated[Text, Meta(title="Title", description="What the example shows.", examples=["Team total"])]
    yaml: Annotated[
        Text, Meta(title="YAML", description="A whole document.", examples=["metriclint: 1\nmetrics: {}\n"])
    ]
    severity: Annotated[
        Severity | None,
        Meta(title="Severity", description="Severity that a bad example must get.", examples=["error"]),
    ] = None


class Examples(Struct, frozen=True, forbid_unknown_fields=True):
    """Designs in which the rule must speak, and designs in which it must stay silent."""

    bad: Annotated[list[Example], Meta(title="Bad", description="The rule reports each of these.", examples=[[]])]
    good: Annotated[list[Example], Meta(title="Good", description="The rule reports none of these.", examples=[[]])]


class SeverityCase(Struct, frozen=True, forbid_unknown_fields=True):
    """A base severity for a case that an expression tells apart."""

    when: Annotated[
        Text,
        Meta(title="When", description="CEL expression.", examples=["consequence.believed == 'used'"]),
    ]
    severity: Annotated[Severity, Meta(title="Severity", description="Base severity in this case.", examples=["error"])]


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule: condition, words, tests and sources in a single file."""

    code: Annotated[
        str,
        pattern(r"^[A-Z]{3}[0-9]{3}$"),
        Meta(
            title="Code",
            description="Stable, opaque, never used again after removal.",
            examples=["VIS301"],
        ),
    ]
    edition: Annotated[
        str,
        pattern(EDITION_PATTERN),
        Meta(
            title="Edition",
            description="The dated rule set in which the rule entered.",
            examples=["2026.1"],
        ),
    ]
    summary: Annotated[
        Text,
        Meta(title="Summary", description="One sentence for lists.", examples=["A named ranking of activity."]),
    ]
    severity: Annotated[
        Severity,
        Meta(title="Severity", description="Base severity at stakes 3 (a formal review).", examples=["warning"]),
    ]
    confidence: Annotated[
        Confidence,
        Meta(title="Confidence", description="How sure the pattern is, not the harm.", examples=["high"]),
    ]
    variant: Annotated[
        Variant,
        Meta(title="Variant", description="Goodhart variant; `none` where none fits.", examples=["adversarial"]),
    ]
    message: Annotated[
        Text,
        Meta(
            title="Message",
            description="The finding's sentence; {placeholders} are filled from the design.",
            examples=["{metric} is ranked by name for {audience}."],
        ),
    ]
    when: Annotated[
        str,
        Meta(
            title="When",
            description="CEL expression over facts; true is a finding, a missing fact leaves it undecided.",
            examples=["derived.live && board.ranked"],
        ),
    ]
    why: Annotated[
        Text,
        Meta(title="Why", description="The mechanism in plain words.", examples=["People work on the number."]),
    ]
    fix: Annotated[list[Fix], Meta(title="Fix", description="Options, best first.", examples=[[]])]
    ignore_when: Annotated[
        Text,
        Meta(title="Ignore when", description="When acting on it would be wrong.", examples=["Opt-in games."]),
    ]
    examples: Annotated[Examples, Meta(title="Examples", description="Tests and documentation in one.", examples=[{}])]
    scope: Annotated[
        Literal["metric", "decision", "project"],
        Meta(title="Scope", description="What the rule is asked about.", examples=["metric"]),
    ] = "metric"
    kind: Annotated[
        Literal["finding", "observation"],
        Meta(title="Kind", description="A rule without criteria is an observation.", examples=["finding"]),
    ] = "finding"
    leads: Annotated[
        bool,
        Meta(title="Leads", description="Family leader: its kin are folded under it.", examples=[True]),
    ] = False
    folds_under: Annotated[
        list[str],
        Meta(
            title="Folds under",
            description="Codes of other families that lead this one.",
            examples=[["GAM103"]],
        ),
    ] = []
    severity_cases: Annotated[
        list[SeverityCase],
        Meta(title="Severity cases", description="First true case replaces the base.", examples=[[]]),
    ] = []
    severity_max: Annotated[
        Severity | None,
        Meta(title="Highest severity", description="Ceiling after all steps.", examples=["warning"]),
    ] = None
    severity_min: Annotated[
        Severity | None,
        Meta(title="Lowest severity", description="Floor after all steps.", examples=["error"]),
    ] = None
    steps: Annotated[
        list[Step] | None,
        Meta(
            title="Steps",
            description="Severity steps that apply; without it the family's usual ones.",
            examples=[["stakes", "automatable"]],
        ),
    ] = None
    path: Annotated[
        PathSpec | None,
        Meta(
            title="Path",
            description="Witness path that explains the finding.",
            examples=[{"from": "action", "to": "consequence"}],
        ),
    ] = None
    locate: Annotated[
        str | None,
        Meta(
            title="Locate",
            description="Fact whose place in the file is the finding's primary location.",
            examples=["board.ranked"],
        ),
    ] = None
    criteria: Annotated[list[Criterion], Meta(title="Criteria", description="What should be.", examples=[[]])] = []
    evidence: Annotated[
        list[Evidence], Meta(title="Evidence", description="What was seen elsewhere.", examples=[[]])
    ] = []
    preview: Annotated[bool, Meta(title="Preview", description="Runs only with --preview.", examples=[False])] = False
    retired: Annotated[
        bool,
        Meta(title="Retired", description="Kept as a no-op so that old waivers stay valid.", examples=[False]),
    ] = False
    waivable: Annotated[
        bool,
        Meta(
            title="Waivable",
            description="False where nobody in the organisation can accept the risk for those who bear it.",
            examples=[False],
        ),
    ] = True
    aliases: Annotated[
        list[str],
        Meta(title="Aliases", description="Earlier names of the rule.", examples=[["public-board"]]),
    ] = []
    law: Annotated[
        str | None,
        Meta(title="Law", description="Entry in the law data file.", examples=["eu-ai-act-employment"]),
    ] = None
