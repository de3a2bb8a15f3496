# `make help` lists the targets. All of them can be set apart from another copy: make up WAITLIST_PORT=4567 WAITLIST_DEV_DIR=.dev-two

PYTHON ?= python3
# What `sam build` builds for; the template's Architecture.
ARCHITECTURE ?= arm64

LOCAL := .tools/local/bin/python
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 PATH=$(CURDIR)/.tools/sam/bin:$(PATH) .tools/sam/bin/sam
export PATH := $(CURDIR)/.tools/checks/bin:$(PATH)
# Tests of the processor alone, some of minutes.
LONG := histories::keep policies:: events::
# In the recipes of tests: where Java and DynamoDB Local are.
WITH_TOOLS := set -a; . ./.tools/env; set +a;

.DEFAULT_GOAL := help
.PHONY: help install build dev up down test lint fmt unit histories integration browser soak openapi bench rush mutants release sizes clean needed

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1|\2/' | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

install: ## Install all tools, pinned, into .tools/ (seconds)
	@$(PYTHON) tools/install.py tests

needed:
	@$(PYTHON) tools/install.py

build: ## Build every function for this machine (dev profile)
	@cargo build --locked --workspace --exclude waitlist-tests --bins

dev: needed ## Run everything here, show what happens; Ctrl-C stops it
	@$(LOCAL) tools/dev.py

up: needed ## The same in the background: start or redeploy, then return; writes .dev/env
	@$(LOCAL) tools/up.py

down: ## Stop what `make up` started; its data and keys are gone
	@$(PYTHON) tools/down.py

test: install lint unit ## Everything that CI runs
	@# The deployed tests mostly wait for deadlines. Meanwhile the histories take what they leave of one processor.
	@RUST_TEST_THREADS=1 $(MAKE) --no-print-directory --jobs=2 histories integration

lint: install ## Format, clippy, docs, dependencies, template
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	@# As they are released: without what describes them for the tests.
	cargo clippy --locked --workspace --exclude waitlist-tests --bins --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --lib
	cargo deny --locked check licenses bans sources
	@$(PYTHON) tools/advisories.py
	cargo shear --locked
	@$(PYTHON) tools/features.py
	$(SAM) validate --lint
	$(WITH_TOOLS) "$$WAITLIST_NODE" tests/browser/node_modules/typescript/bin/tsc --project tests/browser
	@.tools/openapi/bin/python tools/openapi.py

fmt: ## Format the Rust code
	cargo fmt --all

unit: install ## The tests that need neither a deployment nor chance: units, properties, store
	@# No binary but the benchmark has tests of its own: without these options each would be linked once more.
	@# Half of the tests of the store wait for DynamoDB Local, so more threads than processors keep these busy.
	$(WITH_TOOLS) RUST_TEST_THREADS=$${RUST_TEST_THREADS:-6} cargo test --locked --workspace --lib --bin bench --test '*' -- \
		--skip deployed:: --skip privacy:: $(foreach test,$(LONG),--skip $(test))

histories: ## Tell 500 random histories, or as many as asked; also the other long tests in one process: events
	@nice -n 19 cargo test --locked --workspace --test main -- $(LONG) --skip deployed::

integration: install ## The deployed template over HTTP, on a private copy of the local cloud
	@$(WITH_TOOLS) $(LOCAL) tools/integration.py

browser: install ## The pages in a browser, against a stack that is up
	@$(WITH_TOOLS) set -a; . ./$${WAITLIST_DEV_DIR:-.dev}/env; set +a; cd tests/browser && "$$WAITLIST_NODE" node_modules/@playwright/test/cli.js test $(TESTS)

soak: ## Tell 20,000 random histories, or as many as asked: make soak WAITLIST_HISTORIES=100000
	WAITLIST_HISTORIES=$${WAITLIST_HISTORIES:-20000} cargo test --locked --profile soak --package waitlist-tests --test main \
		-- histories::keep_every_promise

openapi: ## Write openapi.json anew, from the code
	UPDATE_EXPECTED=1 cargo test --locked --package waitlist-tests -- openapi::generated

bench: install ## Capacity that each operation consumes, as a table, up to a million waiting (minutes)
	@# Built together with the tests, it shares their dependencies; `cargo run` would build them all again.
	cargo build --locked --workspace --bins --test '*'
	$(WITH_TOOLS) "$${CARGO_TARGET_DIR:-target}/debug/bench"

rush: ## How long other events' offers take while one is in a rush, as a simulation (seconds)
	cargo run --locked --quiet --package waitlist-tests --bin rush -- $(TIMES)

mutants: ## Change the domain's rules one by one, and list the changes that its own tests miss (hours)
	@# Whoever runs it installs it: cargo install cargo-mutants --locked --version '^27'
	PROPTEST_CASES=$${PROPTEST_CASES:-64} cargo mutants --package waitlist-domain --timeout 60 --output target $(MUTANTS)

release: needed ## Build what `sam deploy` takes to AWS; installs sam too (ARCHITECTURE=x86_64 if not arm64)
	cargo fetch --locked
	$(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)

sizes: needed ## Build every function for release and list the sizes; none may pass 6 MB
	@$(PYTHON) tools/sizes.py

clean: down ## Stop the local cloud; remove all that was built (not .tools/)
	cargo clean
	rm -rf .aws-sam .dev
