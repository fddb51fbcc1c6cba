# Every target makes its own environment first; `make` alone lists the targets.
# not called PYTHON: that one, from outside, names the interpreter that tools/bootstrap.sh shall use
RUN := .venv/bin/python
PYTEST := $(RUN) -m pytest
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint format bench reproduce-render4cnn docs clean environment development

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-20s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment  ## render, train, evaluate, report (OUT=folder, PHOTOS=cars:folder)
	$(RUN) -m vantage demo $(if $(OUT),--out "$(OUT)") $(if $(PHOTOS),--photos "$(PHOTOS)")

test: development  ## the tests that take less than 12 minutes
	$(PYTEST) -q -m "not slow" -n $(JOBS) --dist loadfile

test-slow: development  ## the tests that take longer
	$(PYTEST) -q -m slow --timeout 3600

lint: development  ## style, import contracts, house rules
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	$(PYTEST) -q tests/test_house.py

format: development  ## put the code into the house's format
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: development  ## every benchmark in benchmarks/
	@for file in benchmarks/bm_*.py; do \
		echo "== $$file"; $(RUN) -m benchmarks.$$(basename $$file .py) || exit 1; \
	done

reproduce-render4cnn: environment  ## its result tables (PHOTOS=cars:DIR BACKGROUNDS=DIR CAD=DIR SEEDS=3 QUICK=1 OUT=DIR)
	@$(RUN) -m benchmarks.reproduce_render4cnn --photos "$(PHOTOS)" --backgrounds "$(BACKGROUNDS)" --jobs $(JOBS) \
		$(if $(CAD),--cad "$(CAD)") $(if $(SEEDS),--seeds $(SEEDS)) $(if $(QUICK),--quick) $(if $(OUT),--out "$(OUT)")

docs: development  ## draw the documentation's figures again
	@for file in docs/*.py; do echo "== $$file"; $(RUN) $$file || exit 1; done

clean:  ## remove builds and caches (the environment stays: rm -r .venv)
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

environment:
	@tools/bootstrap.sh

development:
	@tools/bootstrap.sh dev
