# make run    set up once, then open the workbook in JupyterLab      PORT=8890 NO_BROWSER=1
# make test   set up once, then run every test
.DEFAULT_GOAL := run
.PHONY: run lab dashboard test check bench snapshot pins clean

PORT ?=
NO_BROWSER ?=
SERVE = $(if $(PORT),--port $(PORT)) $(if $(NO_BROWSER),--no-browser)
BIN = .venv/bin

run lab:
	@.ci/setup run
	@$(BIN)/dxreview lab $(SERVE)

dashboard:
	@.ci/setup run
	@$(BIN)/dxreview dashboard $(SERVE)

test:
	@.ci/setup test
	@.ci/setup system
	$(BIN)/python -m pytest

check:
	@.ci/setup test
	@.ci/check

bench:
	@.ci/setup test
	$(BIN)/python -m tests.bench

# The bundled snapshot, made anew from the example reviews (not from anybody's review.db); after any
# change of the data, the page or its schema.
snapshot:
	@.ci/setup test
	rm -rf data/published/2020-11
	$(BIN)/dxreview publish --store :memory: -o data/published/2020-11

# New versions of everything; see CONTRIBUTING.md.
pins:
	.ci/pins

clean:
	rm -rf .venv
