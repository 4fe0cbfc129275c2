"""Formats of reports, one module each: pure functions from a report to a text."""
