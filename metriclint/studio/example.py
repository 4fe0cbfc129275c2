"""The story that metriclint grew from, as answers to the questions."""

STORY = {
    "title": "AI tokens used per week",
    "goal": "Better software sooner, with the help of AI",
    "proof": "belief",
    "counts": "activity",
    "measured": "person",
    "better": "higher",
    "target": "must",
    "recorder": "system",
    "checked": "nobody",
    "audience": "organisation",
    "shown": "ranking",
    "consequence": "review",
    "stated": "does-not-count",
    "access": "each",
    "kept": "word",
    "believed": "counts",
    "shortcut": "Let an AI agent repeat tasks that nobody needs",
    "effort": "machine",
    "controls": ["effort", "amount"],
    "counter": "none",
}
"""Everybody sees a named ranking of AI tokens; policy says reviews do not use it."""
