"""One module per official file: each parses its file into a ``SourceTree`` and knows nothing of storage."""
