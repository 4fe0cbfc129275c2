"""What a paged document is made of. ``_chapters`` writes a pack as blocks; Word and PDF know how each block looks.

All texts are clean (``_text``) and are data: whoever draws a block escapes them for the format.
"""

from typing import Literal

from msgspec import Struct

from metriclint.audit.pack import PathNode

Look = Literal["text", "rating", "code", "ids"]
"""How a cell looks; ``ids`` are numbers of findings, which are links."""


class Block(Struct, frozen=True, tag_field="block", tag=lambda name: name.lower()):
    """Base of all blocks; encoded, ``block`` names its kind."""


class Chapter(Block, frozen=True):
    """A heading of the first level."""

    title: str
    appendix: bool = False
    """Is it counted with a letter."""
    wide: bool = False
    """Is the page turned, for a wide table."""
    page: bool = True
    """Does a new page begin; short chapters share one."""


class Section(Block, frozen=True):
    """A heading of the second level."""

    title: str


class FindingHead(Block, frozen=True):
    """The heading of a finding; of the second level."""

    id: str
    title: str
    rating: str
    note: str
    """The rating in words, with where it is from."""
    page: bool
    """Does a new page begin."""


class Label(Block, frozen=True):
    """A heading of the third level."""

    text: str


class Text(Block, frozen=True):
    """A paragraph."""

    text: str
    style: Literal["body", "lead", "note", "code"] = "body"


class Items(Block, frozen=True):
    """A list."""

    items: list[str]
    ordered: bool = False


class Source(Struct, frozen=True):
    """A criterion, where it is written, and its address, which is a link; name and address can be empty."""

    name: str
    text: str
    source: str
    url: str


class Sources(Block, frozen=True):
    """A list of criteria."""

    items: list[Source]


class Terms(Block, frozen=True):
    """Pairs of a term and what it is, side by side."""

    rows: list[tuple[str, str]]


class Column(Struct, frozen=True):
    """A column of a grid."""

    title: str
    width: int
    """In shares of the page."""
    look: Look = "text"


class Grid(Block, frozen=True):
    """A table with a head, a caption and a number."""

    caption: str
    columns: list[Column]
    rows: list[list[str]]


class Opinion(Block, frozen=True):
    """The overall opinion, set off from the rest."""

    overall: str
    status: str
    text: str


class Counts(Block, frozen=True):
    """How many findings have each rating, and how many of them are confirmed."""

    rows: list[tuple[str, int, int]]


class Strip(Block, frozen=True):
    """A path as a picture; ``text`` says the same."""

    id: str
    nodes: list[PathNode]
    text: str


class Option(Block, frozen=True):
    """An option for a finding."""

    head: str
    text: str
    details: list[tuple[str, str]]


class Field(Struct, frozen=True):
    """A field of a form: what was filled in, or boxes to tick, or room to write."""

    label: str
    value: str = ""
    boxes: list[tuple[str, bool]] = []
    """Choices, and whether each is chosen."""
    lines: int = 1
    """Room to write where there is no value."""


class Form(Block, frozen=True):
    """A form: rows of one field, or of two side by side."""

    title: str
    rows: list[list[Field]]


class Cover(Struct, frozen=True):
    """The first page, and what stands on every page."""

    title: str
    client: str
    as_of: str
    draft: str
    """What every page says; empty where nothing is open."""
    facts: list[tuple[str, str]]
    tool: str


class Paged(Struct, frozen=True):
    """A whole document."""

    cover: Cover
    blocks: list[Block]
