"""Grading: an answer against a key, with a ledger of every correction. See ``grade.grade``."""
