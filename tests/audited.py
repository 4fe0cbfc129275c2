"""A small project to audit, and the steps that a client takes with its register."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import openpyxl

from metriclint.audit.build import Request, build_pack
from metriclint.audit.checked import Checked
from metriclint.audit.documents import DocumentOptions, document
from metriclint.audit.earlier import Earlier
from metriclint.audit.pack import Pack, PackFinding
from metriclint.audit.responses import Responses
from metriclint.sources.load import load

TODAY = "2026-11-25"
LATER = "2027-01-15"
CARDS = """\
metriclint: 1
metrics:
  calls:
    title: Calls handled in an hour
    kind: activity
    direction: up
    subject: {role: agent, level: individual, people: 40}
    visibility: {title: Wall of calls, audience: team, identified: true, ranked: true}
    consequences: [{kind: bonus, stated: used, access: individual}]
    counter_metrics: []
    gaming_actions:
      - {id: end-early, title: End hard calls early, cost: low, automatable: false, effect_on_outcome: hurts}
    outcome: {title: Customers are helped, link: belief}
    governance: {owner: head-of-service}
  solved:
    title: Cases solved at the first call
    kind: outcome
    subject: {role: agent, level: team, people: 40}
    recorded_by: system
    verification: independent
    outcome: {title: Customers are helped, link: direct, validated: true}
    visibility: {title: Team page, audience: team, identified: false, ranked: false}
    consequences: []
    counter_metrics: [{title: Complaints, same_decision: true, independent: true}]
    governance: {owner: head-of-service, purpose: Plan training, review_date: 2027-06-30}
"""
WAIVER = """\
metriclint: 1
waivers:
  - rule: ranked-activity-board
    metric: calls
    decision: pilot
    reason: Pilot in one team.
    requested_by: team-lead
    approved_by: head-of-people
    expires: 2027-01-31
"""
Change = Callable[[Any], None]


def packed(*paths: str, today: str = TODAY, responses: Responses | None = None, earlier: Earlier | None = None) -> Pack:
    """The pack of what lies in the working folder."""
    loaded = load(list(paths))
    assert not loaded.problems
    checked = Checked(loaded, today, Path())
    request = Request(today=today, client="Example Ltd", asked=list(paths))
    return build_pack(checked, request, responses or Responses(), earlier or Earlier())


def followed(pack: Pack) -> Earlier:
    """A pack as the earlier one of another."""
    return Earlier(pack.as_of, pack.engagement, "earlier", [*pack.findings, *pack.fixed])


def finding(pack: Pack, rule: str) -> PackFinding:
    """The finding of a rule."""
    return next(f for f in (*pack.findings, *pack.fixed) if f.rule == rule)


def register(pack: Pack) -> bytes:
    """The workbook of a pack."""
    return document("register").render(pack, DocumentOptions())


def changed(data: bytes, *changes: Change) -> bytes:
    """A workbook as somebody saves it after changing its sheet Findings."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for change in changes:
        change(book["Findings"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(row: int, column: str, value: object) -> Change:
    """Write a value into a cell; rows count from 2, where the first finding stands."""

    def change(sheet: Any) -> None:
        sheet.cell(row, [cell.value for cell in sheet[1]].index(column) + 1).value = value

    return change


def shown(value: object) -> str:
    """Records as indented JSON, for snapshots."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
