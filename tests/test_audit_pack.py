"""The content of an audit pack: what a finding says, and what it must not say."""

from pathlib import Path

import msgspec
import pytest
from audited import CARDS, LATER, TODAY, WAIVER, finding, followed, packed, shown
from conftest import Snapshot, Write
from msgspec.structs import replace

from metriclint.audit.build import Pack
from metriclint.audit.finding import PackFinding
from metriclint.audit.responses import Answer, Responses
from metriclint.version import VERSION


@pytest.fixture
def pack(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.chdir(tmp_path)
    write("metrics.yaml", CARDS)
    return packed("metrics.yaml")


def texts(value: object, where: str = "") -> list[tuple[str, str]]:
    """Every text of a record with its route."""
    if isinstance(value, str):
        return [(where, value)]
    if isinstance(value, dict):
        return [t for k, v in value.items() for t in texts(v, f"{where}.{k}")]
    return [t for v in value for t in texts(v, where)] if isinstance(value, list) else []


def test_a_finding_is_complete_as_it_stands(pack: Pack, snapshot: Snapshot) -> None:
    f = finding(pack, "ranked-activity-board")
    snapshot("audit/finding.json", shown(replace(f, path=replace(f.path, svg=""))).replace(VERSION, "VERSION"))


def test_the_first_page_scope_and_inventory(pack: Pack, snapshot: Snapshot) -> None:
    snapshot("audit/front.json", shown([pack.executive, pack.scope, pack.metrics, pack.good, pack.open_questions]))


def test_no_text_is_empty_but_where_the_contract_says_so(pack: Pack) -> None:
    may_be_empty = (
        ".url",
        ".notes",
        ".verb",
        ".project",
        ".draft_notice",
    )
    empty = [where for where, text in texts(msgspec.to_builtins(pack)) if not text.strip()]
    assert [w for w in empty if not w.endswith(may_be_empty)] == []


def test_cause_and_effect_stay_open_until_a_person_confirms_them(pack: Pack) -> None:
    assert {f.cause.status for f in pack.findings} == {"hypothesis"}
    assert {f.effect.status for f in pack.findings} == {"potential"}
    key = pack.findings[0].key
    told = Responses(responses={key: Answer(cause="confirmed", effect="confirmed")})
    again = packed("metrics.yaml", responses=told)
    assert (again.findings[0].cause.status, again.findings[0].effect.status) == ("confirmed", "confirmed")
    assert again.draft


def test_a_pack_is_a_draft_until_every_finding_is_confirmed_or_withdrawn(pack: Pack) -> None:
    assert pack.draft
    assert pack.draft_notice == "DRAFT – tool-generated, not confirmed"
    answers = {
        f.key: Answer(status="confirmed", confirmed_by="lead-auditor", confirmed_on=TODAY) for f in pack.findings
    }
    first, *_ = answers
    answers[first] = Answer(status="withdrawn")
    done = packed("metrics.yaml", responses=Responses(responses=answers))
    assert not done.draft
    assert done.draft_notice == ""
    assert first not in [f.key for f in done.findings if f.confirmation.confirmed]
    counted = sum(c.count for c in done.executive.counts)
    assert counted == len(done.findings) - 1


def test_the_final_rating_stands_beside_the_proposed_one_and_counts(pack: Pack) -> None:
    f = finding(pack, "ranked-activity-board")
    assert f.rating.final is None
    told = Responses(responses={f.key: Answer(final_rating="low", rated_by="lead-auditor")})
    again = finding(packed("metrics.yaml", responses=told), "ranked-activity-board")
    assert (again.rating.proposed, again.rating.final, again.rating.counts) == (f.rating.proposed, "low", "low")
    assert again.rating.final_by == "lead-auditor"


def test_money_at_stake_makes_an_error_critical(pack: Pack) -> None:
    ranked = finding(pack, "ranked-activity-board")
    assert ranked.severity == "error"
    assert ranked.rating.proposed == "critical"
    assert pack.executive.overall == "Unsatisfactory"


def test_a_finding_without_a_criterion_is_an_observation(write: Write, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("metrics.yaml", CARDS)
    write("waivers.yaml", WAIVER.replace("2027-01-31", "2026-12-01"))
    f = finding(packed("metrics.yaml", "waivers.yaml"), "waiver-ends-soon")
    assert (f.kind, f.rating.proposed, f.criteria) == ("observation", "observation", [])
    assert f.criteria_words.startswith("not determined: ")
    assert f.options_words.startswith("Options were not searched: the finding is about a waiver")


def test_every_nonconformity_cites_a_source_that_is_listed(pack: Pack) -> None:
    listed = {s.ref for s in pack.sources}
    for f in pack.findings:
        assert (f.kind == "nonconformity") == bool(f.criteria)
        assert {c.ref for c in f.criteria} <= listed


def test_a_waived_finding_is_an_accepted_risk_that_does_not_count(write: Write, pack: Pack) -> None:
    write("waivers.yaml", WAIVER)
    waived = packed("metrics.yaml", "waivers.yaml")
    f = finding(waived, "ranked-activity-board")
    assert f.history.state == "accepted"
    (risk,) = waived.accepted
    assert (risk.finding, risk.waiver.expires, risk.days_left) == (f.id, "2027-01-31", 67)
    assert risk.waiver.id == "waivers.yaml:3"
    assert sum(c.count for c in waived.executive.counts) == len(waived.findings) - 1
    assert waived.findings[-1].id == f.id


def test_what_says_the_same_stands_behind_its_leader_without_a_number(pack: Pack) -> None:
    behind = [o.fingerprint for f in pack.findings for o in f.also]
    assert behind
    assert not {f.fingerprint for f in pack.findings} & set(behind)


def test_options_were_tried_and_say_what_they_cost(pack: Pack) -> None:
    option = finding(pack, "ranked-activity-board").options[0]
    assert option.proven
    assert option.changes[0].startswith("metrics.yaml:")
    assert "to change in 1 file" in option.cost
    assert all(f.options_words for f in pack.findings)


def test_good_practice_is_told_of_metrics_without_a_serious_finding(pack: Pack) -> None:
    assert {g.metric for g in pack.good} == {"solved"}
    assert "It is checked independently." in [g.text for g in pack.good]


def test_no_standard_is_claimed_and_nobody_is_accused(pack: Pack) -> None:
    told = " ".join(text for _, text in texts(msgspec.to_builtins(pack))).lower()
    for word in ("in conformance with", "gagas", "iia", "guilty", "violat", "score", "you must"):
        assert word not in told


# Numbers and states


def lines(pack: Pack) -> dict[str, tuple[str, str]]:
    return {f.id: (f.rule, f.history.state) for f in (*pack.findings, *pack.fixed)}


def test_numbers_are_kept_and_never_used_again(pack: Pack, write: Write) -> None:
    assert [f.id for f in pack.findings] == [f"F-{n:03}" for n in range(1, len(pack.findings) + 1)]
    ranked = finding(pack, "ranked-activity-board").id
    write("metrics.yaml", CARDS.replace("ranked: true", "ranked: false"))
    after = packed("metrics.yaml", today=LATER, earlier=followed(pack))
    assert lines(after)[ranked] == ("ranked-activity-board", "fixed")
    assert finding(after, "ranked-activity-board").history.last_seen == TODAY
    new = [f for f in after.findings if f.history.state == "new"]
    assert all(int(f.id[2:]) > len(pack.findings) for f in new)
    write("metrics.yaml", CARDS)
    back = packed("metrics.yaml", today="2027-03-01", earlier=followed(after))
    assert lines(back)[ranked] == ("ranked-activity-board", "reopened")
    assert finding(back, "ranked-activity-board").history.first_seen == TODAY
    assert next(e for e in back.earlier if e.id == ranked).before == "fixed"


def test_states_over_three_packs_of_the_same_design(pack: Pack) -> None:
    assert {f.history.state for f in pack.findings} == {"new"}
    same_day = packed("metrics.yaml", earlier=followed(pack))
    assert {f.history.state for f in same_day.findings} == {"new"}
    later = packed("metrics.yaml", today=LATER, earlier=followed(pack))
    assert {f.history.state for f in later.findings} == {"open"}
    assert {(f.history.first_seen, f.history.last_seen) for f in later.findings} == {(TODAY, LATER)}
    assert later.executive.changes == [f"Nothing changed since the pack of {TODAY}."]


def test_a_fixed_finding_stays_in_the_packs_with_what_is_said_of_it_later(pack: Pack, write: Write) -> None:
    write("metrics.yaml", "metriclint: 1\nmetrics: {calls: {title: Calls, kind: activity, status: retired}}\n")
    gone = packed("metrics.yaml", today=LATER, earlier=followed(pack))
    assert gone.findings == []
    assert len(gone.fixed) == len(pack.findings)
    key = gone.fixed[0].key
    told = Responses(responses={key: Answer(status="confirmed, verified", closure_evidence="Minutes of May")})
    still = packed("metrics.yaml", today="2027-06-01", earlier=followed(gone), responses=told)
    assert still.fixed[0].response.closure_evidence == "Minutes of May"
    assert still.fixed[0].confirmation.confirmed
    assert still.fixed[0].history.last_seen == TODAY
    assert still.fixed[0].path.svg.startswith("<svg")


def test_answers_of_the_earlier_pack_are_carried_and_the_file_wins(pack: Pack) -> None:
    key = pack.findings[0].key
    said = Answer(decision="accept", text="Done by spring.", owner="head-of-service", due="2027-01-01")
    first = packed("metrics.yaml", responses=Responses(responses={key: said}))
    told = Responses(responses={key: Answer(owner="chief-of-staff", text="")})
    f = packed("metrics.yaml", today=LATER, earlier=followed(first), responses=told).findings[0]
    assert (f.response.decision, f.response.action_owner, f.response.due) == ("accept", "chief-of-staff", "2027-01-01")
    assert f.response.text == "not determined: the response does not say"


def test_an_overdue_action_is_told_on_the_first_page(pack: Pack) -> None:
    told = Responses(responses={pack.findings[0].key: Answer(decision="accept", due="2026-11-01")})
    late = packed("metrics.yaml", responses=told).executive.changes
    assert "1 action past the due date: F-001." in late


def test_a_response_without_a_finding_is_told_and_kept(pack: Pack) -> None:
    told = Responses(responses={"ml1:0000000000000000": Answer(id="F-099", text="From elsewhere.")})
    remarks = packed("metrics.yaml", responses=told).remarks
    assert remarks == ["The response to F-099 belongs to no finding of this pack; it is kept in responses.yaml."]


def test_two_projects_that_share_a_fingerprint_keep_their_findings_apart(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("north", "south"):
        write(f"{name}/metriclint.toml", "")
        write(f"{name}/metrics.yaml", CARDS)
    both = packed("north", "south")
    ranked: list[PackFinding] = [f for f in both.findings if f.rule == "ranked-activity-board"]
    assert [f.key.partition("@")[2] for f in ranked] == ["north", "south"]
    assert len({f.id for f in both.findings}) == len(both.findings)
    told = Responses(responses={ranked[1].key: Answer(decision="reject")})
    later = packed("north", "south", today=LATER, earlier=followed(both), responses=told)
    assert {f.key: f.id for f in later.findings} == {f.key: f.id for f in both.findings}
    assert [f.response.decision for f in later.findings if f.rule == "ranked-activity-board"] == [None, "reject"]
