"""``metriclint completion``: the script that makes a shell complete commands and options."""

import click

from metriclint.cli.output import emit

_WHERE = {
    "bash": 'eval "$(metriclint completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(metriclint completion zsh)"    in ~/.zshrc',
    "fish": "metriclint completion fish | source    in ~/.config/fish/config.fish",
}


@click.command("completion", epilog="\b\n" + "\n".join(_WHERE.values()))
@click.argument("shell", type=click.Choice(list(_WHERE)))
def command(shell: str) -> None:
    """Print the completion script for SHELL: bash, zsh or fish."""
    from click.shell_completion import get_completion_class

    from metriclint.cli.app import app

    kind = get_completion_class(shell)
    if kind is None:  # a click without this shell
        raise click.UsageError(f"no completion for {shell}")
    script = kind(app, {}, "metriclint", "_METRICLINT_COMPLETE")
    # Not `source()`: for bash that starts a shell, only to look at its version.
    emit(script.source_template % script.source_vars() + "\n", None)
