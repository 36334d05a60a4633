# Two commands for everybody: `make run` and `make test`. Each does all its own set-up.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test check bench torture map words lock doctor verify setup dev clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup  ## serve the product with a demo prefecture on http://127.0.0.1:8000 (PORT changes it)
	@$(BIN)/open12348 run

test: dev  ## all tests and checks
	@$(BIN)/python -m open12348.config.words compile >/dev/null
	@$(BIN)/python -m pytest -n 2 --dist loadgroup
	@$(MAKE) -s check

check: dev  ## format, lint, types, arrows, words
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q . && $(BIN)/mypy open12348 && $(BIN)/lint-imports --no-cache >/dev/null && $(BIN)/python -m open12348.config.words check && $(BIN)/open12348 map --check && echo "checks: fine"

bench: dev  ## speed, each with a ratio to a floor measured in the same run
	@$(BIN)/python -m tests.bench

torture: dev  ## servers and databases killed while many clients write; long
	@$(BIN)/python -m tests.torture

map: setup  ## draw docs/map.md anew
	@$(BIN)/open12348 map

words: dev  ## new texts into the .po files, then what is missing
	@$(BIN)/python -m open12348.config.words update && $(BIN)/python -m open12348.config.words check

doctor: setup  ## what is missing or wrong on this machine, in words
	@$(BIN)/open12348 doctor

verify: setup  ## walk the journal and say where it does not hold
	@$(BIN)/open12348 verify

lock: dev  ## requirements*.in -> requirements*.txt (versions and hashes, no addresses)
	@for f in requirements requirements-dev; do $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -o $$f.txt $$f.in; done

setup:
	@$(PYTHON) -m open12348.config.setup run

dev:
	@$(PYTHON) -m open12348.config.setup dev

clean:  ## throw away the environment and the demo's data
	@rm -rf .venv var build *.egg-info
