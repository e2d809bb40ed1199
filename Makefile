# The targets that the README, CONTRIBUTING and CI use. They need Python 3.11 or newer, and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin

# The first of these that runs and is new enough; override with `make PYTHON=python3.12 ...`.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# The uv that `make setup` installs where the machine has none.
UV = $(shell command -v uv || echo $(BIN)/uv)

# Tests run on this many workers; `make test WORKERS=0` runs them in one process.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(WORKERS)

.PHONY: help setup demo test quick slow check fix lock audit wheel bench aws-check browser sandbox clean

help: ## show these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(VENV)/.platform ## install the tool into .venv
	@echo "Ready: $(BIN)/platform --help"

demo: $(VENV)/.platform ## a real site on this machine, changed by a signed webhook (CLIENT=saltmarsh: another client)
	@$(BIN)/platform demo $(CLIENT)

test: $(VENV)/.dev browser sandbox ## every test but the slow ones; those on the embedded cloud are among them
	@$(PYTEST) -m "not slow" $(ARGS)

quick: $(VENV)/.dev ## the tests that need no engine, no emulator and no browser
	@$(PYTEST) -m "not (slow or local or emulator or engine or browser)" $(ARGS)

slow: $(VENV)/.dev browser sandbox ## the slow tests: a site of each engine, every combination, and other long ones
	@$(BIN)/python -m tests.packaging.last_version
	@$(PYTEST) -m slow $(ARGS)

check: $(VENV)/.dev ## formatting, lints, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: $(VENV)/.dev ## format, and fix what ruff can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

wheel: $(VENV)/.platform ## build the wheel into dist/, the same bytes from the same commit
	@$(BIN)/python -m hatchling build -t wheel -d dist

bench: $(VENV)/.dev ## measure the figures of the README and docs
	@$(BIN)/python -m benchmarks

# Where `make aws-check` runs: aws, or local for the embedded cloud, which needs no account.
TARGET ?= aws

aws-check: $(VENV)/.platform ## confirm docs/aws.md on your AWS account with one small client (TARGET=local: on this machine)
	@$(BIN)/python -m benchmarks.aws_check --target "$(TARGET)" $(ARGS)

lock: $(VENV)/.dev ## pin every dependency again, with hashes
	@compile() { \
		name=$$1; shift; \
		$(UV) pip compile "$$@" --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-annotate --custom-compile-command "make lock" -q -o requirements/$$name.txt; \
	}; \
	compile platform pyproject.toml --extra=local --group=build && \
	compile dev pyproject.toml --extra=local --group=dev && \
	compile uv --group=uv && \
	compile ../lambdas/requirements/ingest lambdas/requirements/ingest.in && \
	compile ../lambdas/requirements/builder lambdas/requirements/builder.in

audit: $(VENV)/.dev ## known vulnerabilities of all packages, where the registries serve advisories
	@failed=0; \
	for file in requirements/platform.txt requirements/dev.txt lambdas/requirements/*.txt; do \
		$(UV) tool run pip-audit@2.9.0 --strict --disable-pip --require-hashes -r $$file || failed=1; done; \
	for lock in src/platform_cli/deploy/cdk templates/*/starter; do \
		if [ -f $$lock/package-lock.json ]; then \
			(cd $$lock && npm audit --package-lock-only) || failed=1; fi; done; \
	exit $$failed

clean: ## stop the embedded cloud, and remove what the targets above made
	@if [ -x $(BIN)/platform ]; then $(BIN)/platform local stop --quiet || true; fi
	rm -rf $(VENV) .platform dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- how the targets are built ----------------------------------------------------------------

# The file that make looks for is written last, so an interrupted run is repeated.
define install
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (looked for python3, python3.11 ...)." >&2; exit 1; }
	@sh requirements/install.sh "$(PYTHON)" "$(VENV)" requirements/$(1).txt
	@touch $@
endef

$(VENV)/.platform: requirements/platform.txt pyproject.toml
	@echo "Installing the tool into $(VENV) ..."
	$(call install,platform)

$(VENV)/.dev: requirements/dev.txt $(VENV)/.platform
	@echo "Installing the tests' tools into $(VENV) ..."
	$(call install,dev)

# Some tests need a Debian package: a browser, or the sandbox of local builds. Without it they skip and
# say so.
define debian
	@if command -v $(1) >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing $(2) ..."; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $(2); } >/dev/null 2>&1 \
			|| echo "$(2) could not be installed: its tests will skip."; \
	else echo "$(2) is not installed: its tests will skip."; fi
endef

browser:
	$(call debian,chromium,chromium)

sandbox:
	$(call debian,bwrap,bubblewrap)
