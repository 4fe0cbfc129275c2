"""Repairs: changes to a design that are proven by checking the changed design."""
