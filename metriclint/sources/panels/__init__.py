"""Queries of dashboards: which panels show people in the order of a number."""
