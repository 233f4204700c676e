# Two commands matter: `make run` and `make test`. Each sets itself up on a bare machine with Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# What Python made of a file is kept beside it: some hundred processes are started in each run of the suite, and each would
# read everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-sqlite test-postgresql check format bench bench-web evaluate drills walk tour lock vendor screens clean

run: $(VENV)/.run
	DEMO=1 PORT=$(PORT) $(BIN)/python wsgi.py

# Both databases at once: most of the time goes into waiting for servers that start and stop.
test: $(VENV)/.dev
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-sqlite test-postgresql

# The suite on each database. PostgreSQL's also runs the journeys across two processes over Valkey and drives every documented
# door, and leaves out what has no database in it. Each run has a folder of its own and takes it away again.
test-sqlite test-postgresql: test-%: $(VENV)/.dev
	@folder=$$(mktemp -d); \
	TEST_DATABASE=$* $(BIN)/python -m pytest --basetemp=$$folder/t; code=$$?; \
	rm -rf $$folder; exit $$code

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Ours beside two rivals, a quarter of an hour; writes bench/RESULTS.md. `make bench QUICK=1` is a first look. Then the bounds of
# single parts, each of them also when one before it was not kept.
bench: $(VENV)/.dev
	$(BIN)/python -m bench $(if $(QUICK),--quick)
	@code=0; for part in sign_ins crisis suggestions screening library; do \
		echo "bench.$$part"; $(BIN)/python -m bench.$$part || code=1; done; exit $$code

# How soon the web client is there on a slow phone and a slow line; needs chromium.
bench-web: $(VENV)/.dev
	$(BIN)/python -W ignore -m bench.web

# Recall and precision of screening on every csv in the folder DATA with columns `text` and `label`.
evaluate: $(VENV)/.dev
	$(BIN)/python -m bench.evaluate $(DATA)

# Everything that breaks in life, twenty times each, on both databases; writes docs/drills.md.
drills: $(VENV)/.dev
	$(BIN)/python -m tests.drills.run

# The rota at every minute of two years, in five places whose clocks change; an hour or more. `make test` walks the days
# around each change.
walk: $(VENV)/.dev
	ROTA_WALK=full $(BIN)/python -m pytest --timeout=1200 tests/rules/test_rota_walk.py

# One evening in the group "Parents", played by real clients against the server at http://127.0.0.1:$(PORT).
tour: $(VENV)/.dev
	$(BIN)/python -m tests.journeys.tour http://127.0.0.1:$(PORT)

$(VENV)/.run: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	touch $(VENV)/.run $@

# For developers who change dependencies; needs uv.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --quiet pyproject.toml --output-file requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --quiet --group dev pyproject.toml --output-file requirements-dev.lock

# Pictures of every screen of the web client, into docs/screens; needs chromium.
screens: $(VENV)/.dev
	$(BIN)/python -W ignore -m tests.browser.screens

# For developers who change what the web client is built on; needs node. Its result is part of the repository.
vendor:
	cd server/web/vendoring && npm ci --ignore-scripts --no-audit --no-fund && node vendor.mjs

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache
