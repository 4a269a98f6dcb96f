"""The codebook pages."""
