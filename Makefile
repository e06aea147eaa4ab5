# The two commands of the README are `make demo` and `make test`; everything they need is made on the way.
# Each recipe works from this folder, whose path may hold spaces: relative paths only.
PY := .venv/bin/python
PORT ?= 8000
RESET ?=
PG ?=
ARGS ?=
UPGRADE ?=

export PORT
ifneq ($(PG),)
export OSMOSE_PG := $(PG)
endif

.DEFAULT_GOAL := help
.PHONY: lint-python lint-types lint-templates lint-contract lint-django docs-check
.PHONY: help demo test test-database lint fix docs pictures bench bench-stream lock base dev browser node assets assets-check clean

help:
	@echo "make demo            lance Osmose sur http://localhost:8000 (PORT=…, RESET=1 pour repartir de zéro)"
	@echo "make test            lance tous les tests (PG=16 : sur PostgreSQL 16 ; ARGS=… : pour pytest)"
	@echo "make lint, make fix  vérifie, corrige la forme du code"
	@echo "make docs, bench     engendre la documentation ; mesure les écrans"
	@echo "make pictures        photographie les écrans pour le guide, servi sur /doc"
	@echo "make bench-stream    mesure le flux, du clic aux écrans"
	@echo "make lock, assets    recalcule les dépendances (UPGRADE=1), les feuilles de style et scripts"

base dev:
	@sh scripts/bootstrap.sh $@

demo: base
	@exec $(PY) -m osmose.project demo --linked $(if $(filter-out 0,$(RESET)),--reset)

test: dev browser
	@sh scripts/test.sh $(ARGS)

# What may differ from one PostgreSQL to another; .ci/run does it on the oldest that Osmose supports. Not the screens:
# they ask it nothing that these don't.
DATABASE := accounts attacks devices encounters handover interop kernel notifications organisations patients project properties stream
test-database: dev
	$(PY) -m pytest -n 2 -m "django_db and not browser" $(DATABASE:%=tests/%) $(ARGS)

# `make -k lint` goes on after a fault.
lint: lint-python lint-types lint-templates lint-contract lint-django assets-check docs-check

lint-python: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

lint-types: dev
	$(PY) -m mypy osmose

lint-templates: dev
	$(PY) -m djlint osmose --lint --quiet

lint-contract: dev
	$(PY) -c "from importlinter.cli import lint_imports_command as run; run()" --config contract.ini

# Django's checks include linear migrations.
lint-django: dev
	$(PY) -m osmose.project manage check --fail-level WARNING
	$(PY) -m osmose.project manage makemigrations --check --dry-run

docs-check: dev
	$(PY) -m osmose.project manage build_docs --check

fix: dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

docs: dev
	$(PY) -m osmose.project manage build_docs

# The journeys that show a screen of the guide take its picture; they are kept beside the guide, never committed.
pictures: dev browser
	OSMOSE_PICTURES=docs/images/ecrans $(PY) -m pytest -q -n 0 -m browser tests/journeys $(ARGS)

bench: dev
	$(PY) -m bench $(ARGS)

bench-stream: dev
	$(PY) -m bench.stream $(ARGS)

lock: dev
	$(PY) -m uv pip compile $(LOCK) requirements/base.in --output-file requirements/base.txt
	$(PY) -m uv pip compile $(LOCK) --constraint requirements/base.txt requirements/dev.in --output-file requirements/dev.txt
LOCK = --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --quiet $(if $(UPGRADE),--upgrade)

# Style sheets, scripts and icons are committed built: running Osmose needs Python only.
assets: node
	npm run --silent build

assets-check: node
	npm run --silent check

browser node:
	@sh scripts/tools.sh $@

clean:
	rm -rf .venv var node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
