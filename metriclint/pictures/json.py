"""JSON: the picture as data, with the field names of :class:`metriclint.pictures.picture.Picture`."""

import json

import msgspec

from metriclint.pictures.picture import Picture
from metriclint.reports.json import json_text


def render(picture: Picture) -> str:
    """The picture as indented JSON. Invisible characters are escaped."""
    text = json_text(msgspec.to_builtins(picture), indent=2)
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text) + "\n"
