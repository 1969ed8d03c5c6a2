# Every target only repeats a command of the README.
.PHONY: demo test quick speed pictures test-spark

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
