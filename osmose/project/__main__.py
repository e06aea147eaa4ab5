"""`python -m osmose.project` is the `osmose` command."""

from osmose.project.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
