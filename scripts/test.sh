#!/usr/bin/env bash
# Everything that must hold. Each runner prints its own summary; the first failure ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n=== %s (%s s) ===\n' "$1" "$SECONDS"; }

step "tools"
scripts/install-test-tools.sh
step "lints"
scripts/check.sh
PATH="$PWD/.tools/bin:$PATH" cargo deny check licenses bans sources
step "console"
cargo xtask console
step "server and tests, both databases"
cargo build -q -p quarterdeck
if cargo nextest --version >/dev/null 2>&1; then
  scripts/with-postgres.sh cargo nextest run --no-fail-fast
else
  scripts/with-postgres.sh cargo test --no-fail-fast
fi
step "console, unit tests"
cargo test -q -p quarterdeck-frontend
step "OpenAPI document"
diff <(target/debug/quarterdeck openapi) openapi/openapi.json
echo "1 passed, 0 failed"
step "container files"
.venv/bin/python tests/container/check.py
step "generated clients"
scripts/with-server.sh .venv/bin/python tests/clients/python/check.py
scripts/with-server.sh node tests/clients/typescript/check.mjs
step "schemathesis"
scripts/with-server.sh .venv/bin/python tests/schemathesis/run.py
step "browser"
(cd tests/e2e && node --test --test-concurrency=1 specs/)
step "done"
