"""Building blocks of the models: texts, ids, and the notes that become the published JSON Schemas."""

from typing import Annotated

from msgspec import Meta

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
MAX_TEXT = 100_000

Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Id = Annotated[str, Meta(pattern=ID_PATTERN, max_length=200)]
Date = Annotated[str, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-Q[1-4])?$")]
Count = Annotated[int, Meta(ge=0)]


def note(title: str, description: str, *examples: object) -> Meta:
    """Notes on one property for editors: a title, a description and examples."""
    return Meta(title=title, description=description, examples=list(examples))


def normal_title(title: str) -> str:
    """A title for comparison: lower case, single spaces."""
    return " ".join(title.lower().split())
