"""Exercises: a chart as written in the bank, parsed, checked, and as a stored version holds it."""
