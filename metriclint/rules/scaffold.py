"""A new rule file with examples that fail, so that writing it begins with a test."""

_TEMPLATE = """\
# Check with: metriclint rules test {folder}
# Facts for `when`, words for `message`: metriclint rules facts. Keys of this file: metriclint schema rule.
code: {code}                      # never used again after removal
edition: "{edition}"
severity: warning                 # at stakes 3 (a formal review): info, note, warning or error
confidence: medium
variant: none                     # regressional, extremal, causal, adversarial or none
kind: observation                 # make it a finding once it has criteria
summary: One sentence that says the defect.
message: "{{metric}} does something that can backfire in {{consequence}}."
# A fact that nobody declared leaves the rule undecided; never write a default for it.
when: >-
  derived.live && metric.kind == 'activity' && false
path: {{from: metric, to: consequence}}
locate: metric.kind
why: |
  The mechanism in two to four plain sentences: what people can do, and why it pays.
fix:
  - text: The best option first.
    change: {{consequence.kind: none}}
ignore_when: |
  When acting on this finding would be wrong.
criteria: []
evidence: []
examples:
  bad:
    - title: A design that must be reported (this fails until `when` is right)
      yaml: |
        metriclint: 1
        metrics:
          tickets-closed:
            title: Tickets closed a week
            kind: activity
            subject: {{level: individual}}
            consequences: [{{kind: review, stated: used, access: individual}}]
    - title: Another one, with another mechanism
      yaml: |
        metriclint: 1
        metrics:
          calls-made:
            title: Calls made a day
            kind: activity
            subject: {{level: individual}}
            consequences: [{{kind: bonus, stated: used, access: individual}}]
  good:
    - title: The repaired design
      yaml: |
        metriclint: 1
        metrics:
          tickets-closed:
            title: Tickets closed a week
            kind: activity
            subject: {{level: team, people: 12}}
            consequences: []
    - title: A design that looks alike and is sound
      yaml: |
        metriclint: 1
        metrics:
          problem-solved:
            title: Customers whose problem stayed solved
            kind: outcome
            subject: {{level: individual}}
            consequences: [{{kind: review, stated: used, access: individual}}]
"""


def new_rule(code: str, folder: str, edition: str) -> str:
    """Text of a new rule file. Its bad examples fail until the condition is written."""
    return _TEMPLATE.format(code=code, folder=folder, edition=edition)


def free_code(letters: str, used: set[str]) -> str:
    """The first code of a family that nobody uses."""
    digits = {int(code[3:]) for code in used if code.startswith(letters)}
    start = min(digits, default=1)
    return f"{letters}{next(n for n in range(start, 1000) if n not in digits):03d}"
