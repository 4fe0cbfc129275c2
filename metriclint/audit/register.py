"""The register of findings as rows: what the workbook and the CSV file hold, and what a client may write into it."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from metriclint.audit.finding import DECISIONS, RATINGS, STATUSES, PackFinding, is_determined
from metriclint.audit.pack import Pack

SHEETS = ("Read me", "Findings", "Metrics", "Paths", "Waivers", "Lists")
HYPOTHESIS, POTENTIAL, CONFIRMED = "Hypothesis: ", "Potential: ", "Confirmed: "
"""How the texts of cause and effect begin. Changing the word is how a person confirms them."""
INDEX = "Index (do not change)"
"""Heads the cells of the sheet Lists that hold what was written, to notice what was changed."""
NOT_GIVEN = "–"
"""Stands in a cell of the workbook that has nothing to say; cells to be filled in stay empty."""


class Column(NamedTuple):
    """A column of the sheet Findings."""

    name: str
    value: Callable[[PackFinding], str]
    width: int
    answer: str = ""
    """Field of an answer that the column takes back; empty for a protected one."""
    choices: tuple[str, ...] = ()
    hint: str = ""
    """What to write, shown when the cell is chosen."""


def _given(text: str) -> str:
    return text if is_determined(text) else ""


def _options(f: PackFinding) -> str:
    lines = [f"{o.letter}: {o.text}" + (" (proven)" if o.proven else " (not proven)") for o in f.options]
    return "\n".join([*lines, f.options_words])


def _evidence(f: PackFinding) -> str:
    return "\n".join(f"{e.place}: {e.quote}" for e in f.evidence)


def _rule(f: PackFinding) -> str:
    also = ", ".join(o.code for o in f.also)
    return f"{f.code} {f.rule}" + (f"\nsays the same: {also}" if also else "")


def _cause(f: PackFinding) -> str:
    return (CONFIRMED if f.cause.status == "confirmed" else HYPOTHESIS) + f.cause.text


def _effect(f: PackFinding) -> str:
    return (CONFIRMED if f.effect.status == "confirmed" else POTENTIAL) + f.effect.text


_CONFIRM = f'Replace "{{}}" by "{CONFIRMED}" once it is confirmed.'
_ROLE = "A role, never the name of a person."
COLUMNS = (
    Column("ID", lambda f: f.id, 8),
    Column("Fingerprint", lambda f: f.key, 14),
    Column("State", lambda f: f.history.state, 11),
    Column("Rating proposed", lambda f: f.rating.proposed, 12),
    Column("Rating final", lambda f: f.rating.final or "", 12, "final_rating", RATINGS, "The rating that counts."),
    Column("Confidence", lambda f: f.confidence, 11),
    Column("Kind", lambda f: f.kind, 14),
    Column("Rule", _rule, 22),
    Column("Metric", lambda f: f.metric_title, 24),
    Column("Owner role", lambda f: f.owner_role, 18),
    Column("Title", lambda f: f.title, 40),
    Column("Condition", lambda f: f.condition, 50),
    Column("Criteria", lambda f: f.criteria_words, 40),
    Column(
        "Cause (hypothesis?)",
        _cause,
        40,
        "cause",
        hint=f'Replace "{HYPOTHESIS}" by "{CONFIRMED}" once it is confirmed.',
    ),
    Column(
        "Potential effect", _effect, 40, "effect", hint=f'Replace "{POTENTIAL}" by "{CONFIRMED}" once it is confirmed.'
    ),
    Column("Path", lambda f: f.path.text, 40),
    Column("Evidence (file:line)", _evidence, 40),
    Column("Recommendation options", _options, 44),
    Column("Response decision", lambda f: f.response.decision or "", 16, "decision", DECISIONS, "What is decided."),
    Column("Response text", lambda f: _given(f.response.text), 40, "text", hint="In words."),
    Column("Action owner", lambda f: _given(f.response.action_owner), 18, "owner", hint=_ROLE),
    Column("Due date", lambda f: _given(f.response.due), 12, "due", hint="A date, such as 2027-02-28."),
    Column(
        "Status",
        lambda f: f.confirmation.status,
        18,
        "status",
        STATUSES,
        'Set by the auditor: everything that begins with "confirmed" confirms the finding.',
    ),
    Column(
        "Closure evidence",
        lambda f: _given(f.response.closure_evidence),
        30,
        "closure_evidence",
        hint="What shows that it was done, and where it lies.",
    ),
    Column("Waiver id", lambda f: f.waiver.id if f.waiver else NOT_GIVEN, 22),
    Column("Waiver expiry", lambda f: f.waiver.expires if f.waiver else NOT_GIVEN, 12),
    Column("First seen", lambda f: f.history.first_seen, 11),
    Column("Last seen", lambda f: f.history.last_seen, 11),
    Column("Notes", lambda f: f.response.notes, 30, "notes", hint="Anything else."),
)
NAMES = tuple(c.name for c in COLUMNS)


def rows(pack: Pack) -> list[list[str]]:
    """The values of all findings, those that are no longer reported at the end."""
    return [[column.value(f) for column in COLUMNS] for f in (*pack.findings, *pack.fixed)]


MOST = 32_000
"""Characters of a cell; Excel takes 32,767."""


def cell_text(text: str) -> str:
    """A text as a cell can hold it: no control and no invisible direction characters, line ends kept, not too long."""
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return kept if len(kept) <= MOST else kept[: MOST - 1] + "…"


def digest(text: str) -> str:
    """A short digest of a cell, by which a change is noticed. Blanks at the ends and line breaks do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:10]
