"""The report in the firm's own Word template: fields in double braces, filled in by docxtpl.

A template is code of somebody else. It is run in a sandbox that reaches the fields and nothing besides, texts are
escaped whatever it says, and what it makes has an end.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from metriclint.audit.documents import DocumentError
from metriclint.audit.documents._house_fields import fields
from metriclint.audit.documents._house_gate import checked_template
from metriclint.audit.documents._text import line, visible
from metriclint.audit.documents._word_layout import same_every_time
from metriclint.audit.pack import Pack
from metriclint.files.problem import did_you_mean, shorten

_FILTERS = frozenset(
    (
        *(
            "abs",
            "batch",
            "capitalize",
            "count",
            "d",
            "default",
            "dictsort",
            "e",
            "escape",
            "first",
            "float",
            "groupby",
        ),
        *("int", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace"),
        *("reverse", "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "truncate"),
        *("unique", "upper", "wordcount"),
    )
)
"""None of them can switch off the escaping, or make much of little."""
_PROPERTIES = ("title", "subject", "author", "comments")
_MOST = 60_000_000
"""Characters that a template may make."""
_FOREIGN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_EMPTY = "it is empty here; write {% if … %} around it"


def house_report(pack: Pack, template: bytes, name: str) -> bytes:
    """The filled-in template. Raises DocumentError with what is wrong about it."""
    data = checked_template(template, name)
    context = fields(pack)
    try:
        document = _Document(io.BytesIO(data))
        _check_braces(docx.Document(io.BytesIO(data)))
        document.render(context, _Sandbox(context))
        out = io.BytesIO()
        document.save(out)
    except _Unfit as error:
        raise DocumentError(f"{name}: {error}") from error
    except TemplateError as error:
        raise DocumentError(f"{name}: {_told(error)}") from error
    except (OpcError, etree.LxmlError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise DocumentError(f"{name} cannot be filled in: {shorten(str(error)) or 'it is damaged'}") from error
    except (RecursionError, MemoryError) as error:
        raise DocumentError(f"{name} cannot be filled in: its fields are nested too deeply") from error
    _complete(document, pack, name)
    return same_every_time(out.getvalue())


def _check_braces(document: Any) -> None:
    """Raise _Unfit where a field or tag begins and does not end in its paragraph: it would swallow what follows."""
    for element in (document.element.body, *_edges(document)):
        for made in element.iter(qn("w:p")):
            text = "".join(t.text or "" for t in made.iter(qn("w:t")))
            if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
                raise _Unfit(f"a field or tag is not closed, near “{shorten(text, 80)}”")


class _Unfit(Exception):
    """What is wrong with a template, in words."""


class _Document(DocxTemplate):  # type: ignore[misc]
    """A template whose result has to be well-formed; docxtpl would repair it by leaving things out."""

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
        made: str = super().render_xml_part(src_xml, part, context, jinja_env)
        try:
            etree.fromstring(made.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        except etree.XMLSyntaxError as error:
            raise _Unfit(
                "a loop or condition begins in one paragraph or row and ends inside another: "
                "use {%p … %} for whole paragraphs and {%tr … %} for whole rows"
            ) from error
        return made

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Title and the like of the file: plain texts of limited length, which are not escaped."""
        properties = self.docx.core_properties
        for name in _PROPERTIES:
            text = Markup(jinja_env.from_string(getattr(properties, name)).render(context)).unescape()
            setattr(properties, name, line(text, 250))


class _Bounded(Template):
    """A template that stops when it has made too much."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        made, size = [], 0
        for part in self.generate(*args, **kwargs):
            made.append(part)
            size += len(part) + 1
            if size > _MOST:
                raise TemplateRuntimeError("it makes too much text")
        return "".join(made)


class _Missing(StrictUndefined):
    """A field that does not exist: asking for it in any way is an error."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, owner = str(self._undefined_name), self._undefined_obj
        if owner is None:
            return f"there is no field “{name}”: {_EMPTY}"
        known = owner if isinstance(owner, dict) else _TOP
        nearest = did_you_mean(name, known)
        return f"there is no field “{name}”" + (f"; did you mean “{nearest}”?" if nearest else "")


_TOP = tuple(name for name in Pack.__struct_fields__ if name not in ("schema", "engagement"))


class _Sandbox(ImmutableSandboxedEnvironment):
    """Reaches the fields and a few filters. Nothing can be called but macros of the template itself."""

    intercepted_binops = frozenset(("*", "**", "%", "//"))
    template_class = _Bounded

    def __init__(self, context: dict[str, Any]) -> None:
        super().__init__(autoescape=True, undefined=_Missing)
        self.globals = {}
        self.filters = {name: made for name, made in self.filters.items() if name in _FILTERS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a record; records have no methods."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """What a loop knows about itself, and nothing of texts and lists: filters do what can be wanted of them."""
        return type(obj).__name__ in ("LoopContext", "Macro") and super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros of the template, and the super of loops."""
        return type(obj).__name__ in ("LoopContext", "Macro")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic with small numbers only: a product can fill the memory."""
        if all(isinstance(n, int | float) and abs(n) < 10**9 for n in (left, right)) and operator != "**":
            return super().call_binop(context, operator, left, right)
        raise SecurityError(f"“{operator}” is for numbers")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(_FOREIGN):
            raise TemplateSyntaxError("a template may not read other files", node.lineno)
        for node in tree.find_all(nodes.EvalContextModifier):
            raise TemplateSyntaxError("a template may not switch off the escaping of texts", node.lineno)
        return tree


_CALL = re.compile(r"^.*is not safely callable$", re.DOTALL)


def _told(error: TemplateError) -> str:
    """What a template got wrong, with the text around the place."""
    message = _CALL.sub("a template may not call anything", error.message or "it cannot be read")
    if isinstance(error, SecurityError) and "access to attribute" in message:
        message = "a template may use fields and filters only"
    lines = [" ".join(text.split()) for text in getattr(error, "docx_context", ())]
    near = next((text for text in lines if "{" in text), "") if isinstance(error, TemplateSyntaxError) else ""
    return f"{message}, near “{shorten(near, 80)}”" if near else message


# What a report has to say


def _complete(document: Any, pack: Pack, name: str) -> None:
    """Raise DocumentError where the template leaves out what nobody may leave out."""
    body = _text(document.docx.element.body)
    edges = "".join(map(_text, _edges(document.docx)))
    if pack.draft and _plain(pack.draft_notice) not in edges:
        raise DocumentError(
            f"{name}: while a finding is not confirmed, every page has to say so: put {{{{ draft_notice }}}} into the "
            "header or footer"
        )
    if any(_plain(text) not in body for text in pack.scope.limitations):
        raise DocumentError(f"{name}: the limitations are missing: list scope.limitations")
    lost = [f.id for f in pack.findings if f.id not in body]
    if lost:
        raise DocumentError(f"{name}: findings are missing ({', '.join(lost[:3])}): list findings with their id")


def _edges(document: Any) -> Iterator[Any]:
    """The elements of all headers and footers."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")) and hasattr(relation.target_part, "element"):
            yield relation.target_part.element


def _text(element: Any) -> str:
    return _plain("".join(t.text or "" for t in element.iter(qn("w:t"))))


def _plain(text: str) -> str:
    """A text without blanks and line ends, which a document writes in other ways."""
    return "".join(visible(text).split())
