"""Packs for tests of their documents, and report.html as a program reads it."""

from html.parser import HTMLParser

import msgspec
from audited import CARDS, LATER, WAIVER, followed, packed
from conftest import Write
from msgspec.structs import replace

from metriclint.audit.documents import DocumentOptions, document
from metriclint.audit.finding import PackFinding
from metriclint.audit.pack import Pack
from metriclint.audit.responses import Answer, Responses

_VOID = {"meta", "input", "br", "wbr", "img", "link", "hr"}


def page_of(pack: Pack) -> bytes:
    """report.html of a pack."""
    return document("html").render(pack, DocumentOptions())


def second_pack(write: Write) -> Pack:
    """A pack that follows another: answers, a final rating, an accepted risk, a finding that is gone, and new ones."""
    write("metrics.yaml", CARDS.replace("bonus, stated: used", "bonus, stated: not-used"))
    first = packed("metrics.yaml")
    keys = {f.id: f.key for f in first.findings}
    answer = Answer(
        decision="accept-with-modification",
        text="We name a second number.\nIt is read from spring on.",
        owner="head-of-service",
        due="2027-03-31",
        status="confirmed, in progress",
        confirmed_by="lead-auditor",
        confirmed_on="2026-12-10",
        final_rating="medium",
        rated_by="lead-auditor",
        cause="confirmed",
        effect="confirmed",
        closure_evidence="Minutes of May",
        notes="Ask again in June.",
    )
    said = [answer, Answer(decision="reject", text="It is meant so.", status="withdrawn")]
    told = Responses(responses={keys[f.id]: a for f, a in zip(first.findings, said, strict=False)})
    write("metrics.yaml", CARDS)
    write("waivers.yaml", WAIVER)
    return packed("metrics.yaml", "waivers.yaml", today=LATER, responses=told, earlier=followed(first))


def large_pack(pack: Pack, metrics: int, findings: int) -> Pack:
    """A pack of a size, made from the parts of a small one; every text is there as often as in a real one."""
    (path, *_) = [f for f in pack.findings if len(f.path.nodes) > 3]

    def numbered(i: int) -> PackFinding:
        f = pack.findings[i % len(pack.findings)]
        return replace(f, id=f"F-{i + 1:03}", path=path.path, title=f"{f.title[:120]} ({i})", options=path.options)

    rows = [replace(pack.metrics[i % len(pack.metrics)], title=f"Metric {i}") for i in range(metrics)]
    return replace(pack, metrics=rows, findings=[numbered(i) for i in range(findings)])


def with_texts(pack: Pack, text: str) -> Pack:
    """The pack with a text in every place where a person could have written it."""
    keep = {"url", "svg", "schema", "id", "rating", "state", "status", "kind", "decision", "final", "overall", "letter"}
    keep |= {"proposed", "rating_before", "rating_now", "now", "confidence", "as_of", "finding", "severity", "metric"}

    def filled(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {k: v if k in keep and not _free(k, value) else filled(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return value if key == "findings" and value and isinstance(value[0], str) else [filled(v) for v in value]
        determined = isinstance(value, str) and value and not value.startswith("not determined: ")
        return f"{text} {key}" if determined else value

    made = filled(msgspec.to_builtins(pack))
    return msgspec.convert(made, Pack)


def _free(key: str, record: dict[str, object]) -> bool:
    """Is it a text in this record, though the same key is a word of the contract in others."""
    return key in ("kind", "status", "id") and "measured" in record


class Read(HTMLParser):
    """A page as a parser reads it: its elements with the names of their attributes, and texts with what is around."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.values: list[tuple[str, str]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.feed(page.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("wbr", "tspan"):  # they depend on where a text is broken
            self.elements.append((tag, *sorted(name for name, _ in attrs)))
        self.values += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(self._open), data))

    def inside(self, *names: str) -> str:
        """All texts within elements of the names, a line each."""
        return "\n".join(" ".join(t.split()) for around, t in self.texts if set(names) <= set(around))
