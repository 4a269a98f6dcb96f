"""Programs that measure and print; never run as tests."""
