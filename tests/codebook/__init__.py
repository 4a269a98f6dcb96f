"""Tests of the codebook layer."""
