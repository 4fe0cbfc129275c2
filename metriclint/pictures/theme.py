"""Colours of pictures, light and dark. They only repeat what shape and label say already.

Every text has a contrast of at least 4.5 to 1 against what it stands on (WCAG 2.2, criterion 1.4.3).
"""

from typing import NamedTuple

from metriclint.graph.incentive_graph import NodeKind


class Tint(NamedTuple):
    """Colours of one kind of node: its area, and its outline and label."""

    fill: str
    line: str


class Theme(NamedTuple):
    """Colours of a whole picture."""

    paper: str
    ink: str
    """Titles, and the witness path."""
    quiet: str
    """Verbs, remarks and what is not on the path."""
    rule: str
    """Links that are not on the path."""
    kinds: dict[NodeKind, Tint]


LIGHT = Theme(
    paper="#ffffff",
    ink="#1b1f24",
    quiet="#4b535d",
    rule="#8a929c",
    kinds={
        "metric": Tint("#e6effd", "#1a55b8"),
        "action": Tint("#fdf0dc", "#8f4a05"),
        "board": Tint("#efe9fc", "#6033b8"),
        "decision": Tint("#fce7f1", "#ab1a63"),
        "consequence": Tint("#fde8e6", "#b3261e"),
        "role": Tint("#eceff2", "#47515c"),
        "outcome": Tint("#e3f5e8", "#176b33"),
        "harm": Tint("#f8e3d6", "#8a3210"),
        "target": Tint("#eff5da", "#55660c"),
        "system": Tint("#dff4f1", "#0d645c"),
        "verification": Tint("#dff1fa", "#0b618a"),
    },
)
DARK = Theme(
    paper="#12161c",
    ink="#eef1f5",
    quiet="#b4bdc8",
    rule="#727c88",
    kinds={
        "metric": Tint("#152a4a", "#8db8ff"),
        "action": Tint("#3a2708", "#f2b866"),
        "board": Tint("#2a1f4a", "#bda6ff"),
        "decision": Tint("#43152d", "#ff9cc8"),
        "consequence": Tint("#451816", "#ffa198"),
        "role": Tint("#262d35", "#c3ccd6"),
        "outcome": Tint("#11341d", "#7fdc9b"),
        "harm": Tint("#42210f", "#f5ab86"),
        "target": Tint("#2b330b", "#cadb73"),
        "system": Tint("#0d3531", "#74dccf"),
        "verification": Tint("#0d3144", "#81cdf2"),
    },
)


def style_sheet() -> str:
    """CSS of an SVG: light by default, dark where the reader prefers it. Classes begin with ``ml-``."""
    still = (
        ".ml{font-family:sans-serif}"
        ".ml text{text-anchor:middle}"
        ".ml .ml-left{text-anchor:start}"
        ".ml-title{font-size:13px}.ml-kind{font-size:10.5px;font-weight:bold}"
        ".ml-verb{font-size:11.5px;stroke-width:4px;paint-order:stroke;stroke-linejoin:round}"
        ".ml-head{font-size:18px;font-weight:bold}.ml-note{font-size:13px}"
        ".ml-box{stroke-width:1.4px}.ml-link{fill:none;stroke-width:1.4px}"
        ".ml-path .ml-box{stroke-width:3.4px}.ml-path .ml-link{stroke-width:3.4px}"
        ".ml-path .ml-verb{font-weight:bold}.ml .ml-remark{font-weight:normal;font-style:italic}"
        ".ml-assumed .ml-box,.ml-assumed .ml-link{stroke-dasharray:2 3}"
        ".ml-partial .ml-link{stroke-dasharray:6 4}"
    )
    return still + _colours(LIGHT) + "@media (prefers-color-scheme:dark){" + _colours(DARK) + "}"


def _colours(theme: Theme) -> str:
    rules = [
        f".ml-paper{{fill:{theme.paper}}}",
        f".ml-title,.ml-head{{fill:{theme.ink}}}",
        f".ml-note{{fill:{theme.quiet}}}",
        f".ml-verb{{fill:{theme.quiet};stroke:{theme.paper}}}",
        f".ml-link{{stroke:{theme.rule}}}.ml-tip{{fill:{theme.rule}}}",
        f".ml-path .ml-link{{stroke:{theme.ink}}}.ml-path .ml-tip,.ml-path .ml-verb{{fill:{theme.ink}}}",
    ]
    for kind, tint in theme.kinds.items():
        rules.append(f".ml-{kind} .ml-box{{fill:{tint.fill};stroke:{tint.line}}}")
        rules.append(f".ml-{kind} .ml-mark{{fill:none;stroke:{tint.line}}}.ml-{kind} .ml-kind{{fill:{tint.line}}}")
    return "".join(rules)
