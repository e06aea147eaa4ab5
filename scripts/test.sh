#!/bin/sh
# Every test: those of the browser beside the others, since a browser waits more than it works. What the browser's say
# comes whole, after the others. « sh scripts/test.sh -k lit » passes its arguments to both; a part that they leave
# without a test (5) is no failure, unless both are.
set -u
PY=.venv/bin/python
said=$(mktemp)
trap 'rm -f "$said"' EXIT
trap 'kill "$beside" 2>/dev/null; exit 130' INT TERM

"$PY" -m pytest -n 0 -m browser "$@" >"$said" 2>&1 &
beside=$!
"$PY" -m pytest -n 2 -m "not browser" "$@"
others=$?
wait "$beside"
browsers=$?
cat "$said"
if [ "$others" -eq 5 ] && [ "$browsers" -eq 5 ]; then exit 5; fi
for result in "$others" "$browsers"; do
    if [ "$result" -ne 0 ] && [ "$result" -ne 5 ]; then exit "$result"; fi
done
