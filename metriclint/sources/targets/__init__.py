"""Targets as people write them, read into numbers, sides, units and periods."""
