"""Building blocks of the models: texts, ids, and the notes that become the published JSON Schemas."""

from typing import Annotated

from msgspec import Meta

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
DATE_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-Q[1-4])?$"
EDITION_PATTERN = r"^[0-9]{4}[.][0-9]+$"
MAX_TEXT = 100_000


def pattern(form: str) -> Meta:
    """A form that a text must have, for the published schema.

    The readers check it themselves (``metriclint.sources.forms``, ``metriclint.rules.catalogue``): msgspec 0.22 frees
    the compiled expression of ``Meta(pattern=…)`` once too often where it stands in a union and in a list beside it,
    and the interpreter can crash at exit.
    """
    return Meta(extra_json_schema={"pattern": form})


Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Id = Annotated[str, Meta(max_length=200), pattern(ID_PATTERN)]
Date = Annotated[str, Meta(max_length=20), pattern(DATE_PATTERN)]
Edition = Annotated[str, Meta(max_length=20), pattern(EDITION_PATTERN)]
Count = Annotated[int, Meta(ge=0)]
Strength = Annotated[int, Meta(ge=1, le=3)]


def note(title: str, description: str, *examples: object) -> Meta:
    """Notes on one property for editors: a title, a description and examples."""
    return Meta(title=title, description=description, examples=list(examples))


def normal_title(title: str) -> str:
    """A title for comparison: lower case, single spaces."""
    return " ".join(title.lower().split())
