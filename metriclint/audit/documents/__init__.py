"""Documents of an audit pack. A document is one module of this package; nothing registers it.

A module has ``FILE``, the name of the file in the pack, and ``render(pack, options) -> bytes``, a pure function: the
same pack and options give the same bytes. Modules with a leading underscore are pieces of documents.
"""

import importlib
import pkgutil
from typing import Protocol, cast

from msgspec import Struct

from metriclint.audit.pack import Pack


class DocumentOptions(Struct, frozen=True):
    """What a document may ask about besides the pack."""

    template: bytes | None = None
    """The firm's own template for Word, as it was read."""
    template_name: str = ""
    """How messages name it."""


class Document(Protocol):
    """A module of this package."""

    FILE: str

    def render(self, pack: Pack, options: DocumentOptions) -> bytes:
        """The document. Raises DocumentError where the template cannot be used."""


class DocumentError(Exception):
    """Raised where a document cannot be made from what the user gave, such as a broken template."""


def names() -> list[str]:
    """Names of all documents, as their modules are called."""
    found = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return sorted(found)


def document(name: str) -> Document:
    """The document of a name; only its own module is imported. Raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    return cast(Document, importlib.import_module(f"metriclint.audit.documents.{name}"))
