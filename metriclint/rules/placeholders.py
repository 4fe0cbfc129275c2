"""The words that a rule's message may use."""

PLACEHOLDERS: dict[str, str] = {
    "metric": "title of the metric, in quotes",
    "consequence": "the decision or its kind in words",
    "board": "title of the board",
    "audience": "who sees the board",
    "action": "the gaming action",
    "outcome": "the outcome",
    "counter": "the counter-metric",
    "reader": "role that decides",
    "subject": "the people measured",
    "harms": "the declared harms",
    "value": "the target as a text",
    "n": "cases behind one value",
    "ci": "half-width of the interval in points",
    "other": "title of another metric",
    "recorder": "who records the number",
    "basis": "where the target comes from",
    "law": "title and articles of the law entry",
    "date": "date from which the law applies",
    "rows": "who can query the rows",
}
