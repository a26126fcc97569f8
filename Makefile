# Everything a person does with this project. `make help` lists it.
PYTHON    ?= python3
ifndef CATALOGUE
CATALOGUE := demo/products.jsonl
SAMPLES   := --samples demo/photos
endif
PORT      ?= 8000
BIN       := .venv/bin
.DEFAULT_GOAL := help
.PHONY: run page test check screenshots fix bench load peers evaluate lock help clean apt

# Each catalogue has a shop of its own, named after its path, so that several can be tried side by side.
run: .venv/run.stamp .venv/page.stamp  ## Set up, make CATALOGUE searchable (the demo by default) and serve the page
	@shop="$(SHOP)"; \
	[ -n "$$shop" ] || shop="shops/$$(printf '%s' "$(CATALOGUE)" | tr -cs A-Za-z0-9 -)"; \
	$(BIN)/visualsearch index "$(CATALOGUE)" --shop "$$shop" && \
	exec $(BIN)/visualsearch serve --shop "$$shop" --port $(PORT) --open $(SAMPLES)

page: .venv/page.stamp  ## Build the pages of web/ into the package

test: .venv/test.stamp .milvus/stamp apt check  ## Set up and pass every check and test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/test.stamp .venv/page.stamp  ## Check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cd web && npm run --silent check

screenshots: .venv/test.stamp .venv/page.stamp apt  ## Take the pictures of the pages in docs/ anew
	$(BIN)/visualsearch index demo/products.jsonl --shop shops/screenshots
	$(BIN)/visualsearch train categories --shop shops/screenshots
	$(BIN)/visualsearch map --shop shops/screenshots
	PYTHONPATH=tests/e2e $(BIN)/python web/screenshots.py shops/screenshots docs/pages $(VIEWS)

fix: .venv/test.stamp web/node_modules/.stamp  ## Mend format and style where that can be done by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd web && npm run --silent fix

bench: .venv/test.stamp .venv/page.stamp apt  ## Measure speed and memory on the real pictures, and write benchmarks/results
	cd benchmarks && for name in ingest stores serving demo index scale filters kinds refine evidence words page map report; do ../$(BIN)/python $$name.py || exit 1; done

load: .venv/test.stamp .venv/peers.stamp apt  ## Measure the service under many clients, overload and faults, beside its peers (half an hour)
	$(BIN)/python -m pip install --quiet 'hnswlib>=0.8' onnx
	cd benchmarks && ../$(BIN)/python load.py && ../$(BIN)/python report.py
	VISUALSEARCH_HOSTILE=10000 $(BIN)/python -m pytest -q tests/e2e/test_hostile.py --timeout 3600

peers: .venv/peers.stamp  ## Compare the vector index with hnswlib, usearch, Qdrant, LanceDB and bare faiss; ROWS="10000 100000"
	cd benchmarks && ../.venv/peers/bin/python -m peers.run $(if $(ROWS),--rows $(ROWS)) && ../.venv/peers/bin/python -m peers.plot && ../.venv/peers/bin/python report.py

evaluate: .venv/test.stamp  ## Measure how often the models find the right product, and where, on the real pictures
	cd benchmarks && ../$(BIN)/python quality.py && ../$(BIN)/python regions.py && ../$(BIN)/python looking.py && ../$(BIN)/python report.py

LOCK := $(BIN)/pip-compile --quiet --no-config --strip-extras --generate-hashes --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-options pyproject.toml --extra parquet --extra kinds --extra map
SERVICES := --extra redis --extra milvus --extra postgres --extra s3
lock: .venv/test.stamp  ## Pin the newest versions that pyproject.toml admits
	$(LOCK) --upgrade --build-deps-for editable --output-file requirements/run.txt
	$(LOCK) --upgrade --extra openvino --extra zoo $(SERVICES) --extra ray --extra dev --constraint requirements/run.txt --output-file requirements/test.txt
	$(LOCK) --upgrade $(SERVICES) --constraint requirements/test.txt --output-file requirements/services.txt

clean:  ## Remove what was set up; catalogues under shops/ stay
	rm -rf .venv .milvus .mypy_cache .ruff_cache .pytest_cache .hypothesis web/node_modules src/visualsearch/web/static

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

web/node_modules/.stamp: web/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null || { \
	  echo "Expected Node.js 20.19 or newer to build the pages, found: $$(node --version 2>/dev/null || echo none). Install it from your system's packages or nodejs.org."; exit 1; }
	cd web && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

# The types are made of the description that the routes give of themselves.
.venv/page.stamp: $(shell find web/src web/public -type f) $(wildcard web/*.html web/*.ts web/*.js web/*.py src/visualsearch/web/*.py) web/node_modules/.stamp | .venv/run.stamp
	$(BIN)/python web/openapi.py > web/openapi.json
	cd web && npm run --silent build
	@touch $@

# The peers live in an environment of their own: what they want must not decide what the project has.
.venv/peers.stamp: benchmarks/peers/requirements.txt requirements/run.txt pyproject.toml | .venv/bin/python
	$(PYTHON) -m venv .venv/peers
	.venv/peers/bin/python -m pip install --quiet --require-hashes -r requirements/run.txt
	.venv/peers/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	.venv/peers/bin/python -m pip install --quiet -r benchmarks/peers/requirements.txt
	@touch $@

# A whole Milvus server from PyPI, in an environment of its own, for the tests.
.milvus/stamp: requirements/milvus-server.txt | .venv/bin/python
	rm -rf .milvus
	.venv/bin/python -m venv .milvus
	.milvus/bin/python -m pip install --quiet --require-hashes -r requirements/milvus-server.txt
	.milvus/bin/python -c 'import milvus; milvus._initialize_data_files(".milvus/unpacked")'
	@touch $@

apt:  # Programs that the tests drive
	@command -v chromium >/dev/null && command -v redis-server >/dev/null && { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core redis-server postgresql >/dev/null; \
	else echo "Expected Chromium, Redis and PostgreSQL for the tests, found not all. Install them: apt-get install chromium redis-server postgresql"; exit 1; fi
