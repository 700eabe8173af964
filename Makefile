# Any Python from 3.11 on: make run PYTHON=python3.12
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin

# Test processes side by side.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal

.PHONY: run test test-all coverage proofs lint format docs clean

run: $(ENV)/installed
	$(BIN)/glassnet train digits

test: $(ENV)/installed-test
	$(PYTEST)

test-all: $(ENV)/installed-test $(ENV)/installed-graders $(ENV)/installed-browser $(ENV)/installed-postgres
	$(PYTEST) -m "not proof"

lint: $(ENV)/installed-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(ENV)/installed-lint
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(ENV)/installed-docs
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo "open docs/_build/html/index.html"

clean:
	rm -rf $(ENV) runs docs/_build docs/gallery docs/reference/generated

$(ENV)/python:
	$(PYTHON) -m venv $(ENV)
	touch $@

$(ENV)/installed: $(ENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/glassnet compile
	touch $@

$(ENV)/installed-%: $(ENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	touch $@
