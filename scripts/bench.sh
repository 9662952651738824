#!/usr/bin/env bash
# Figures as ratios against baselines that run in the same sitting.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x target/release/quarterdeck ] || make build
cargo run --release -q -p quarterdeck-bench -- "$@"
