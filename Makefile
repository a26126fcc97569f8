# Everything a person does with this project. `make help` lists it.
PYTHON    ?= python3
ifndef CATALOGUE
CATALOGUE := demo/products.jsonl
SAMPLES   := --samples demo/photos
endif
PORT      ?= 8000
BIN       := .venv/bin
.DEFAULT_GOAL := help
.PHONY: run test check fix bench load evaluate lock help clean apt

# Each catalogue has a shop of its own, named after its path, so that several can be tried side by side.
run: .venv/run.stamp  ## Set up, make CATALOGUE searchable (the demo by default) and serve the page
	@shop="$(SHOP)"; \
	[ -n "$$shop" ] || shop="shops/$$(printf '%s' "$(CATALOGUE)" | tr -cs A-Za-z0-9 -)"; \
	$(BIN)/visualsearch index "$(CATALOGUE)" --shop "$$shop" && \
	exec $(BIN)/visualsearch serve --shop "$$shop" --port $(PORT) --open $(SAMPLES)

test: .venv/test.stamp .milvus/stamp apt check  ## Set up and pass every check and test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/test.stamp  ## Check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fix: .venv/test.stamp  ## Mend format and style where that can be done by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/test.stamp  ## Measure speed and memory on the real pictures, and write benchmarks/results
	cd benchmarks && for name in ingest serving demo index filters kinds refine evidence words report; do ../$(BIN)/python $$name.py || exit 1; done

load: .venv/test.stamp apt  ## Measure the service under many clients, overload and faults, beside its peers (half an hour)
	$(BIN)/python -m pip install --quiet 'hnswlib>=0.8' onnx
	cd benchmarks && ../$(BIN)/python load.py && ../$(BIN)/python report.py
	VISUALSEARCH_HOSTILE=10000 $(BIN)/python -m pytest -q tests/e2e/test_hostile.py --timeout 3600

evaluate: .venv/test.stamp  ## Measure how often the models find the right product, and where, on the real pictures
	cd benchmarks && ../$(BIN)/python quality.py && ../$(BIN)/python regions.py && ../$(BIN)/python looking.py && ../$(BIN)/python report.py

LOCK := $(BIN)/pip-compile --quiet --no-config --strip-extras --generate-hashes --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-options pyproject.toml --extra parquet --extra kinds
lock: .venv/test.stamp  ## Pin the newest versions that pyproject.toml admits
	$(LOCK) --upgrade --build-deps-for editable --output-file requirements/run.txt
	$(LOCK) --upgrade --extra openvino --extra zoo --extra redis --extra milvus --extra dev --constraint requirements/run.txt --output-file requirements/test.txt
	$(LOCK) --upgrade --extra redis --constraint requirements/run.txt --output-file requirements/redis.txt
	$(LOCK) --upgrade --extra redis --extra milvus --constraint requirements/redis.txt --output-file requirements/milvus.txt

clean:  ## Remove what was set up; catalogues under shops/ stay
	rm -rf .venv .milvus .mypy_cache .ruff_cache .pytest_cache .hypothesis

help:  ## Show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Expected Python 3.11 or newer, found: $$($(PYTHON) --version 2>&1). Install it, or say which: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

# A stamp is older than what it was made from when that changes, and the setup runs again.
.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@ 

# A whole Milvus server from PyPI, in an environment of its own, for the tests.
.milvus/stamp: requirements/milvus-server.txt | .venv/bin/python
	rm -rf .milvus
	.venv/bin/python -m venv .milvus
	.milvus/bin/python -m pip install --quiet --require-hashes -r requirements/milvus-server.txt
	.milvus/bin/python -c 'import milvus; milvus._initialize_data_files(".milvus/unpacked")'
	@touch $@

apt:  # Programs that the tests drive
	@command -v chromium >/dev/null && command -v redis-server >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core redis-server >/dev/null; \
	else echo "Expected Chromium and a Redis server for the tests, found not both. Install them: apt-get install chromium redis-server"; exit 1; fi
