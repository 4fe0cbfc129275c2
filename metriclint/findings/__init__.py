"""Findings: what is reported, where it stands, why, and what can be done."""
