"""Where a comment is posted: how long it may be, and what is shown there."""

from typing import NamedTuple


class Platform(NamedTuple):
    """A place for comments."""

    title: str
    limit: int
    """Longest comment, in bytes; the platforms count characters, which are never more."""
    folds: bool
    """Are ``<details>`` and other HTML shown as such."""
    pictures: bool
    """Is Mermaid drawn in comments."""


PLATFORMS = {
    "github": Platform("GitHub", 65_536, folds=True, pictures=True),
    "gitlab": Platform("GitLab", 1_000_000, folds=True, pictures=True),
    "azure": Platform("Azure DevOps", 150_000, folds=True, pictures=False),
    "bitbucket": Platform("Bitbucket", 32_768, folds=False, pictures=False),
}
