"""Three-valued logic (Kleene): ``None`` is "nobody said"."""

from collections.abc import Iterable

Tri = bool | None


def and_(*values: Tri) -> Tri:
    """False if any is false, else unknown if any is unknown."""
    if False in values:
        return False
    return None if None in values else True


def or_(*values: Tri) -> Tri:
    """True if any is true, else unknown if any is unknown."""
    if True in values:
        return True
    return None if None in values else False


def any_(values: Iterable[Tri]) -> Tri:
    """Disjunction of many; false for none."""
    return or_(*values, False)


def in_(value: str | None, allowed: tuple[str, ...]) -> Tri:
    """Membership; unknown where the value is undeclared."""
    return None if value is None else value in allowed
