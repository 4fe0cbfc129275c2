"""``metriclint explain``: a rule in full, in plain words."""

import click

from metriclint.cli.output import color_option, emit, refuse, say, use_color


@click.command("explain")
@click.argument("rule")
@color_option
def command(rule: str, color: str) -> None:
    """Explain RULE, given by name or code: mechanism, examples, fixes, when to ignore, criteria and evidence."""
    from metriclint.cli.catalogue import project_catalogue
    from metriclint.files.problem import did_you_mean
    from metriclint.findings.verdict import WAIVER_RULES, waiver_rules
    from metriclint.rules.page import plain_page

    catalogue = project_catalogue(color)
    found = catalogue.find(rule)
    if found is None and len(about_waivers := waiver_rules(rule)) == 1:
        from metriclint.findings.waiver_words import page

        (name,) = about_waivers
        emit(page(name, WAIVER_RULES[name]), None)
        return
    if found is None:
        if rule != "*" and (members := catalogue.matching(rule)):
            refuse(f'"{rule}" is a family of {len(members)} rules: `metriclint rules list --family {rule}` lists them')
        near = did_you_mean(rule, catalogue.names())
        refuse(f'unknown rule "{rule}"' + (f': did you mean "{near}"?' if near else "; see `metriclint rules list`"))
    say(plain_page(found, catalogue.criteria, color=use_color(color)))
