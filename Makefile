# `make` lists the targets. Everything runs in .venv, which the first target that needs it creates.

.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
VENV_15 := .venv-duckdb-1.5
INSTALLED_15 := $(VENV_15)/.installed
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
PIP_15 = $(VENV_15)/bin/python -m pip --quiet --disable-pip-version-check

# A Python of your choice: `make test PYTHON=/path/to/python3.12`
PYTHON :=
PYTEST_ARGS :=
BENCH_MB := 200

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(INSTALLED) ## the virtual environment: pinned, hashed versions, the project editable

# Plain `python3` may be older than 3.11, so the numbered names are tried too. uv where it is there and works, else pip.
# Code and models are compiled once, so that the first build does not have to (the models go to the user's cache).
$(INSTALLED): requirements.txt pyproject.toml
	@set -e; \
	python=; \
	for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        python=$$candidate; break; \
	    fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "adp-warehouse needs Python 3.11 or newer, and none was found: install one, or name it with PYTHON=..." >&2; \
	    exit 1; \
	fi; \
	echo "installing into $(VENV) ($$($$python --version))"; \
	if command -v uv >/dev/null 2>&1 \
	    && uv venv --quiet --allow-existing --python "$$($$python -c 'import sys; print(sys.executable)')" $(VENV) \
	    && uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt \
	    && uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	then :; else \
	    $$python -m venv $(VENV); \
	    $(PIP) install --require-hashes --no-deps -r requirements.txt; \
	    $(PIP) install --no-deps --no-build-isolation --editable .; \
	fi; \
	$(BIN)/python -m compileall -q adp loaders schema; \
	$(BIN)/python -c 'from adp.build import keep_blank; keep_blank()'; \
	touch $@

# The same environment with DuckDB 1.5 for Python in front: the rest is taken from the first one.
$(INSTALLED_15): $(INSTALLED) requirements-duckdb-1.5.txt
	@set -e; \
	echo "installing DuckDB 1.5 into $(VENV_15)"; \
	if command -v uv >/dev/null 2>&1 \
	    && uv venv --quiet --allow-existing --python $(BIN)/python $(VENV_15) \
	    && uv pip install --quiet --compile-bytecode --python $(VENV_15)/bin/python \
	        --require-hashes --no-deps -r requirements-duckdb-1.5.txt; \
	then :; else \
	    $(BIN)/python -m venv $(VENV_15); \
	    $(PIP_15) install --require-hashes --no-deps -r requirements-duckdb-1.5.txt; \
	fi; \
	packages='import sysconfig; print(sysconfig.get_path("purelib"))'; \
	$(BIN)/python -c "$$packages" > "$$($(VENV_15)/bin/python -c "$$packages")/first-environment.pth"; \
	pwd >> "$$($(VENV_15)/bin/python -c "$$packages")/first-environment.pth"; \
	printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m adp.cli "$$@"\n' > $(VENV_15)/bin/adp; \
	chmod +x $(VENV_15)/bin/adp; \
	touch $@

.PHONY: demo
demo: $(INSTALLED) ## sample dumps through the whole path, in a folder demo/ of its own; DATASETS=all for every dataset's
	@$(BIN)/adp demo $(foreach dataset,$(DATASETS),--dataset $(dataset))

.PHONY: test
test: $(INSTALLED) ## the tests
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

.PHONY: test-duckdb-1.5
test-duckdb-1.5: $(INSTALLED_15) ## the tests again, with DuckDB 1.5 for Python
	$(VENV_15)/bin/python -c 'import duckdb; assert duckdb.__version__.startswith("1.5."), duckdb.__version__'
	$(VENV_15)/bin/python -m pytest -n auto --dist worksteal -m "not any_duckdb" $(PYTEST_ARGS)

.PHONY: lint
lint: $(INSTALLED) ## lint, format and types, as in the pre-commit hooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: format
format: $(INSTALLED) ## let ruff format and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(INSTALLED) ## speed and memory of every stage against bare DuckDB; BENCH_MB=2000 for the large one
	$(BIN)/python -m bench.run --mb $(BENCH_MB) $(BENCH_ARGS)

.PHONY: conformance
conformance: $(INSTALLED) ## compare with the reference's output, write docs/conformance.md
	$(BIN)/adp conformance

.PHONY: docs
docs: $(INSTALLED) ## rewrite the parts of the documentation that are made from the code
	$(BIN)/python -m tests.generated

.PHONY: wheel
wheel: $(INSTALLED) ## dist/*.whl, with the SQL and the samples inside
	$(BIN)/python -m hatchling build --target wheel

# --no-annotate and --no-header keep names of machines and hosts out of the files.
.PHONY: requirements
requirements: ## pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --group dev --output-file requirements.txt pyproject.toml
	printf 'duckdb==1.5.*\nduckdb-cli==1.5.*\n' | uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header --output-file requirements-duckdb-1.5.txt -

.PHONY: clean
clean: ## remove environments, caches, demo/ and bench/out; never your data/ or adp.db
	rm -rf $(VENV) $(VENV_15) .pytest_cache .mypy_cache .ruff_cache .hypothesis demo bench/out build dist
	find adp loaders schema tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
