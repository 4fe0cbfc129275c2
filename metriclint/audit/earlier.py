"""The earlier pack of an engagement: numbers, states and answers that the next one carries on."""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from metriclint.audit.pack import CriterionText, History, Pack, PackFinding, State, is_address, is_determined
from metriclint.audit.responses import Answer, is_date
from metriclint.files.problem import Problem, ProblemError
from metriclint.pictures.picture import KINDS

LOCK = "data/findings.json"
_ID = re.compile(r"F-(\d{3,9})")
_UNTESTED = "Whether the change works was not tested."


class Earlier(Struct, frozen=True):
    """What an earlier pack knows. Without one: nothing."""

    as_of: str = ""
    engagement: str = ""
    shown: str = ""
    """How the folder is named in messages."""
    findings: list[PackFinding] = field(default_factory=list)
    """Those that were there, and those that were fixed before."""

    @property
    def next_number(self) -> int:
        """The first number that was never used."""
        return max((number_of(f.id) for f in self.findings), default=0) + 1


def number_of(id_: str) -> int:
    """The number of ``F-012``; 0 for anything else."""
    match = _ID.fullmatch(id_)
    return int(match[1]) if match else 0


def id_of(number: int) -> str:
    """``F-012`` for 12."""
    return f"F-{number:03}"


def read_earlier(folder: Path, shown: str, today: str) -> Earlier:
    """Read the earlier pack. Raises ProblemError where it is none, is broken, or is later than ``today``."""
    file = folder / LOCK
    name = f"{shown}/{LOCK}"
    try:
        data = file.read_bytes()
    except OSError:
        raise ProblemError([Problem(shown, 0, 0, f"is no audit pack: there is no {LOCK} in it")]) from None
    try:
        pack = msgspec.json.decode(data, type=Pack)
    except msgspec.ValidationError as error:
        message = f"was not written by this version of the tool: {error}"
        raise ProblemError([Problem(name, 0, 0, message)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError([Problem(name, 0, 0, "is broken JSON; was it edited by hand?")]) from None
    wrong = list(_wrong(pack, today))
    if wrong:
        raise ProblemError([Problem(name, 0, 0, message) for message in wrong])
    return Earlier(pack.as_of, pack.engagement, shown, [*pack.findings, *pack.fixed])


def _wrong(pack: Pack, today: str) -> Iterable[str]:
    if not is_date(pack.as_of):
        yield "its as-of date is no date"
    elif pack.as_of > today:
        yield f"is of {pack.as_of}, which is after {today}: a pack follows an earlier one"
    findings = [*pack.findings, *pack.fixed]
    if not all(node.kind in KINDS for f in findings for node in f.path.nodes):
        yield "names a kind of node that does not exist; was it edited by hand?"
    ids = [f.id for f in findings]
    if bad := [i for i in ids if not number_of(i)]:
        yield f'"{bad[0][:40]}" is no number of a finding'
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        yield f"{twice[0]} stands there twice"


class Carried(Struct):
    """What of the earlier pack belongs to a finding of today."""

    earlier: Earlier
    _by_key: dict[tuple[str, str], PackFinding] = field(default_factory=dict)
    _by_print: dict[str, list[PackFinding]] = field(default_factory=dict)
    _behind: dict[str, PackFinding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for f in self.earlier.findings:
            self._by_key[f.project, f.fingerprint] = f
            self._by_print.setdefault(f.fingerprint, []).append(f)
            for other in f.also:
                self._behind.setdefault(other.fingerprint, f)

    def of(self, project: str, fingerprint: str) -> PackFinding | None:
        """The record of a finding; where the project has got another folder, that of the only one like it."""
        exact = self._by_key.get((project, fingerprint))
        alike = self._by_print.get(fingerprint, [])
        return exact or (alike[0] if len(alike) == 1 else None)

    def behind(self, fingerprint: str) -> PackFinding | None:
        """The earlier finding behind which this one stood without a number."""
        return self._behind.get(fingerprint)


def history(
    before: PackFinding | None, behind: PackFinding | None, earlier: Earlier, today: str, waived: bool
) -> History:
    """The state of a finding that is there today."""
    if before is None:
        first = behind.history.first_seen if behind else today
        words = f"It was reported as part of {behind.id} before." if behind else "First seen in this pack."
        state: State = "accepted" if waived else ("open" if behind else "new")
        return History(state, first, today, _accepted(words, waived))
    first, again = before.history.first_seen, earlier.as_of == today
    if before.history.state == "fixed":
        words = f"Reopened: it was no longer there after {before.history.last_seen}, and is there again."
        return History("accepted" if waived else "reopened", first, today, _accepted(words, waived))
    if again and before.history.state == "reopened":
        return replace(before.history, state="accepted" if waived else "reopened", last_seen=today)
    if first == today:
        return History("accepted" if waived else "new", first, today, _accepted("First seen in this pack.", waived))
    words = f"Open since {first}."
    if before.history.state == "accepted" and not waived:
        words = f"Open since {first}; its risk was accepted before, and no waiver covers it any more."
    return History("accepted" if waived else "open", first, today, _accepted(words, waived))


def _accepted(words: str, waived: bool) -> str:
    return f"{words} Its risk is accepted by a waiver." if waived else words


def fixed(before: PackFinding, why: str) -> PackFinding:
    """The record of a finding that is no longer there, as it was last seen. ``why`` it is gone, where it is known."""
    if before.history.state == "fixed":
        return replace(before, criteria=_cited(before))
    words = f"No longer reported; last seen on {before.history.last_seen}. {why or _UNTESTED}"
    return replace(
        before, history=replace(before.history, state="fixed", words=words), waiver=None, criteria=_cited(before)
    )


def _cited(before: PackFinding) -> list[CriterionText]:
    """Criteria with the addresses that a document may link; a file can be changed by anybody."""
    return [c if is_address(c.url) else replace(c, url="") for c in before.criteria]


def answer_of(f: PackFinding) -> Answer:
    """What an earlier pack says that people said."""

    def told(text: str) -> str:
        return text if is_determined(text) else ""

    return Answer(
        id=f.id,
        decision=f.response.decision,
        text=told(f.response.text),
        owner=told(f.response.action_owner),
        due=told(f.response.due),
        status=f.confirmation.status if f.confirmation.status != "not confirmed" else None,
        final_rating=f.rating.final,
        rated_by=told(f.rating.final_by),
        confirmed_by=told(f.confirmation.by),
        confirmed_on=told(f.confirmation.on),
        cause="confirmed" if f.cause.status == "confirmed" else None,
        effect="confirmed" if f.effect.status == "confirmed" else None,
        closure_evidence=told(f.response.closure_evidence),
        notes=told(f.response.notes),
    )
