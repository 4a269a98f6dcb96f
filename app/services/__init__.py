"""Use cases: load → ask the domain → save → return. One transaction each. No request, no HTML."""
