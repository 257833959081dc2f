# Every target works as the first command on a machine with Python 3.11+ and make: it installs what it needs into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# `make LANG=...` of the shell must not change what tests print.
export PYTHONUTF8 := 1
# Tests start the bot hundreds of times; a machine that forbids to keep what was compiled would compile it each time.
unexport PYTHONDONTWRITEBYTECODE

# What is slow mostly waits (for a bot to start, a browser, a fault to pass): two workers share a core.
WORKERS = $(shell $(BIN)/python -c "import os; print(2 * (os.cpu_count() or 1))")

.PHONY: help install demo init run test check search lint audit format lock bench bench-imports clean messages screenshots film reference docs wheel
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Not compiled beforehand, unlike the bot: of these packages a run loads a small part, and compiles that by itself.
$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --no-compile -r requirements-dev.lock
	@touch $@

install: $(VENV)/.runtime ## Install the bot into .venv (the command is .venv/bin/cobranza)

demo: install ## Try everything in a browser: http://127.0.0.1:8765
	$(BIN)/cobranza demo

init: install ## Set up the real bot step by step: asks, tries each answer, writes .env
	$(BIN)/cobranza init

run: install ## Run the bot with the settings in .env
	$(BIN)/cobranza run

test: lint ## Everything: what `make check` does, what is slow, what needs a browser, and coverage: seven minutes on two cores
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term

check: lint ## Lint, and the tests that are neither slow nor in a browser: two minutes on two cores
	$(BIN)/pytest -n auto -m "not slow and not browser"

search: $(VENV)/.dev ## Look for examples that no test has met yet: properties on random data, other each time
	SEARCH=1 $(BIN)/pytest -n auto tests/domain tests/mail tests/presenters tests/render tests/services

lint: $(VENV)/.dev ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: ## Ask for known weaknesses of everything that is pinned (needs pipx and the internet)
	pipx run pip-audit -r requirements.lock --no-deps --disable-pip --strict
	pipx run pip-audit -r requirements-dev.lock --no-deps --disable-pip --strict

bench: $(VENV)/.dev ## Measure everything beside its peers, and write the ratios to bench.json (an hour; quiet machine)
	$(BIN)/python -m bench

bench-imports: $(VENV)/.dev ## Measure an import of a million documents beside a bare bulk load (ten minutes)
	$(BIN)/python -m bench.imports

screenshots: $(VENV)/.dev ## Take the pictures of the documentation anew (needs Chromium)
	SCREENSHOTS=docs/screenshots $(BIN)/pytest -n0 tests/browser

film: $(VENV)/.dev ## Take the moving picture of the chat anew (needs Chromium)
	$(BIN)/python -m tests.browser.moving_picture docs/screenshots/chat.gif

format: $(VENV)/.dev ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.dev ## List what people read in locales/messages.pot; translations go into each language's messages.po
	$(BIN)/pybabel -q extract -F locales/babel.cfg -k say_no:2 -k says --no-location --no-wrap --sort-output --omit-header -o locales/messages.pot .

reference: $(VENV)/.dev ## Write docs/referencia/ from the code: commands of the chat and of the terminal, settings
	$(BIN)/python -m tests.reference

docs: reference ## Build the documentation as a site into site/; a warning is an error
	$(BIN)/zensical build --clean --strict

wheel: $(VENV)/.dev ## Build the wheel of a release into dist/, with what the locks pin and nothing else
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

lock: ## Pin every dependency with its hashes (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock

clean: ## Remove .venv and what the tools leave behind
	rm -rf $(VENV) .cache site dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
