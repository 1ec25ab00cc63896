# `make demo` shows what callwarden does, `make test` proves it. Both make the environment that they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PATH := $(CURDIR)/.cache/tools/bin:$(CURDIR)/.venv/bin:$(PATH)
unexport PYTHONPATH
PYTEST = .venv/bin/python -m pytest

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

env: ## the environment: uv, the locked requirements, the OPA bridge
	@scripts/environment

demo: env ## the incident, re-enacted on this machine: no model, no network
	@.venv/bin/callwarden demo

test: env ## all tests but the heavy ones; missing components are skipped with a line that says how to get them
	@$(PYTEST) -q -n 2 --dist loadgroup -m 'not heavy' -rs $(ARGS)

test-heavy: env ## soaks and long fuzzing
	@$(PYTEST) -q -m heavy -rs $(ARGS)

matrix: ## the tests on every supported Python that is here
	@for version in 3.11 3.12 3.13; do \
		PYTHON=python$$version VENV=.cache/venv-$$version scripts/environment && \
		.cache/venv-$$version/bin/python -m pytest -q -m 'not heavy' -rs $(ARGS) || exit 1; done

lint: env ## ruff, mypy
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy

tools: env ## the OPA and Regal commands, built with Go at pinned versions
	@scripts/tools

policies: tools ## opa fmt, opa check --strict, the Rego tests with coverage, Regal
	@scripts/check-policies

wheel: env ## build the wheel and run the tests against it
	@scripts/test-wheel

lock: ## lock the requirements again
	@for name in dev uv toolchain; do uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url -o requirements/$$name.txt requirements/$$name.in || exit 1; done

clean: ## remove what was built here
	@rm -rf .venv .cache dist build

.PHONY: help env demo test test-heavy matrix lint tools policies wheel lock clean
