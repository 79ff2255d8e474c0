# `make up` and `make test` set up what they need; the rest is for people who work on visitplannr.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PLOTS := $(VENV)/.plots

.PHONY: up deploy delete test test-localstack test-compose test-browser test-aws screenshots bench bench-sort-key bench-growth soak lint types format lock clean
.DEFAULT_GOAL := up

up: $(INSTALLED)
	@exec $(BIN)/visitplannr up $(ARGS)

deploy: $(INSTALLED)
	@exec $(BIN)/visitplannr deploy --aws $(ARGS)

delete: $(INSTALLED)
	@exec $(BIN)/visitplannr delete --aws $(ARGS)

test: lint types
	@$(BIN)/pytest --numprocesses auto --dist worksteal --ignore tests/browser $(ARGS)

test-localstack: $(INSTALLED)
	@$(BIN)/pytest tests/integration/test_command_channel.py tests/integration/test_lifecycle.py \
		tests/integration/test_executor.py --target localstack $(ARGS)

test-compose: $(INSTALLED)
	@$(BIN)/pytest tests/integration/test_command_channel.py tests/compose \
		tests/browser/test_console.py --target compose $(ARGS)

test-browser: $(INSTALLED)
	@$(BIN)/pytest tests/browser $(ARGS)

screenshots: $(INSTALLED)
	@$(BIN)/pytest tests/browser --screenshots docs/console $(ARGS)

test-aws: $(INSTALLED)
	@$(BIN)/pytest tests/integration/test_command_channel.py --target aws $(ARGS)

bench: $(INSTALLED)
	@PYTHONPATH=. $(BIN)/python -m benchmarks.bench $(ARGS)

bench-sort-key: $(PLOTS)
	@PYTHONPATH=.:service/functions $(BIN)/python -m benchmarks.sort_key

bench-growth: $(PLOTS)
	@PYTHONPATH=. $(BIN)/python -m benchmarks.growth $(ARGS)

soak: $(INSTALLED)
	@cd tests && ../$(BIN)/python -m soak.soak $(ARGS)

lint: $(INSTALLED)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(INSTALLED)
	@$(BIN)/mypy

format: $(INSTALLED)
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: $(INSTALLED)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --no-header --extra dev --extra validate \
		--output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --constraints requirements.lock \
		--output-file requirements-run.lock pyproject.toml
	@echo matplotlib | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --constraints requirements.lock \
		--output-file benchmarks/requirements.lock -

$(PLOTS): $(INSTALLED) benchmarks/requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "visitplannr needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." \
			"Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "visitplannr needs Python's venv module (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Installing into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
