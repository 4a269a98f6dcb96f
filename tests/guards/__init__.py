"""Rules that hold over the whole project."""
