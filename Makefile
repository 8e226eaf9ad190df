# Each target makes its own .venv from Python >= 3.11; nothing else has to be installed first.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := demo
# Two creators of the simulated marketplace: one without any shoppable video yet, one with many.
NEWCOMER := 1000239
SELLER := 1000001
TRACKING := sqlite:///$(DEMO)/mlflow.db

COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

export MLFLOW_DISABLE_TELEMETRY := true
# Imports are three times slower without compiled files.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test soak check bench lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

$(READY): requirements-dev.txt pyproject.toml
	@bash .ci/bootstrap $(VENV)
	@touch $@

demo: $(READY) ## simulate a marketplace, rank and show creators, train three recipes, answer briefs and creators
	@rm -rf $(DEMO)/snapshots $(DEMO)/lists $(DEMO)/champion $(DEMO)/products $(DEMO)/inspiration $(DEMO)/releases
	$(BIN)/recsys simulate world --out $(DEMO)/tables --truth $(DEMO)/truth --replace
	$(BIN)/recsys check $(DEMO)/tables
	$(BIN)/recsys snapshot --tables $(DEMO)/tables --at 2026-06-30 --out $(DEMO)/snapshots
	$(BIN)/recsys lists build --tables $(DEMO)/tables --period week --at 2026-06-24 --out $(DEMO)/lists
	$(BIN)/recsys lists show cooperation --lists $(DEMO)/lists/lists-* --market GB --count 5
	$(BIN)/recsys lists explain $(SELLER) --list cooperation --lists $(DEMO)/lists/lists-*
	$(BIN)/recsys creators show $(SELLER) --snapshot $(DEMO)/snapshots/snapshot-*
	$(BIN)/recsys trends hashtags --tables $(DEMO)/tables --at 2026-06-30 --market GB --count 5
	$(BIN)/recsys train match --tables $(DEMO)/tables --set truth=$(DEMO)/truth --out $(DEMO)/bundles
	$(BIN)/recsys pull match@champion --out $(DEMO)/champion
	@for brief in hair_care_us baby_care_stores; do \
		$(BIN)/recsys match --brief configs/briefs/$$brief.yaml \
			--bundle $(DEMO)/champion/bundle-* --snapshot $(DEMO)/snapshots/snapshot-* || exit 1; \
	done
	@for surface in products inspiration; do \
		$(BIN)/recsys train $$surface --tables $(DEMO)/tables --set truth=$(DEMO)/truth --out $(DEMO)/bundles || exit 1; \
		$(BIN)/recsys pull $$surface@champion --out $(DEMO)/$$surface || exit 1; \
	done
	@for creator in $(NEWCOMER) $(SELLER); do \
		$(BIN)/recsys insights $$creator --objective gmv --count 5 --products $(DEMO)/products/bundle-* \
			--inspiration $(DEMO)/inspiration/bundle-* --snapshot $(DEMO)/snapshots/snapshot-* || exit 1; \
	done
	$(BIN)/recsys publish --to $(DEMO)/releases --snapshot $(DEMO)/snapshots/snapshot-* --match $(DEMO)/champion/bundle-* \
		--products $(DEMO)/products/bundle-* --inspiration $(DEMO)/inspiration/bundle-* --lists $(DEMO)/lists/lists-*
	@echo "Look around:"
	@echo "  $(BIN)/recsys serve --releases $(DEMO)/releases --open --playground   the service, and a page to look at"
	@echo "  $(DEMO)/bundles/*.html                    the report: metrics, calibration, plots"
	@echo "  $(BIN)/mlflow ui --backend-store-uri $(TRACKING)   the runs, side by side"
	@echo "  $(BIN)/recsys models --tracking-uri $(TRACKING)    who is champion, and why"

demo: export MLFLOW_TRACKING_URI := $(TRACKING)

test: $(READY) ## run every test
	$(BIN)/pytest -n 2

# Each file of tests that has a longer form; what takes times runs alone.
LONG := tests/features/test_leaks.py tests/serving/release/test_corrupt.py \
	tests/serving/release/test_publishing_killed.py tests/serving/web/test_openapi.py \
	tests/serving/web/test_decoding.py tests/serving/web/test_isolation.py tests/serving/test_installed_alone.py \
	tests/training/bench/test_http.py tests/test_guards.py
TIMED := tests/serving/release/test_swaps.py tests/serving/release/test_restarts.py tests/serving/web/test_overload.py

soak: $(READY) ## the slow tests at their full size: swaps and restarts under load, overload, corruption, fuzzing
	RECSYS_SOAK=1 $(BIN)/pytest -s $(TIMED)
	RECSYS_SOAK=1 $(BIN)/pytest -n 2 $(LONG)

check: $(READY) ## lint, types, borders and docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -p no:cacheprovider tests/docs

bench: $(READY) ## measure speed beside peers
	$(BIN)/recsys bench score
	$(BIN)/recsys bench reasons
	$(BIN)/recsys bench retrieve
	$(BIN)/recsys bench fit
	$(BIN)/recsys bench search
	$(BIN)/recsys bench features
	$(BIN)/recsys bench http --snapshot $(DEMO)/snapshots/snapshot-*
	$(BIN)/recsys bench match --creators 2000000 --bundle $(DEMO)/champion/bundle-* --snapshot $(DEMO)/snapshots/snapshot-*

lock: $(READY) ## pin every dependency again, with hashes and without index URLs
	$(COMPILE) --extra train --extra bench --extra dev --extra serve --output-file requirements-dev.txt --upgrade
	$(COMPILE) --extra serve --constraints requirements-dev.txt --output-file requirements-serve.txt
	$(COMPILE) --extra spark --constraints requirements-dev.txt --output-file requirements-spark.txt
	echo 'hatchling>=1.27' | $(COMPILE:pyproject.toml=-) --constraints requirements-dev.txt --output-file requirements-build.txt

clean: ## remove what make made
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
