"""``metriclint questionnaire``: the questions about a number as a form to print."""

import sys

import click

from metriclint.cli.output import emit, refuse


@click.command("questionnaire")
@click.option("--format", "format_", type=click.Choice(["md", "docx"]), default="md", show_default=True)
@click.option("--output", "-o", metavar="FILE", help="Write the form to a file; - prints it.  [default: print]")
def command(format_: str, output: str | None) -> None:
    """Print the questions about a number as a form: with why we ask, examples, and boxes to tick.

    Markdown, or a document for Word. `metriclint new --blank` prints a file of answers for `new --answers`.
    """
    if format_ == "md":
        from metriclint.questionnaire.printed import markdown

        emit(markdown(), output)
        return
    if output in (None, "-") and sys.stdout is not None and sys.stdout.isatty():
        refuse("a document for Word is no text for a screen: name a file with --output")
    _word(output)


def _word(output: str | None) -> None:
    from pathlib import Path

    from metriclint.files.write import write_whole
    from metriclint.questionnaire.word import document

    try:
        data = document()
    except ImportError:
        refuse("a document for Word needs another package: pip install 'metriclint[audit]'")
    if output in (None, "-"):
        sys.stdout.buffer.write(data)
        return
    try:
        write_whole(Path(str(output)), data)
    except OSError as error:
        refuse(f"{output} cannot be written: {(error.strerror or 'error').lower()}")
