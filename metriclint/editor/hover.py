"""What a key or a value means, and what a metric reaches, as Markdown."""

from collections.abc import Iterator

from metriclint.editor.desk import Desk
from metriclint.editor.fields import field_at, question_about, silence_of, value_words
from metriclint.editor.ids import Name, name_at
from metriclint.editor.outline import Node, node_at
from metriclint.explain.named import Names
from metriclint.explain.text import LABEL
from metriclint.explain.why import leads_to
from metriclint.explain.words import ViewName
from metriclint.files.markdown import code, escape, sentence
from metriclint.files.problem import shorten
from metriclint.files.yaml_text import scalar
from metriclint.graph.build import build
from metriclint.rules.catalogue import Catalogue

_VIEWS: tuple[ViewName, ...] = ("stated", "feasible", "believed")
_TITLE = 200


def hover(
    desk: Desk | None, path: str, text: str, offset: int, catalogue: Catalogue, *, overlay: bool
) -> tuple[str, Node] | None:
    """What is to be said about the key or value at an offset, and what it is about; ``None`` for nothing."""
    node = node_at(text, offset)
    if node is None:
        return None
    named = name_at(desk, path, text, offset) if desk is not None else None
    if desk is not None and named is not None:
        return "\n\n".join(_object(desk, named[0])), node
    parts = list(_key(node, overlay=overlay) if node.on_key(offset) else _value(node, catalogue, overlay=overlay))
    return ("\n\n".join(parts), node) if parts else None


def _key(node: Node, *, overlay: bool) -> Iterator[str]:
    field = field_at(node.route, overlay=overlay)
    if field is None or not field.title:
        return
    yield f"**{escape(field.title)}** ({code(str(node.route[-1]))}): {sentence(field.description)}"
    if asked := question_about(node.route):
        yield sentence(asked)
    if field.words:
        yield "\n".join(_word(node, word) for word in field.words)
    elif field.examples:
        yield f"Example: {code(_example(field.examples[0]))}"
    if silence := silence_of(node.route):
        yield f"*{silence}*"


def _word(node: Node, word: str) -> str:
    says = value_words(node.route, word)
    return f"- {code(word)}" + (f": {sentence(says)}" if says else "")


def _example(example: object) -> str:
    return scalar(example)


def _value(node: Node, catalogue: Catalogue, *, overlay: bool) -> Iterator[str]:
    if node.value is None:
        return
    field = field_at(node.route, overlay=overlay)
    if node.route[-1] == "rule" and "waivers" in node.route:
        rule = catalogue.find(node.value)
        if rule is not None:
            yield f"**{rule.name}** ({rule.code}): {sentence(rule.rule.summary)}"
            yield sentence(rule.rule.why)
        return
    if field is None or not field.title:
        return
    says = value_words(node.route, node.value)
    if node.value in field.words:
        yield f"{code(node.value)}: {sentence(says)}" if says else code(node.value)
        yield f"{escape(field.title)}: {sentence(field.description)}"


def _object(desk: Desk, name: Name) -> Iterator[str]:
    entry = getattr(desk.linked, name.section)[name.id]
    title = entry.value.title or name.id.replace("-", " ")
    kind = name.section.removesuffix("s")
    yield f"**{escape(shorten(title, _TITLE))}** ({kind} {code(name.id)})"
    description = getattr(entry.value, "description", None)
    if description:
        yield escape(shorten(description, 400))
    if name.section == "metrics" and not desk.problems:
        yield from reaches(desk, name.id)
    yield f"Declared in {code(entry.origin.path)}"


def reaches(desk: Desk, metric: str) -> Iterator[str]:
    """How a metric reaches a consequence: by policy, by access and in belief; equal paths stand together."""
    incentives = build(desk.around(metric))
    named = Names(incentives).find(f"metric:{metric}")
    if not named:
        return
    why = leads_to(incentives, named[0], None, _VIEWS)
    said: dict[str, list[str]] = {}
    for path in why.paths:
        text = escape(path.strip) if path.steps else sentence(path.sentence)
        said.setdefault(text, []).append(LABEL[path.view])
    for text, views in said.items():
        label = ", ".join(views) if len(views) < len(_VIEWS) else "policy, access and belief"
        yield f"*{label[:1].upper()}{label[1:]}*: {text}"
