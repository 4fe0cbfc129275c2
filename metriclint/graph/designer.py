"""Building the design of each metric of a project.

A silent card gets the gaming actions of its type, marked as assumed, and a target that stands alone has an assumed
consequence: people are asked about it.
"""

from collections.abc import Callable
from typing import Any

from metriclint.graph.design import ActionView, BoardView, Design, Use
from metriclint.graph.templates import Dictionary, Template
from metriclint.model.card import InlineAction, Metric, OutcomeLink
from metriclint.model.objects import Agent, InlineConsequence, UseFacts
from metriclint.model.project import MetricEntry, Origin, Project


class Designer:
    """Builds the design of each metric of a project."""

    def __init__(self, project: Project, dictionary: Callable[[], Dictionary]) -> None:
        self.project = project
        self._dictionary = dictionary
        self._boards_of: dict[str, list[str]] = {}
        self._uses_of: dict[str, list[tuple[str, int]]] = {}
        self._actions_of: dict[str, list[str]] = {}
        for id_, board in sorted(project.boards.items()):
            for metric in board.value.shows:
                self._boards_of.setdefault(metric, []).append(id_)
        for id_, decision in sorted(project.decisions.items()):
            for index, use in enumerate(decision.value.uses):
                self._uses_of.setdefault(use.metric, []).append((id_, index))
        for id_, action in sorted(project.actions.items()):
            for metric in action.value.moves:
                self._actions_of.setdefault(metric, []).append(id_)

    def design(self, entry: MetricEntry) -> Design:
        """The metric with its boards, uses, actions, counters, outcome and agent."""
        card = entry.value
        outcome, outcome_id, title = self._outcome(card)
        template = self._dictionary().fit(card)
        actions = self._actions(entry, outcome_id, template)
        agent, agent_origin = self._agent(entry, actions)
        return Design(
            entry=entry,
            boards=self._boards(entry),
            uses=self._uses(entry),
            actions=actions,
            counters=card.counter_metrics,
            outcome=outcome,
            outcome_id=outcome_id,
            outcome_title=title,
            agent=agent,
            agent_origin=agent_origin,
            template=template,
        )

    def _outcome(self, card: Metric) -> tuple[OutcomeLink | None, str | None, str]:
        given = card.outcome
        if given is None:
            return None, None, ""
        link = OutcomeLink(title=given) if isinstance(given, str) else given
        id_ = given if isinstance(given, str) and given in self.project.outcomes else link.id
        title = link.title or ""
        if id_ is not None and id_ in self.project.outcomes:
            title = self.project.outcomes[id_].value.title or id_.replace("-", " ")
        return link, id_, title

    def _boards(self, entry: MetricEntry) -> list[BoardView] | None:
        given = entry.value.visibility
        shared = list(self._boards_of.get(entry.id, ()))
        if given is None and not shared:
            return None
        items = [] if given is None else given if isinstance(given, list) else [given]
        views = []
        for index, item in enumerate(items):
            if isinstance(item, str):
                if item not in shared:
                    shared.append(item)
                continue
            where = entry.place("visibility", index) if isinstance(given, list) else entry.place("visibility")
            node = f"board:{entry.id}/{item.id or index + 1}"
            views.append(BoardView(node, item.title or "", item, where))
        for id_ in shared:
            board = self.project.boards[id_]
            title = board.value.title or id_.replace("-", " ")
            views.append(BoardView(f"board:{id_}@{entry.id}", title, board.value, board.origin))
        return views

    def _uses(self, entry: MetricEntry) -> list[Use] | None:
        given = entry.value.consequences
        shared = dict.fromkeys(self._uses_of.get(entry.id, ()))
        named = {decision for decision, _ in shared}
        if given is None and not shared:
            assumed = self._assumed_use(entry)
            return [assumed] if assumed else None
        views = []
        for index, item in enumerate(given or ()):
            if isinstance(item, str):
                if item not in named:
                    views.append(self._shared_use(entry, item, None))
            else:
                views.append(self._inline_use(entry, item, index, views))
        views += [self._shared_use(entry, id_, index) for id_, index in shared]
        return views

    def _inline_use(self, entry: MetricEntry, item: InlineConsequence, index: int, before: list[Use]) -> Use:
        node = f"decision:{entry.id}/{item.id or item.kind or 'consequence'}"
        twins = sum(1 for use in before if use.node == node or use.node.startswith(node + "#"))
        origin = entry.place("consequences", index)
        return Use(
            node=f"{node}#{twins + 1}" if twins else node,
            title=item.title or "",
            kind=item.kind,
            decided_by=item.decided_by,
            about=_role(entry),
            automatic=item.automatic,
            falls_on=item.falls_on or _level(entry),
            value=item,
            origin=origin,
            kind_origin=origin.below("kind"),
        )

    def _shared_use(self, entry: MetricEntry, id_: str, index: int | None) -> Use:
        decision = self.project.decisions[id_]
        value: UseFacts = UseFacts() if index is None else decision.value.uses[index]
        kind = getattr(value, "kind", None)
        origin = decision.origin if index is None else decision.origin.below("uses", index)
        return Use(
            node=f"decision:{id_}",
            title=value.title or decision.value.title or id_.replace("-", " "),
            kind=kind or decision.value.consequence,
            decided_by=getattr(value, "decided_by", None) or decision.value.made_by,
            about=decision.value.about or _role(entry),
            automatic=decision.value.automatic if value.automatic is None else value.automatic,
            falls_on=value.falls_on or _level(entry),
            value=value,
            origin=origin,
            kind_origin=origin.below("kind") if kind else decision.origin.below("consequence"),
            shared=id_,
        )

    def _assumed_use(self, entry: MetricEntry) -> Use | None:
        """A target without any word on consequences: people are asked about it, so it is not without stakes."""
        target = entry.value.target
        if target is None or target.type == "none" or (target.type is None and target.value is None):
            return None
        falls_on = target.applies_to or _level(entry)
        return Use(
            node=f"decision:{entry.id}/assumed",
            title="",
            kind="informal",
            decided_by=None,
            about=_role(entry),
            automatic=None,
            falls_on=falls_on,
            value=UseFacts(stated="unstated"),
            origin=entry.place("target"),
            kind_origin=entry.place("target"),
            assumed=True,
        )

    def _actions(
        self, entry: MetricEntry, outcome_id: str | None, template: Template | None
    ) -> list[ActionView] | None:
        given = entry.value.gaming_actions
        shared = list(self._actions_of.get(entry.id, ()))
        views = [
            self._inline_action(entry, item, index, template)
            for index, item in enumerate(given or ())
            if isinstance(item, InlineAction)
        ]
        listed = {item for item in given or () if isinstance(item, str)}
        for id_ in dict.fromkeys([*shared, *sorted(listed)]):
            view = self._shared_action(entry, id_, outcome_id, id_ in listed)
            if view is not None:
                views.append(view)
        if given is None and template is not None:
            views += self._template_actions(entry, template)
        return None if given is None and not views else views

    def _template_actions(self, entry: MetricEntry, template: Template) -> list[ActionView]:
        return [
            ActionView(
                node=f"action:{entry.id}/template-{a.id}",
                title=a.title,
                by=_role(entry),
                cost=a.cost,
                automatable=a.automatable,
                effect=a.effect,
                harms=(),
                origin=entry.place("title"),
                assumed=True,
            )
            for a in template.actions
        ]

    def _inline_action(
        self, entry: MetricEntry, item: InlineAction, index: int, template: Template | None
    ) -> ActionView:
        known = template.actions[0] if template and template.actions else None
        return ActionView(
            node=f"action:{entry.id}/{item.id or index + 1}",
            title=item.title or (item.id or "").replace("-", " ") or "an action nobody named",
            by=_role(entry),
            cost=item.cost or (known.cost if known else None),
            automatable=item.automatable if item.automatable is not None else (known.automatable if known else None),
            effect=item.effect_on_outcome or "none",
            harms=tuple(item.harms),
            origin=entry.place("gaming_actions", index),
        )

    def _shared_action(self, entry: MetricEntry, id_: str, outcome_id: str | None, listed: bool) -> ActionView | None:
        action = self.project.actions[id_].value
        move = action.moves.get(entry.id)
        good = entry.value.direction
        if not listed and move is not None and good in ("up", "down") and move != good:
            return None
        return ActionView(
            node=f"action:{id_}",
            title=action.title or id_.replace("-", " "),
            by=action.by or _role(entry),
            cost=action.cost,
            automatable=action.automatable,
            effect=_effect(action.effects, outcome_id) or ("none" if listed else None),
            harms=tuple(k for k, e in action.effects.items() if e == "causes"),
            origin=self.project.actions[id_].origin,
            uses=action.uses,
        )

    def _agent(self, entry: MetricEntry, actions: list[ActionView] | None) -> tuple[Agent | None, Origin | None]:
        given = entry.value.agent
        if isinstance(given, Agent):
            return given, entry.place("agent")
        systems = [given] if given else sorted({a.uses for a in actions or () if a.uses})
        for id_ in systems:
            system = self.project.systems[id_]
            if system.value.agent is not None:
                return system.value.agent, system.origin.below("agent")
        return None, None


def _effect(effects: dict[str, Any], outcome_id: str | None) -> str | None:
    """Effect on the metric's own outcome; on the worst of all outcomes where that one is not named."""
    if outcome_id is not None and outcome_id in effects:
        return str(effects[outcome_id])
    values = {e for e in effects.values() if e != "causes"}
    for worst in ("hurts", "none", "helps"):
        if worst in values:
            return worst
    return "none" if effects else None


def _role(entry: MetricEntry) -> str | None:
    subject = entry.value.subject
    return subject.role if subject else None


def _level(entry: MetricEntry) -> str | None:
    subject = entry.value.subject
    return subject.level if subject else None
