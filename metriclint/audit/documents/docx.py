"""``report.docx``: the report to be edited, in the built-in layout or in the firm's own template."""

from metriclint.audit.documents import DocumentOptions
from metriclint.audit.pack import Pack

FILE = "report.docx"


def render(pack: Pack, options: DocumentOptions) -> bytes:
    """The document. Raises DocumentError where the template cannot be used."""
    if options.template is not None:
        from metriclint.audit.documents._house import house_report

        return house_report(pack, options.template, options.template_name)
    from metriclint.audit.documents._word_report import word_report

    return word_report(pack)
