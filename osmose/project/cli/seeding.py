"""Run by `osmose demo` in a process of its own: fills an empty database with the demonstration hospital."""

import sys

from osmose.project.cli import world

if __name__ == "__main__":
    world.ready_django()
    from osmose.demo.seed import seed

    seed(is_light="--light" in sys.argv)
