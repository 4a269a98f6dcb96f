"""The bank pages."""
