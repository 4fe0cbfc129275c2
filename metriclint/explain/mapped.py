"""What a mapping does with a file, in words: what it reads, what it cannot, and what the file has besides."""

from collections.abc import Iterator

from metriclint.files.problem import shorten
from metriclint.reports.terminal import WIDTH, Paint, block, clean, counted
from metriclint.sources.adapter import adapter, adapter_names
from metriclint.sources.lists.mapping import shipped_mappings
from metriclint.sources.lists.trial import FieldTrial, Trial

_MOST = 5
_DIRECTIONS = {"up": "up", "down": "down", "band": "a band"}


def known_sources() -> str:
    """The adapters and the mappings that ship, as a list."""
    names = [name for name in adapter_names() if adapter(name).SUFFIXES]
    width = max(map(len, (*names, *shipped_mappings())))
    rows = [f"  {name:<{width}}  {adapter(name).TITLE} ({' '.join(adapter(name).SUFFIXES)})" for name in names]
    shipped = [f"  {name:<{width}}  {mapping.title}" for name, mapping in shipped_mappings().items()]
    head = "Adapters: files that are recognised by their content, or named by `adapter` under `[[sources]]`"
    lists = "Mappings of `records` that ship: recognised too, or named by `mapping` under `[[sources]]`"
    return "\n".join([head, *rows, "", lists, *shipped]) + "\n"


def render(trial: Trial, paint: Paint) -> str:
    """The whole account of a trial."""
    parts = [_head(trial, paint), "\n".join(_fields(trial, paint))]
    parts += ["\n".join(lines) for lines in (_targets(trial), _rest(trial, paint)) if lines]
    return "\n\n".join(parts) + "\n"


def _head(trial: Trial, paint: Paint) -> str:
    title = paint(f"{clean(trial.mapping.title)}: {clean(trial.path)}", "bold")
    found = f"{counted(trial.records, 'record')}, {counted(trial.metrics, 'metric')}"
    if trial.left_out:
        found += f"; {counted(trial.left_out, 'record')} left out by `where`"
    if trial.repeated:
        found += f"; {counted(trial.repeated, 'record')} with the name of another one"
    known = "A check recognises this file without a setting." if trial.recognised else ""
    return "\n".join(line for line in (title, block("", found, 2), block("", known, 2) if known else "") if line)


def _fields(trial: Trial, paint: Paint) -> Iterator[str]:
    wide = max(len(field.key) for field in trial.fields)
    for field in trial.fields:
        rate = f"{field.filled} of {trial.counted}"
        line = f"  {field.key:<{wide}}  {rate:>{2 * len(str(trial.counted)) + 4}}  from {clean(field.source)}"
        yield _with_examples(line, field.examples)
        yield from _trouble(field, paint) if trial.counted else ()


def _with_examples(line: str, examples: list[str]) -> str:
    """The line with as many examples as it has room for."""
    sign = ": "
    for text in examples:
        more = f'{sign}"{clean(text)}"'
        if len(line) + len(more) > WIDTH:
            break
        line, sign = line + more, ", "
    return line


def _trouble(field: FieldTrial, paint: Paint) -> Iterator[str]:
    if not field.filled:
        near = f"; did you mean `{clean(field.near)}`?" if field.near else ""
        yield block(paint("nothing: ", "warning"), f"no record has it{near}", 4)
    for value in field.unread[:_MOST]:
        more = f" ({value.count} records)" if value.count > 1 else ""
        place = f"line {value.line}, column {value.column}"
        text = f'"{clean(shorten(value.text, 60))}" at {place}{more}: {clean(value.why)}'
        yield block(paint("not read: ", "warning"), text, 4)
    if len(field.unread) > _MOST:
        yield block("", f"and {len(field.unread) - _MOST} more", 4)


def _targets(trial: Trial) -> list[str]:
    lines: list[str] = []
    if not trial.counted:
        return lines
    if "target" in trial.mapping.fields:
        words = {
            "read": "read",
            "placeholder": "put off or kept elsewhere",
            "none": "said to be none",
            "unreadable": "not read",
        }
        told = [f"{trial.targets[state]} {text}" for state, text in words.items() if state in trial.targets]
        rest = trial.metrics - sum(trial.targets.values())
        told += [f"{rest} without one"] if rest else []
        lines.append(block("targets: ", f"{', '.join(told)}; {trial.values} with a number", 2))
    known = [f"{trial.directions[key]} {text}" for key, text in _DIRECTIONS.items() if key in trial.directions]
    silent = trial.metrics - sum(trial.directions.values())
    lines.append(block("better: ", ", ".join([*known, *([f"{silent} not said"] if silent else [])]), 2))
    return lines


def _rest(trial: Trial, paint: Paint) -> list[str]:
    lines = []
    if trial.unused:
        shown = [f"{clean(shorten(key, 40))} ({count})" for key, count in list(trial.unused.items())[:20]]
        more = f" and {len(trial.unused) - 20} more" if len(trial.unused) > 20 else ""
        lines.append(block("no field uses: ", ", ".join(shown) + more, 2))
    told = [(line, text) for line, text in trial.remarks if not text.startswith(("`", 'target "'))]
    for line, text in told[:_MOST]:
        lines.append(block(paint(f"line {line}: ", "info"), clean(text), 2))
    if len(told) > _MOST:
        lines.append(block("", f"and {len(told) - _MOST} more remarks", 2))
    return lines
