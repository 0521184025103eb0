# Everything a fresh machine needs: Python 3.11 or newer and make.
#   make serve   set up and serve on http://127.0.0.1:8000
#   make test    set up, lint, type-check, test, judge the knowledge

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help serve test bench crash lock fmt clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/pyvenv.cfg deploy/requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime deploy/requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements-dev.txt
	@touch $@

serve: $(VENV)/.runtime ## Set up and serve on http://127.0.0.1:8000
	$(BIN)/ldn-cds serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev ## Set up, lint, type-check, test, judge the knowledge
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m cards check
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

bench: $(VENV)/.dev ## Measure order-sign as a ratio to a bare echo, in one run
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.store

crash: $(VENV)/.dev ## Kill the service under load and look for every answer in the store
	$(BIN)/python -m tests.crash

lock: ## Write the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml deploy/build.in -o deploy/requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml deploy/build.in -o deploy/requirements-dev.txt

fmt: $(VENV)/.dev ## Format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what was set up
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
