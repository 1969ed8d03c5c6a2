# Every target only repeats a command of the README.
.PHONY: demo test quick speed pictures test-spark fuzz

demo: ## a made-up season, in a new folder
	python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/infoint demo

test: ## everything, the notebooks included
	python3 -m venv .venv && .venv/bin/pip install -e ".[dev]" && .venv/bin/pytest

quick: ## the inner loop: no notebooks
	.venv/bin/pytest -p no:nbval -o addopts="--doctest-modules -q" tests infoint

speed: ## ratios to the bare limit
	.venv/bin/python benchmarks/speed.py

pictures: ## every picture of docs/pictures, drawn anew
	.venv/bin/python docs/pictures/renew.py

VENV ?= .venv-spark
test-spark: ## the statistics on PySpark; it needs Java (apt-get install default-jre-headless)
	test -d $(VENV) || python3 -m venv $(VENV)
	$(VENV)/bin/pip install -e ".[dev,spark]"
	$(VENV)/bin/pytest -p no:nbval -o addopts="-q --strict-markers" tests/test_spark.py

FUZZ ?= .venv-fuzz
fuzz: ## every reader, ten minutes each, one after the other; Python 3.11, for which atheris has a wheel
	test -d $(FUZZ) || (python3 -m venv $(FUZZ) && $(FUZZ)/bin/pip install -e ".[fuzz]")
	for reader in tables messages vcard xlsx ods zip archive mailbox debrief letter cadence moments; do \
		$(FUZZ)/bin/python tests/fuzz_run.py $$reader --seconds 600 || exit 1; done
