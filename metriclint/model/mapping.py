"""Mapping files: how a list that another tool wrote is read as metrics."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from metriclint.model.objects import Declaration
from metriclint.model.text import Text, Title, note

Paths = str | list[str]
Word = str | int | float | bool
Repeats = Literal["each", "first", "last"]


class FieldSource(Declaration, frozen=True, rename={"source": "from"}):
    """Where one fact stands in a record, and how it is read."""

    source: Annotated[
        Paths,
        note("From", "A path in the record; of several the first that is filled. ^ looks outward.", "target.value"),
    ]
    join: Annotated[str | None, note("Join", "Puts all filled paths together, with this between them.", " ")] = None
    values: Annotated[
        dict[str, Word],
        note("Values", "What their words mean here; case does not count.", {"Process": "activity"}),
    ] = field(default_factory=dict)
    ignore: Annotated[list[Word], note("Ignore", "Words that say nothing.", ["n/a", "-"])] = field(default_factory=list)
    split: Annotated[str | None, note("Split", "What separates several values in one text.", ";")] = None
    behind: Annotated[
        str | None, note("Behind", "Only what stands behind the last of these characters counts.", "#")
    ] = None
    before: Annotated[str | None, note("Before", "Words before a target, where the list has a number.", "at least")] = (
        None
    )
    after: Annotated[str | None, note("After", "Words behind it: a unit, a period.", "% per month")] = None
    times: Annotated[float | None, note("Times", "Factor of a number: 100 makes percent of a share.", 100)] = None
    teams: Annotated[bool, note("Teams", "The field names teams or roles, never people.", False)] = False
    because: Annotated[
        str | None,
        note("Because", "Why it means that, where the list does not say it itself: the fact counts as inferred.", ""),
    ] = None


class Claim(Declaration, frozen=True):
    """By what a file is recognised that nobody assigned; all of it has to be there."""

    files: Annotated[list[str], note("Files", "Names of such files, with * for any text.", ["*.yml"])] = field(
        default_factory=list
    )
    keys: Annotated[list[str], note("Keys", "Keys or columns that stand in it.", ["is_key", "base_path"])] = field(
        default_factory=list
    )
    values: Annotated[
        dict[str, str | list[str]],
        note("Values", "Keys and what stands behind them, with * for any text.", {"apiVersion": "openslo*"}),
    ] = field(default_factory=dict)


class Inference(Declaration, frozen=True, rename={"facts": "set"}):
    """Facts that the list does not say itself."""

    because: Annotated[Title, note("Because", "From what, in plain words.", "the format: a service is measured")]
    facts: Annotated[dict[str, Any], note("Set", "Keys of a card.", {"kind": "state"})]
    when: Annotated[
        dict[str, Word | list[Word]],
        note("When", "Only where these paths have these values; * is anything.", {"type": "counter*"}),
    ] = field(default_factory=dict)


class TableForm(Declaration, frozen=True):
    """How a CSV file is written."""

    delimiter: Annotated[str | None, note("Delimiter", "What stands between cells; found without it.", ";")] = None
    header_row: Annotated[
        Annotated[int, Meta(ge=1)], note("Header row", "Number of the row with the names of the columns.", 1)
    ] = 1


class Mapping(Declaration, frozen=True):
    """How a list is read: where it is, which field is which fact, and what else is known of it."""

    mapping: Annotated[Literal[1], note("Mapping", "Version of the format of mappings.", 1)]
    title: Annotated[Title, note("Title", "What people call such a list.", "KPI list of the handbook")]
    fields: Annotated[
        dict[str, str | list[str] | FieldSource],
        note("Fields", "For each fact of a card the path in a record. `name` is required.", {"name": "KPI"}),
    ]
    records: Annotated[
        Paths,
        note(
            "Records",
            "Path to the list, * is every entry; silent: the file; a dot: its keys.",
            "kpis.items",
        ),
    ] = ""
    may_be_empty: Annotated[bool, note("May be empty", "Files without the list are no error.", False)] = False
    where: Annotated[
        dict[str, Word | list[Word]],
        note("Where", "Only records whose paths have these values; * is anything.", {"type": ["KPI", "PI"]}),
    ] = field(default_factory=dict)
    repeats: Annotated[
        Repeats, note("Repeats", "Which of several records of one name counts: each is a metric of its own.", "last")
    ] = "each"
    decimal: Annotated[Literal[".", ","] | None, note("Decimal", "Decimal mark of numbers in texts.", ",")] = None
    table: Annotated[TableForm, note("Table", "How a CSV file is written.", {"delimiter": ";"})] = field(
        default_factory=TableForm
    )
    constants: Annotated[
        dict[str, Any], note("Constants", "Keys of a card, true of every record.", {"subject": {"level": "team"}})
    ] = field(default_factory=dict)
    inferred: Annotated[list[Inference], note("Inferred", "What follows from the format.", [])] = field(
        default_factory=list
    )
    claim: Annotated[
        Claim | list[Claim] | None,
        note("Claim", "By what an unassigned file is recognised; of several one is enough.", {"keys": ["is_key"]}),
    ] = None
    description: Annotated[Text | None, note("Description", "For people who read the mapping.", None)] = None
