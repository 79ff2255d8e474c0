# `make up` and `make test` set up what they need; the rest is for people who work on visitplannr.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
PLOTS := $(VENV)/.plots

.PHONY: up deploy delete test suite test-localstack test-compose test-browser test-aws screenshots bench bench-sort-key bench-growth soak chaos lint types format lock clean
.DEFAULT_GOAL := up

up: $(RUN)
	@exec $(BIN)/visitplannr up $(ARGS)

deploy: $(RUN)
	@exec $(BIN)/visitplannr deploy --aws $(ARGS)

delete: $(RUN)
	@exec $(BIN)/visitplannr delete --aws $(ARGS)

test: lint
	@$(MAKE) --no-print-directory -j2 types suite

# Where Python may not write bytecode, each process would compile all tests and all of ours.
suite: export PYTHONDONTWRITEBYTECODE =
suite: $(DEV)
	@$(BIN)/pytest --workers 0 --ignore tests/browser $(ARGS)

test-localstack: $(DEV)
	@$(BIN)/pytest tests/integration/test_command_channel.py tests/integration/test_lifecycle.py \
		tests/integration/test_executor.py --target localstack $(ARGS)

test-compose: $(DEV)
	@$(BIN)/pytest tests/integration/test_command_channel.py tests/compose \
		tests/browser/test_console.py --target compose $(ARGS)

test-browser: $(DEV)
	@$(BIN)/pytest tests/browser $(ARGS)

screenshots: $(DEV)
	@$(BIN)/pytest tests/browser --screenshots docs/console $(ARGS)

test-aws: $(DEV)
	@$(BIN)/pytest tests/integration/test_command_channel.py --target aws $(ARGS)

bench: $(DEV)
	@PYTHONPATH=. $(BIN)/python -m benchmarks.bench $(ARGS)

bench-sort-key: $(PLOTS)
	@PYTHONPATH=.:service/functions $(BIN)/python -m benchmarks.sort_key

bench-growth: $(PLOTS)
	@PYTHONPATH=. $(BIN)/python -m benchmarks.growth $(ARGS)

soak: $(DEV)
	@cd tests && ../$(BIN)/python -m soak.soak $(ARGS)

chaos: $(DEV)
	@cd tests && ../$(BIN)/python -m chaos.chaos $(ARGS)

lint: $(DEV)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(DEV)
	@$(BIN)/mypy

format: $(DEV)
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

lock: $(DEV)
	@$(COMPILE) --upgrade --extra dev --output-file requirements.lock pyproject.toml
	@$(COMPILE) --constraints requirements.lock --output-file requirements-run.lock pyproject.toml
	@printf 'editables\nhatchling\nuv\n' | \
		$(COMPILE) --constraints requirements.lock --output-file requirements-install.lock -
	@echo matplotlib | \
		$(COMPILE) --constraints requirements.lock --output-file benchmarks/requirements.lock -

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# What `up` needs, and on top of it what tests need: a changed lock brings what has changed in it.
$(RUN): requirements-install.lock requirements-run.lock pyproject.toml | $(BIN)/pip
	@$(BIN)/python .ci/install.py requirements-install.lock requirements-run.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# All is compiled once, as uv does not: tests start Python often, where it may not write bytecode.
$(DEV): requirements.lock | $(RUN)
	@$(BIN)/python .ci/install.py requirements.lock
	-@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib
	@touch $@

$(PLOTS): benchmarks/requirements.lock | $(DEV)
	@$(BIN)/python .ci/install.py benchmarks/requirements.lock
	@touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "visitplannr needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." \
			"Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) || { \
		echo "visitplannr needs Python's venv module (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
