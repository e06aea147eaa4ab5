"""The one command-line entry point, `osmose`."""
