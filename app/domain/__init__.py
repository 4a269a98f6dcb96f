"""Pure rules of coding and grading: standard library, numpy and scipy only."""
