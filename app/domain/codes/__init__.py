"""Clinical codes: systems, shapes, display, and the relations between codes."""
