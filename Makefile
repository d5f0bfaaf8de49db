# make demo: the whole product on this machine. make help: the rest.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lint bench format clean nlu ml model

PYTHON := .venv/bin/python
BOT_PYTHON := bot/.venv/bin/python
PORT ?= 8000
# The tests that play a whole product mostly wait: three at a time suit two cores.
WORKERS ?= 3
BOOK ?=

help:
	@echo "make demo     set everything up and run the whole product with simulated providers (PORT=8000, BOOK=file.csv)"
	@echo "make setup    set everything up only"
	@echo "make test     set everything up and run the tests (ARGS=... goes to pytest, WORKERS=0 runs them in one process)"
	@echo "make lint     style, types and the directions between the rooms"
	@echo "make bench    measure; one JSON object a line"
	@echo "make format   format the code"
	@echo "make nlu      train the model anew and print how well it understands"
	@echo "make ml       train anew what finds frequent questions (installs torch apart), and measure it"
	@echo "make clean    remove what was made here, but not the data in var/"

setup:
	@scripts/setup

setup-dev:
	@scripts/setup --dev

model: setup
	@$(PYTHON) -m trato.training

# One plain command, so that make hands it the signals of Ctrl-C and of kill.
demo: setup
	@$(PYTHON) -m trato up --demo --port $(PORT) $(if $(BOOK),--book $(BOOK))

# The bot's tests need Rasa's Python; pytest's summary of the product's tests is the last thing printed.
test: setup-dev
	@$(PYTHON) -m trato.training
	@if [ -d tests/bot ]; then $(BOT_PYTHON) -m pytest -q --confcutdir=tests/bot tests/bot; fi
	@TRATO_CHROMIUM="$$(scripts/chromium)" $(PYTHON) -m pytest --ignore=tests/bot -n $(WORKERS) --dist loadfile $(ARGS)

lint: setup-dev
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@scripts/check-clock

bench: setup
	@$(PYTHON) -m trato.training >&2
	@$(PYTHON) -m bench

format: setup-dev
	@$(PYTHON) -m ruff check --fix --quiet .
	@$(PYTHON) -m ruff format .

nlu: setup-dev
	@$(PYTHON) -m trato.training --force
	@if [ -f bot/evaluate.py ]; then $(BOT_PYTHON) -m bot.evaluate; fi

ml: setup
	@scripts/ml

clean:
	rm -rf .venv bot/.venv ml/.venv .tools models build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
