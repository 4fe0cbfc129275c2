"""Paths as sentences, and what differs between the three views, in plain words."""

from collections.abc import Sequence
from typing import Literal

from metriclint.files.problem import shorten
from metriclint.findings.finding import Step
from metriclint.findings.witness import WitnessStep
from metriclint.graph.build import Incentives
from metriclint.graph.design import BoardView, Use
from metriclint.graph.incentive_graph import Node
from metriclint.graph.words import board_title, quoted, role_in_sentence, role_words, use_title

ViewName = Literal["stated", "feasible", "believed"]
Held = tuple[bool, bool, bool]
"""In which views something holds: what policy says, what access allows, what staff believe."""

_CLAUSE: dict[str, str] = {
    "moves": "can move",
    "helps": "helps",
    "hurts": "works against",
    "causes": "can cause",
    "shown on": "is shown on",
    "goes into": "goes into",
    "leads to": "can lead to",
    "falls on": "falls on",
    "sets": "sets",
}
_READ: dict[ViewName, str] = {
    "stated": "is read in",
    "feasible": "can be read in",
    "believed": "is believed to be read in",
}
ALL_ALIKE = "policy, access and belief all leave a path"
DIFFERENCE: dict[Held, str] = {
    (True, True, True): ALL_ALIKE,
    (False, True, True): "policy says no path; access leaves one, and staff reckon with it",
    (False, True, False): "policy says no path, and staff reckon with none; access leaves one",
    (False, False, True): "policy says no path and access leaves none; staff reckon with one all the same",
    (True, True, False): "policy and access leave a path; staff do not reckon with it",
    (True, False, True): "policy does not rule it out and staff reckon with it; access leaves no path",
    (True, False, False): "policy does not rule it out; access leaves no path, and staff reckon with none",
    (False, False, False): "no path in any of the three views",
}
_UNTOLD: dict[Held, str] = {
    (
        False,
        True,
        True,
    ): "policy says no path; access leaves one, and what staff believe is not declared",
    (True, False, False): "policy does not rule it out; access leaves no path",
}
"""The same where nobody declared what staff believe; what access allows stands for it."""


def difference(held: Held, *, told: bool) -> str:
    """What differs between the views. ``told``: is it declared what staff believe."""
    return DIFFERENCE[held] if told else _UNTOLD.get(held, DIFFERENCE[held])


class Phrases:
    """Nodes as parts of a sentence: what people named stands in quotes, what we call it does not."""

    def __init__(self, incentives: Incentives, metrics: Sequence[str]) -> None:
        self._project = incentives.project
        self._uses: dict[str, Use] = {}
        self._boards: dict[str, BoardView] = {}
        for metric in metrics:
            design = incentives.designs[metric]
            for use in design.uses or ():
                self._uses.setdefault(use.node, use)
            self._boards.update((board.node, board) for board in design.boards or ())

    def sentence(self, steps: Sequence[WitnessStep], view: ViewName) -> str:
        """A path as one sentence. What is assumed and not declared is said to be."""
        first, *rest = steps
        parts = [self._phrase(first, None)]
        for number, (before, step) in enumerate(zip(steps, rest, strict=False)):
            clause = _READ[view] if step.verb == "read in" else _CLAUSE.get(step.verb, step.verb)
            if before.node.kind == "action" and clause == "helps":
                clause = "can help"
            elif before.node.kind == "action" and clause == "works against":
                clause = "can work against"
            parts.append(f"{', which' if number else ''} {clause} {self._phrase(step, before)}")
        return "".join(parts) + "."

    def aside(self, steps: Sequence[WitnessStep], metric: str) -> str:
        """An action that moves a number and does something else besides, as a sentence."""
        sentence = self.sentence(steps, "feasible")
        begin = self._phrase(steps[0], None)
        return f"{begin} can move {quoted(metric)}, and it{sentence.removeprefix(begin)}"

    def _phrase(self, step: WitnessStep, before: WitnessStep | None) -> str:
        words = self.node(step.node)
        return f"{words} (assumed)" if step.assumed and not (before and before.assumed) else words

    def node(self, node: Node) -> str:
        """A node inside a sentence."""
        if use := self._uses.get(node.id):
            decided = quoted(use.title) if use.title else use_title(use)
            return decided + (f" by {role_words(use.decided_by, self._project)}" if use.decided_by else "")
        if (board := self._boards.get(node.id)) and not board.title:
            return board_title(board)
        return in_sentence(node.kind, node.title)


def in_sentence(kind: str, title: str) -> str:
    """Something inside a sentence by its kind and title."""
    if kind == "consequence":
        return shorten(title)
    if kind == "role":
        return role_in_sentence(title)
    if kind == "target":
        return "the target" if title == "the target" else f"the target of {quoted(title)}"
    return quoted(title)


def steps_sentence(steps: Sequence[Step]) -> str:
    """The path of a finding as one sentence, by what access allows."""
    parts = []
    for number, (before, step) in enumerate(zip([None, *steps], steps, strict=False)):
        words = in_sentence(step.kind, step.title)
        if step.assumed and not (before and before.assumed):
            words += " (assumed)"
        if before is None:
            parts.append(words)
            continue
        clause = _READ["feasible"] if step.verb == "read in" else _CLAUSE.get(step.verb, step.verb)
        parts.append(f"{', which' if number > 1 else ''} {clause} {words}")
    return "".join(parts) + "." if parts else ""
