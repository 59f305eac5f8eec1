# Two commands for a newcomer: `make try` (the real thing, no account anywhere) and `make test`.
PYTHON ?= python3
PIP = .venv/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: try test test-browser prove bench migration clean

try: .venv/ready-to-run        ## a lived-in charity in your browser: console, phones, a clock to move
	.venv/bin/alongside try

test: .venv/ready-to-test      ## style, types, the three rooms, and every test that needs no browser
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/pytest --numprocesses auto --dist loadfile

test-browser: .venv/ready-to-test ## the console's pages in a real Chromium (apt-get install chromium)
	.venv/bin/pytest -m browser --numprocesses auto --dist loadfile tests/browser

prove: .venv/ready-to-test     ## the long fault runs: crashes, redeliveries, cut-off sends
	.venv/bin/pytest -m prove -s

bench: .venv/ready-to-bench    ## what things cost, each beside what it is compared to
	.venv/bin/python -m tests.bench

.venv/ready-to-run: pyproject.toml constraints.txt
	@echo "Fetching what Alongside needs into .venv: a minute or two, and only this once."
	@$(PYTHON) -m venv .venv
	@$(PIP) --editable .
	@touch $@

.venv/ready-to-test: .venv/ready-to-run
	@echo "Fetching what the tests need: another minute or two, once."
	@$(PIP) --editable '.[test]'
	@touch $@

.venv/ready-to-bench: .venv/ready-to-test
	$(PIP) --editable '.[test,bench]'
	touch $@

clean:
	rm -rf .venv

migration: .venv/ready-to-test ## write a migration for changed tables: make migration m="Add a table"
	.venv/bin/python -m storage.migrations "$(m)"
