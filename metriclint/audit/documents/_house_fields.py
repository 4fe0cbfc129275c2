"""The fields that a firm's template can use: the records of the pack, with texts that can be printed as they are."""

from typing import Any

import msgspec

from metriclint.audit.documents._finding_pages import rating_words
from metriclint.audit.documents._text import unticked, visible
from metriclint.audit.pack import Pack, PackFinding
from metriclint.audit.register import CONFIRMED, HYPOTHESIS, POTENTIAL

_INSIDE = ("schema", "engagement")
"""What a reader does not need."""


def fields(pack: Pack) -> dict[str, Any]:
    """All fields by name. ``None`` stands only where a whole record is missing, such as the waiver of a finding."""
    made: dict[str, Any] = _clean(msgspec.to_builtins(pack))
    for name in _INSIDE:
        del made[name]
    for key, findings in (("findings", pack.findings), ("fixed", pack.fixed)):
        for values, f in zip(made[key], findings, strict=True):
            _complete(values, f)
    return made


def _complete(values: dict[str, Any], f: PackFinding) -> None:
    """A cause never stands without the word that says whether somebody confirmed it; decisions are words."""
    del values["path"]["svg"]
    values["rating"]["counts"] = f.rating.counts
    values["rating"]["words"] = rating_words(f.rating)
    values["rating"]["final"] = f.rating.final or ""
    values["response"]["decision"] = (f.response.decision or "no response yet").replace("-", " ")
    values["cause"]["text"] = (CONFIRMED if f.cause.status == "confirmed" else HYPOTHESIS) + values["cause"]["text"]
    values["effect"]["text"] = (CONFIRMED if f.effect.status == "confirmed" else POTENTIAL) + unticked(
        values["effect"]["text"]
    )
    values["ignore_when"] = unticked(values["ignore_when"])


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value
