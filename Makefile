# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export TALENTSHARE_PORT ?= $(PORT)

.PHONY: help setup setup-dev demo test check fmt serve db-upgrade docs bench quality soak

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.run ## Install what the application needs, into .venv/

$(VENV)/.run: requirements/run.txt pyproject.toml
	@bash scripts/venv.sh $(PYTHON) $(VENV) requirements/run.txt
	@bash scripts/press.sh $(BIN)/python || echo "Until then all works but the PDF files."
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@bash scripts/venv.sh $(PYTHON) $(VENV) requirements/dev.txt
	@touch $@

setup-dev: $(VENV)/.dev
	@bash scripts/press.sh $(BIN)/python
	@bash scripts/tools.sh

demo: setup ## Fill the fictional Tokyo, do the main job, serve on http://127.0.0.1:8000 (SIZE=tokyo|full|japan)
	@$(BIN)/talentshare demo $(if $(SIZE),--size $(SIZE)) $(if $(SEED),--seed $(SEED)) $(if $(AS_OF),--as-of $(AS_OF)) $(if $(FRESH),--fresh) $(if $(NO_SERVE),--no-serve)

test: setup-dev check ## Check the style and run all tests, installing what they need
	$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/.dev ## Style, types, contracts between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: setup ## Serve with the settings of the environment
	@$(BIN)/talentshare serve

db-upgrade: setup ## Bring the database to the newest revision
	@$(BIN)/talentshare db upgrade

docs: $(VENV)/.dev ## Write the generated documents anew
	$(BIN)/python -m tests.architecture.documents

soak: setup-dev ## Kill the processes 200 times each, PostgreSQL 10 times, live through a fortnight, try all seeds of the planner, plan at full size
	TALENTSHARE_SOAK=1 $(BIN)/pytest tests/faults tests/engine/planning tests/browser/test_keyboard.py tests/browser/test_plan.py

bench: $(VENV)/.dev ## Measure, and write bench/RESULTS.md
	$(BIN)/python -m bench.run

quality: setup-dev ## Check the HTML of every page and rate the main ones, and write bench/QUALITY.md
	@bash scripts/quality.sh $(BIN)/python
