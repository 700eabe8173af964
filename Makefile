# Any Python from 3.11 on: make run PYTHON=python3.12
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin

# Test processes side by side.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal

.PHONY: run test test-all coverage proofs proof-kills proof-fuzz proof-sklearn lint format web dist docs clean

run: $(ENV)/installed
	$(BIN)/glassnet train digits

test: $(ENV)/installed-test
	$(PYTEST)

test-all: $(ENV)/installed-test $(ENV)/installed-graders $(ENV)/installed-browser $(ENV)/installed-postgres
	$(PYTEST) -m "not proof"

# Branch coverage of make test-all, subprocesses included; fails below the threshold in pyproject.toml.
coverage: $(ENV)/installed-coverage $(ENV)/installed-test $(ENV)/installed-graders $(ENV)/installed-browser $(ENV)/installed-postgres
	$(PYTEST) -m "not proof" --cov --cov-report=term-missing:skip-covered

# Proofs by volume, which take up to an hour each; make test-all holds a short version of every one.
proofs: proof-kills proof-fuzz proof-sklearn

proof-kills: $(ENV)/installed-test $(ENV)/installed-postgres
	$(BIN)/python -m pytest -m proof tests/tuning
	$(BIN)/python scripts/kill.py

proof-fuzz: $(ENV)/installed-test
	$(PYTEST) -m hypothesis --hypothesis-profile=proof
	$(BIN)/python scripts/fuzz.py --cases 5000

proof-sklearn: $(ENV)/installed-test
	$(PYTEST) -m proof tests/estimators

lint: $(ENV)/installed-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(ENV)/installed-lint
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The playground's page, from its sources; needs Node 18 or later.
web:
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run check && npm run build

# Wheel and sdist; the wheel, installed into an empty environment, runs the main job in another folder.
dist: $(ENV)/installed-dist
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(PYTHON) -m venv "$$scratch/env" && "$$scratch/env/bin/python" -m pip install --quiet dist/*.whl && \
	cd "$$scratch" && env/bin/glassnet train digits && test -f runs/digits/model.safetensors

docs: $(ENV)/installed-docs
	rm -rf docs/reference/generated  # of names that may be gone
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo "open docs/_build/html/index.html"

clean:
	rm -rf $(ENV) runs dist docs/_build docs/gallery docs/reference/generated

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
