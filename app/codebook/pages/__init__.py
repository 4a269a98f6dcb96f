"""What the pages of the code book show: an entry, the tabular list, the outline, an imported index."""
