# The entry points of Quarterdeck. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := bash
BINARY := target/release/quarterdeck
SOURCES := $(shell find crates frontend migrations -path frontend/dist -prune -o -type f -print) Cargo.toml Cargo.lock

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: $(BINARY) ## Build console and server, optimised: target/release/quarterdeck

$(BINARY): $(SOURCES)
	scripts/build.sh
	@touch $@

run: $(BINARY) ## Start the server on 127.0.0.1:8080 with SQLite in ./data
	$(BINARY) serve

demo: $(BINARY) ## Load a realistic data set into ./data
	$(BINARY) demo --users 2000

dev: ## Build again at each change and run the server
	cargo xtask watch

check: ## Lints, layers and unit tests
	scripts/check.sh

test: ## Everything: lints, both databases, browser, document, generated clients
	scripts/test.sh

bench: ## Figures as ratios against baselines in the same run
	scripts/bench.sh

openapi: ## Write openapi/openapi.json
	cargo run -q -p quarterdeck -- openapi > openapi/openapi.json

clean: ## Remove what was built
	cargo clean
	rm -rf frontend/dist tests/e2e/node_modules .venv

.PHONY: help build run demo dev check test bench openapi clean
