#!/usr/bin/env bash
# Figures as ratios against baselines that run in the same sitting.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v wrk >/dev/null; then
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -q && "${as_root[@]}" apt-get install -qy --no-install-recommends wrk
fi
[ -x target/release/quarterdeck ] || make build
# These suites measure PostgreSQL as well.
if [[ "${1:-}" =~ ^(scale|revocation|imports)$ ]]; then
  exec scripts/with-postgres.sh cargo run --release -q -p quarterdeck-bench -- "$@"
fi
cargo run --release -q -p quarterdeck-bench -- "$@"
