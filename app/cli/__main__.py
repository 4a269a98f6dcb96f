"""``python -m app.cli`` is the same as ``chartroom``."""

from app.cli import main

main()
