# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
BIN := .venv/bin
DEMO ?= demo

.PHONY: help demo test check fix bench site lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-6s %s\n", $$1, $$2}'

.venv/ready: uv.lock pyproject.toml scripts/environment.sh
	sh scripts/environment.sh run

.venv/ready-dev: uv.lock pyproject.toml scripts/environment.sh
	sh scripts/environment.sh dev

demo: .venv/ready ## run the main job on the shipped Beijing workspace
	@$(BIN)/hubscope demo $(DEMO)

test: .venv/ready-dev ## environment, checks and the whole test suite
	@sh scripts/system-packages.sh
	$(MAKE) --no-print-directory check
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/ready-dev ## lint, types and import directions; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/ready-dev ## let the linter and the formatter mend what they can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/ready-dev ## headline figures, each beside its peer, as ratios
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

site: .venv/ready ## the pages of the demo workspace
	@$(BIN)/hubscope site -w $(DEMO)

lock: .venv/ready-dev ## resolve the dependencies anew
	$(BIN)/uv lock --upgrade

clean: ## remove the environment, caches and the demo
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(DEMO)
