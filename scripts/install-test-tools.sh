#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: Chromium, PostgreSQL, the Node and Python tools.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

packages=()
command -v chromium >/dev/null || packages+=(chromium)
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || packages+=(fonts-dejavu-core)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
command -v psql >/dev/null || packages+=(postgresql-client)
command -v node >/dev/null || packages+=(nodejs npm)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -gt 0 ]; then
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${packages[@]}"
fi
[ -d tests/e2e/node_modules/playwright-core ] || (cd tests/e2e && npm ci --no-audit --no-fund)
if ! .venv/bin/schemathesis --version >/dev/null 2>&1; then
  python3 -m venv .venv
  .venv/bin/pip install -q -r tests/requirements.txt
fi
if ! PATH="$PWD/.tools/bin:$PATH" cargo deny --version >/dev/null 2>&1; then
  # Unoptimised: it is built faster than it would save.
  cargo install -q --debug --locked --no-default-features --root .tools cargo-deny@0.20.2
fi
