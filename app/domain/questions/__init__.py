"""Multiple-choice questions: what one is, reading it from plain data, checking it."""
