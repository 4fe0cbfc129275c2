"""The tools: what each is asked with, what it gives back, and the way from the one to the other."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from metriclint.agents import asking, checking
from metriclint.agents.ground import Answer, Ground, Refused
from metriclint.agents.proposal import Questions
from metriclint.explain.answer import Why
from metriclint.files.problem import Problem
from metriclint.files.shape import to_struct
from metriclint.findings.finding import Report
from metriclint.repair.answer import Fix
from metriclint.reports.terminal import clean, no_commands
from metriclint.rules.rule import Rule

LONGEST_TEXT = 1_000_000
"""Characters of a text; thousands of cards fit in."""
_LONGEST_WORD = 4_000

Word = Annotated[str, Meta(min_length=1, max_length=_LONGEST_WORD)]
Path = Annotated[
    str,
    Meta(
        max_length=_LONGEST_WORD,
        description="File or folder of the project, below the folder of the server. Default: the configured paths.",
    ),
]
Most = Annotated[int, Meta(ge=1, le=200, description="Findings in the answer, the most important first.")]


class _Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all arguments."""


class Check(_Asked, frozen=True):
    """Arguments of ``check``."""

    path: Path = ""
    text: Annotated[
        str,
        Meta(
            max_length=LONGEST_TEXT,
            description="YAML or JSON of a document, or of a single card, to check in place of what is on the disk. "
            "With `path` it stands for that file.",
        ),
    ] = ""
    most: Most = 10


class ExplainRule(_Asked, frozen=True):
    """Arguments of ``explain_rule``."""

    rule: Annotated[Word, Meta(description="Name or code of a rule, such as REV402.")]
    path: Path = ""


class AskWhy(_Asked, frozen=True):
    """Arguments of ``why``."""

    subject: Annotated[
        Word,
        Meta(description="Id or title of a metric or action; of anything else, such as `promotion`, what feeds it."),
    ]
    target: Annotated[
        str, Meta(max_length=_LONGEST_WORD, description="Where the paths end. Default: any consequence.")
    ] = ""
    view: Annotated[
        Literal["all", "stated", "feasible", "believed"],
        Meta(description="What policy says, what access allows, what staff believe, or all three."),
    ] = "all"
    path: Path = ""


class ProposeRepairs(_Asked, frozen=True):
    """Arguments of ``propose_repairs``."""

    target: Annotated[
        Word,
        Meta(description="A metric (its id), or a finding (its fingerprint, or METRIC/RULE such as calls/REV402)."),
    ]
    path: Path = ""
    max_changes: Annotated[int, Meta(ge=1, le=4, description="Changes in one option.")] = 3


class CheckProposal(_Asked, frozen=True):
    """Arguments of ``check_proposal``."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=LONGEST_TEXT,
            description="YAML or JSON: a card (title, kind, visibility, consequences, …) or a whole document.",
        ),
    ]
    path: Annotated[
        str,
        Meta(
            max_length=_LONGEST_WORD,
            description="Where the text would be saved; what stands there now is left aside. Default: a new file.",
        ),
    ] = ""
    most: Most = 10


class Tool(Struct, frozen=True):
    """One tool."""

    title: str
    description: str
    arguments: type[Struct]
    run: Callable[[Ground, Any], Answer]
    gives: Callable[[], dict[str, Any]]
    """Its output schema."""

    def takes(self) -> dict[str, Any]:
        """Its input schema."""
        return {key: value for key, value in _schema(self.arguments).items() if key != "description"}


TOOLS: dict[str, Tool] = {
    "check": Tool(
        "Check metric declarations",
        "Check declared metrics (KPIs, targets, dashboards) for incentives that may backfire. Without arguments the "
        "whole project is checked. Gives findings with reasons, places and options; open questions; and what is wrong "
        "with the input.",
        Check,
        lambda ground, a: checking.check(ground, a.path, a.text, a.most),
        lambda: _schema(Report),
    ),
    "check_proposal": Tool(
        "Check a proposed metric",
        "Check a metric before it is written down: findings on the text of a card or document as if it stood in the "
        "project, what is undecided because nobody declared it, and the questions that would decide it. Ask people "
        "these questions; do not guess the answers.",
        CheckProposal,
        lambda ground, a: checking.check_proposal(ground, a.text, a.path, a.most),
        lambda: _schema(Questions),
    ),
    "explain_rule": Tool(
        "Explain a rule",
        "A rule in full: what it flags, why such a design may backfire, examples to avoid and to prefer, what can be "
        "done, when to ignore it, and the evidence.",
        ExplainRule,
        lambda ground, a: asking.explain_rule(ground, a.rule, a.path),
        lambda: _rule_schema(),
    ),
    "why": Tool(
        "Show the paths of a number",
        "How a metric reaches a consequence for people: by policy, by access and in belief, and which single change "
        "cuts the most paths. Asked about a consequence, board or role it gives what feeds that.",
        AskWhy,
        lambda ground, a: asking.why(ground, a.subject, a.target, a.view, a.path),
        lambda: _schema(Why),
    ),
    "propose_repairs": Tool(
        "Propose proven repairs",
        "The smallest changes of the declarations after which a finding is gone, each proven by checking the changed "
        "design, with what else they clear, leave or bring. Writes nothing.",
        ProposeRepairs,
        lambda ground, a: asking.propose_repairs(ground, a.target, a.path, a.max_changes),
        lambda: _schema(Fix),
    ),
}


def call(root: str, today: str | None, name: str, arguments: Mapping[str, Any]) -> Answer:
    """Run a tool in a folder. Never raises for bad input: the answer says what is wrong."""
    tool = TOOLS[name]
    given = to_struct(dict(arguments), tool.arguments, name)
    if isinstance(given, list):
        return Answer(_harmless("\n".join(f"{name}: {_told(problem)}" for problem in given)), wrong=True)
    try:
        return tool.run(Ground(root, today), given)
    except Refused as error:
        return Answer(_harmless(str(error)), wrong=True)


def _harmless(text: str) -> str:
    """What is said about an input, whatever it quotes: no control characters, nothing that a log would obey."""
    return no_commands("\n".join(map(clean, text.split("\n"))))


def _told(problem: Problem) -> str:
    where = f"`{'.'.join(map(str, problem.route))}`: " if problem.route else ""
    allowed = f" (allowed: {', '.join(problem.allowed)})" if problem.allowed else ""
    near = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
    return f"{where}{problem.message}{near or allowed}"


def _schema(type_: type[Struct]) -> dict[str, Any]:
    """The JSON Schema of a type with an object at its top, as the protocol wants it, without notes for editors."""
    (top,), definitions = msgspec.json.schema_components([type_], ref_template="#/$defs/{name}")
    own = definitions.pop(top["$ref"].rpartition("/")[2])
    schema: dict[str, Any] = _plain({**own, **({"$defs": definitions} if definitions else {})})
    return schema


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {k: _plain(v) for k, v in value.items() if not (k in ("title", "examples") and not isinstance(v, dict))}


def _rule_schema() -> dict[str, Any]:
    """A rule with its names. Rules about waivers are no files and have the parts alone that are required here."""
    schema = _schema(Rule)
    text = {"type": "string"}
    schema["properties"] = {"name": text, "family": text, "file": text, **schema["properties"]}
    schema["required"] = ["name", "family", "code", "severity", "summary", "why", "fix"]
    return schema
