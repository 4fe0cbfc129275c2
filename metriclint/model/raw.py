"""From typed declarations back to the raw values that a document would hold."""

from typing import Any

import msgspec
from msgspec import Struct


def declared(value: Any) -> Any:
    """What a declaration says, as plain mappings and lists in the order of the format.

    Keys that hold their default are left out: reading the result gives an equal declaration.
    """
    if isinstance(value, Struct):
        told = {}
        for field in msgspec.structs.fields(value):
            given = getattr(value, field.name)
            if not _is_default(field, given):
                told[field.encode_name] = declared(given)
        return told
    if isinstance(value, dict):
        return {key: declared(given) for key, given in value.items()}
    if isinstance(value, (list, tuple)):
        return [declared(given) for given in value]
    return value


def _is_default(field: msgspec.structs.FieldInfo, given: Any) -> bool:
    if field.default_factory is not msgspec.NODEFAULT:
        return bool(given == field.default_factory())
    return field.default is not msgspec.NODEFAULT and type(given) is type(field.default) and given == field.default
