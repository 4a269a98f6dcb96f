"""The progress pages."""
