"""Writes what the documentation has from the program itself, or checks that it is fresh.

``python docs/generate.py`` writes; ``python docs/generate.py --check`` says what is stale and exits with 1.
"""

import json
import sys
from pathlib import Path

from metriclint.facts.catalogue import FACTS
from metriclint.rules.catalogue import built_in_catalogue
from metriclint.rules.page import markdown_index, markdown_page
from metriclint.schemas import NAMES, schema
from metriclint.scoring import score
from metriclint.scoring_report import markdown

HERE = Path(__file__).resolve().parent


def pages() -> dict[str, str]:
    """Every generated file below ``docs/`` with its text."""
    catalogue = built_in_catalogue()
    rules = sorted(catalogue.rules.values(), key=lambda r: r.code)
    found = {f"rules/{rule.family}/{rule.name}.md": markdown_page(rule) for rule in rules}
    found["rules/index.md"] = markdown_index(rules)
    found["facts.md"] = facts_page()
    found["corpus.md"] = markdown(score(HERE.parent / "examples" / "cases", catalogue))
    for name in NAMES:
        found[f"schema/{name}.json"] = json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
    return found


def facts_page() -> str:
    """The vocabulary of rules as tables by group."""
    meaning = {
        "unbound": "rules stay undecided",
        "default": "a default by design",
        "derived": "computed; undecided where its sources are",
        "template": "filled from the template of the metric's type, marked as assumed",
    }
    parts = [
        "# Facts\n\nThe closed vocabulary that rules speak. A rule that names a fact of `board`, `consequence`, "
        "`action` or `counter` is asked for each of them; the others are facts of the metric, the decision or the "
        "project."
    ]
    for group in dict.fromkeys(spec.group for spec in FACTS.values()):
        rows = [
            f"| `{s.name}` | {s.type} | {s.text} | {', '.join(f'`{v}`' for v in s.values)} | {meaning[s.silence]} |"
            for s in FACTS.values()
            if s.group == group
        ]
        head = "| Fact | Type | Meaning | Values | Where nobody says |\n| --- | --- | --- | --- | --- |"
        parts.append(f"## {group}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write or check."""
    check = "--check" in sys.argv[1:]
    stale = []
    wanted = pages()
    for name, text in wanted.items():
        file = HERE / name
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    for file in sorted((HERE / "rules").rglob("*.md")):
        name = file.relative_to(HERE).as_posix()
        if name not in wanted:
            stale.append(name)
            if not check:
                file.unlink()
    if check and stale:
        print("stale, run `python docs/generate.py`: " + ", ".join(stale))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
