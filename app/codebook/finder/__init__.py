"""The code finder: what a code can be found by, reading what somebody typed, ranking, measuring."""
