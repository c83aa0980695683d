SHELL := /bin/bash
.DEFAULT_GOAL := help
NODE := node_modules/.bin/node
NPM_INSTALLED := node_modules/.package-lock.json

.PHONY: help demo test e2e reliability ci check unit mutants doctor bench bench-slack probe-slack bundle image generate format release clean

help: ## Show every chore
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: $(NPM_INSTALLED) ## Three agents ask, rules and you answer (CLICK=approve|deny|none, CONTEXT=NAME, WEBHOOK_HOST=ADDRESS)
	@$(NODE) tools/demo/main.ts --click "$(CLICK)" --context "$(CONTEXT)" --webhook-host "$(WEBHOOK_HOST)"

test: check ## Check and test everything, on a real API server, Slack's double and a real browser
	@$(NODE) tools/test/main.ts

e2e: $(NPM_INSTALLED) ## Helm and Pods on a real node, in namespaces of their own; as root, on Debian (FILES=test/e2e/…)
	@$(NODE) tools/test/main.ts --e2e $(FILES)

reliability: $(NPM_INSTALLED) ## The figures of docs/reliability.md: everything that e2e breaks, for longer (LOAD_SECONDS=30)
	@LOAD_SECONDS=$(or $(LOAD_SECONDS),30) SLACK_DOWN_SECONDS=60 $(NODE) tools/test/main.ts --e2e test/e2e/steady.test.ts test/e2e/faults

ci: check
	@$(NODE) tools/test/main.ts --all

check: $(NPM_INSTALLED) ## Types, lint, format, who may import whom, generated files, versions, names in docs
	@node_modules/.bin/tsc -p .
	@node_modules/.bin/biome check --error-on-warnings .
	@$(NODE) node_modules/.bin/depcruise --config .dependency-cruiser.mjs crds operator webhook tools test
	@$(NODE) node_modules/.bin/knip
	@$(NODE) node_modules/vitest/vitest.mjs run --project unit --reporter dot test/house
	@$(NODE) tools/generate/main.ts --check
	@$(NODE) tools/release/main.ts --check
	@$(NODE) tools/documents/main.ts

unit: $(NPM_INSTALLED) ## Only the tests that need no API server: units, decision corpus, model, fuzz
	@$(NODE) tools/test/main.ts --project unit

mutants: $(NPM_INSTALLED) ## Break what rules mean in twelve places, one by one: the tests must notice each
	@$(NODE) tools/test/mutants.ts

doctor: $(NPM_INSTALLED) ## Say what an installation lacks and how to mend it, by your kubeconfig (CONTEXT=NAME, NAMESPACE=approvalgate)
	@$(NODE) operator/main.ts --doctor --slack-transport $(if $(SLACK_BOT_TOKEN),socket,off) $(if $(CONTEXT),--context "$(CONTEXT)") $(if $(NAMESPACE),--namespace "$(NAMESPACE)")

bench: $(NPM_INSTALLED) ## Decisions per second, latency, CPU and memory, against a bare loop in Go (AGAINST=COMMIT)
	@$(NODE) tools/bench/main.ts $(if $(AGAINST),--against "$(AGAINST)")

bench-slack: $(NPM_INSTALLED) ## How many questions reach one Slack channel, and how long a click takes
	@$(NODE) tools/bench/slack.ts

probe-slack: $(NPM_INSTALLED) ## What a real Slack workspace does to messages (HELP=1, WAIT=SECONDS; SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_CHANNEL)
	@$(NODE) tools/probe-slack/main.ts $(if $(HELP),--help) $(if $(WAIT),--wait "$(WAIT)")

bundle: $(NPM_INSTALLED) ## Write what the image runs to dist/: one file a program, licences, bill of materials
	@$(NODE) tools/bundle/main.ts

image: $(NPM_INSTALLED) ## Build the image by buildah (TAG=NAME, BASE=IMAGE, BUILD_BASE=IMAGE, ARCHIVE=FILE)
	@$(NODE) tools/image/main.ts $(if $(TAG),--tag "$(TAG)") $(if $(BASE),--base "$(BASE)") $(if $(BUILD_BASE),--build-base "$(BUILD_BASE)") $(if $(ARCHIVE),--archive "$(ARCHIVE)")

generate: $(NPM_INSTALLED) ## Write what is made from others: types, limits, the CRD of cluster rules, the chart's CRDs and table of values
	@$(NODE) tools/generate/main.ts

format: $(NPM_INSTALLED) ## Format and fix what can be fixed
	@node_modules/.bin/biome check --write .

# The '+' runs the tool under make's own --dry-run too, and so hands that on.
release: $(NPM_INSTALLED) ## Set the version everywhere, commit and tag; never pushes (VERSION=1.2.3, DRY_RUN=1 or --dry-run)
	+@$(NODE) tools/release/main.ts --version '$(subst ','\'',$(value VERSION))' $(if $(DRY_RUN)$(findstring n,$(firstword -$(MAKEFLAGS))),--dry-run)

clean: ## Remove what was installed here; the built control plane stays in the cache
	@rm -rf node_modules reports dist

$(NPM_INSTALLED): package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or newer (https://nodejs.org)' >&2; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || { echo "Node.js $$(node --version) is too old: 20 or newer is needed" >&2; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
