"""Adapters: one module for each format of another tool, found by its name."""
