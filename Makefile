# Everything runs in an environment that is made on first use, in .work (or $BATCHWORK_WORK).
# PYTHON=/path/to/python chooses the interpreter; the newest of 3.14 to 3.11 is the default.
# KEEP_GOING=1 lets the checks go on after a failure.

within := scripts/within
checks := $(within) python scripts/run_checks.py $(if $(KEEP_GOING),--keep-going)

.DEFAULT_GOAL := help
.PHONY: help setup demo test emulator lint unit sanity integration molecule parity browser artifact bench fuzz lock clean

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: ## Make the environment: a few seconds the first time, at once afterwards
	@scripts/setup
	@echo "To run a command in it: scripts/within COMMAND"

demo: ## Deploy, run, change and remove a batch on a local AWS emulator
	@scripts/demo

test: ## Run every check, as continuous integration does
	@$(checks) all

emulator: ## Start the local AWS emulator; it prints its address and ends with Ctrl-C
	@$(within) env PYTHONPATH=tests python -m emulator --run-tasks

lint: ## Check style, types, documentation and metadata
	@$(checks) lint

unit: ## Run the unit tests
	@$(checks) unit

sanity: ## Run ansible-test's sanity tests
	@$(checks) sanity

integration: ## Run the integration targets against the emulator
	@$(checks) integration

molecule: ## Run the molecule scenarios against the emulator
	@$(checks) molecule

parity: ## Compare with the existing modules, case by case
	@$(checks) parity

browser: ## Try the pages in a real browser
	@$(checks) browser

artifact: ## Build the collection, import and install it, and run its playbook
	@$(checks) artifact

bench: ## Measure speed and API calls beside what there is to compare with (OPTIONS="--help")
	@$(within) scripts/bench $(OPTIONS)

fuzz: ## Try the property tests with very many examples
	@$(within) scripts/fuzz

lock: ## Write the pinned requirements anew, with the newest versions
	@$(within) scripts/lock

clean: ## Remove the environments and everything that they hold
	@scripts/clean
