"""Texts of users in formats that know entities: XML, and the labels of DOT."""

from html import escape

from metriclint.files.problem import COMMAND_ANYWHERE
from metriclint.reports.terminal import clean


def xml(text: str) -> str:
    """A text for XML, without characters that XML cannot hold or that nobody sees."""
    return escape(clean(text))


def no_commands_in_markup(text: str) -> str:
    """A text that can be printed into the log of a CI system, which takes ``##[command]`` for an order."""
    return COMMAND_ANYWHERE.sub("&#35;", text) if "##" in text else text
