"""Command lines. Each file is a thin entry point: `python scripts/<name>.py --help`."""
