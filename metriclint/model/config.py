"""Project configuration: ``metriclint.toml`` or ``[tool.metriclint]``."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, field

from metriclint.model.objects import Declaration
from metriclint.model.text import Edition, note

Level = Literal["error", "warning", "note", "info"]
FailOn = Literal["error", "warning", "note", "info", "never"]


MAX_DAYS: dict[Level, int] = {"error": 90, "warning": 180, "note": 365, "info": 365}
"""How long a waiver may run from today on where the configuration says nothing, by the severity of what it waives."""


class WaiverLimits(Declaration, frozen=True):
    """Limits on accepted risks."""

    max_days: Annotated[
        dict[Level, Annotated[int, Meta(ge=1)]],
        # Without this the schema allows any key, and a wrong one is told without its place.
        Meta(extra_json_schema={"propertyNames": {"enum": list(get_args(Level))}}),
        note("Longest waiver", "Days a waiver may still run, by the severity of what it waives.", {"error": 90}),
    ] = field(default_factory=dict)
    never: Annotated[
        list[str],
        note("Never", "Rules or families that nobody can waive here.", ["subjects-not-informed"]),
    ] = field(default_factory=list)

    def days(self, severity: Level) -> int:
        """Days that a waiver of a finding of this severity may still run."""
        return self.max_days.get(severity, MAX_DAYS[severity])


class Override(Declaration, frozen=True, kw_only=True):
    """Other settings for the metrics of some files. Where several overrides fit a file, the last one counts."""

    paths: Annotated[
        list[str],
        note("Paths", "Files or folders, relative to this file; * and ** are wildcards.", ["legacy/**"]),
    ]
    ignore: Annotated[list[str], note("Ignore", "Rules or families left out there.", ["GOV"])] = field(
        default_factory=list
    )
    severity: Annotated[
        dict[str, Level],
        note("Severity", "Severity by rule there, in place of ours.", {"no-owner-or-purpose": "note"}),
    ] = field(default_factory=dict)


class SourceSetting(Declaration, frozen=True, kw_only=True):
    """How files of other tools are read. Where several fit a file, the last one counts."""

    paths: Annotated[
        list[str],
        note("Paths", "Files or folders, relative to this file; * and ** are wildcards.", ["handbook/**/*.yml"]),
    ]
    adapter: Annotated[
        str | None, note("Adapter", "What reads them; without it they are recognised by content.", "dbt")
    ] = None
    mapping: Annotated[
        str | None,
        note("Mapping", "A mapping file for lists, or the name of one that ships.", "./mappings/kpis.yaml"),
    ] = None
    skip: Annotated[bool, note("Skip", "Leave these files aside.", False)] = False


class Config(Declaration, frozen=True):
    """Settings of one project. Every key is optional."""

    ruleset: Annotated[
        Edition,
        note("Rule set", "Dated edition; new rules enter only with a new edition.", "2026.1"),
    ] = "2026.1"
    paths: Annotated[list[str], note("Paths", "What is checked, relative to this file.", ["metrics/"])] = field(
        default_factory=lambda: ["."]
    )
    fail_on: Annotated[FailOn, note("Fail on", "Lowest severity that makes the run fail.", "error")] = "error"
    select: Annotated[list[str], note("Select", "Rules or families; * is all.", ["*"])] = field(
        default_factory=lambda: ["*"]
    )
    ignore: Annotated[list[str], note("Ignore", "Rules or families left out.", ["LEG"])] = field(default_factory=list)
    jurisdictions: Annotated[list[str], note("Jurisdictions", "Where the measured people work.", ["EU", "DE"])] = field(
        default_factory=list
    )
    packs: Annotated[list[str], note("Packs", "Folders of your own rule files.", ["./house-rules"])] = field(
        default_factory=list
    )
    baseline: Annotated[str | None, note("Baseline", "File of known findings.", ".metriclint-baseline.json")] = None
    strict: Annotated[bool, note("Strict", "Silence about governance counts as a no where stakes are high.", False)] = (
        False
    )
    preview: Annotated[bool, note("Preview", "Run rules that are not in an edition yet.", False)] = False
    severity: Annotated[
        dict[str, Level],
        note("Severity", "Severity by rule, in place of ours.", {"no-review-or-sunset": "warning"}),
    ] = field(default_factory=dict)
    waivers: Annotated[WaiverLimits, note("Waivers", "Limits on accepted risks.", {"max_days": {"error": 90}})] = field(
        default_factory=WaiverLimits
    )
    detect: Annotated[bool, note("Detect", "Read files of other tools that are recognised by their content.", True)] = (
        True
    )
    sources: Annotated[
        list[SourceSetting],
        note("Sources", "How files of other tools are read.", [{"paths": ["kpis/*.yml"], "mapping": "gitlab-kpis"}]),
    ] = field(default_factory=list)
    overrides: Annotated[
        list[Override],
        note("Overrides", "Other settings for some files.", [{"paths": ["legacy/**"], "ignore": ["GOV"]}]),
    ] = field(default_factory=list)
