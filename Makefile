# `make run` and `make test` do all the set-up themselves: .ci/setup.py makes .venv from requirements.lock.

PORT   ?= 8501
ARGS   ?=
# any of these serves to start .ci/setup.py, which then looks for one new enough
PYTHON := $(or $(PYTHON),$(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,\
            $(shell command -v $(name) 2>/dev/null))))
SETUP  := $(PYTHON) .ci/setup.py
FATHOM := .venv/bin/python
# a browser opens by itself where there is a desktop to open it on
HEADLESS := $(if $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname))),false,true)

ifeq ($(strip $(PYTHON)),)
$(error Fathom needs Python 3.11, 3.12 or 3.13, and this machine has none: install one, then try again)
endif

.PHONY: run test bench bench-images bench-sound bench-tables bench-text lint lock clean ready

run:  ## serve Fathom: make run PORT=8501
	@$(SETUP) port "$(PORT)"
	@$(SETUP) ready
	@exec $(FATHOM) -m streamlit run app.py --server.port "$(PORT)" --server.headless $(HEADLESS)

# a file's tests stay together: they share what is dear to make
test: ready  ## every test: make test ARGS="tests/core/data -x"
	@FATHOM_CHROMIUM="$$($(FATHOM) .ci/chromium.py)" $(FATHOM) -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

bench: ready  ## what is fast, and how accurate
	@$(FATHOM) -m benchmarks $(ARGS)

bench-images: ready  ## images alone: four tutorials against bare Keras, a zip of 10 000, the recommended network
	@$(FATHOM) -m benchmarks.images $(ARGS)

bench-sound: ready  ## sounds alone: networks beside models on MFCC, on the sample or ARGS="--data clips.zip"
	@$(FATHOM) -m benchmarks.sound $(ARGS)

bench-tables: ready  ## tables: the recommended mix beside AutoML tools; hours, and goes on where it was: ARGS="--tables titanic --seeds 1"
	@$(FATHOM) -m benchmarks.tables $(ARGS)

bench-text: ready  ## texts alone: the recommended models beside TF-IDF, on four public sets
	@$(FATHOM) -m benchmarks.text $(ARGS)

lint: ready
	@$(FATHOM) -m ruff check .
	@$(FATHOM) -m ruff format --check .

lock:  ## remake requirements.lock after a change of requirements*.txt
	@$(SETUP) lock

ready:
	@$(SETUP) ready

clean:  ## remove what was made here, but never the data and runs in .fathom/
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
