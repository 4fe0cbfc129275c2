"""Owners and workers in the names that other tools use: teams are read, persons are not."""

import pytest

from metriclint.sources.owners import names_worker, team_of
from metriclint.sources.shapes import without_addresses


@pytest.mark.parametrize(
    ("text", "team"),
    [
        ("data-platform", "data-platform"),
        ("Search Team", "Search Team"),
        ("@org/payments-team", "org/payments-team"),
        ("firefox-kpi@example.com", "firefox-kpi"),
        ("jane.smith@example.com", None),
        ("Jane Smith", None),
        ("Search Team <jane.smith@example.com>", None),
        ("  ", None),
    ],
)
def test_a_free_owner_field_gives_teams_only(text: str, team: str | None) -> None:
    assert team_of(text) == team


def test_a_field_of_teams_gives_any_name_but_no_address() -> None:
    assert team_of("search", field_of_teams=True) == "search"
    assert team_of("jane@example.com", field_of_teams=True) is None


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("employee_id", True),
        ("SalesRepKey", True),
        ("sales_rep", True),
        ("support_agent", True),
        ("ai_agent", False),
        ("opportunity_owner", True),
        ("owner", False),
        ("user_id", False),
        ("customer", False),
        ("s_number_employees", False),
        ("manager_region", False),
    ],
)
def test_columns_name_workers_or_something_else(name: str, wanted: bool) -> None:
    assert names_worker(name) == wanted


def test_addresses_go_and_handles_stay() -> None:
    assert without_addresses("Ask jo.doe+x@mail.example.com, or @team.") == "Ask (an address), or @team."
