"""Large projects for tests: the same that the benchmarks use."""

import importlib.util
from functools import lru_cache

from conftest import ROOT


@lru_cache(maxsize=4)
def estate(count: int) -> str:
    """A document with so many metrics, a third of them with findings."""
    spec = importlib.util.spec_from_file_location("estate", ROOT / "benchmarks" / "estate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text: str = module.document(count)
    return text
