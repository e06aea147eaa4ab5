#!/bin/sh
# Every test: those of the browser after the others, each on two processes, so that neither steals the other's time.
# « sh scripts/test.sh -k lit » passes its arguments to both; a part that they leave without a test (5) is no failure,
# unless both are.
set -u
PY=.venv/bin/python

# Whoever has finished takes tests from the other: neither waits for a long file of the other's.
"$PY" -m pytest -n 2 --dist worksteal -m "not browser" "$@"
others=$?
"$PY" -m pytest -n 2 --dist worksteal -m browser "$@"
browsers=$?
if [ "$others" -eq 5 ] && [ "$browsers" -eq 5 ]; then exit 5; fi
for result in "$others" "$browsers"; do
    if [ "$result" -ne 0 ] && [ "$result" -ne 5 ]; then exit "$result"; fi
done
