#!/usr/bin/env bash
# Lints, the direction of dependencies, and the unit tests of the domain.
set -euo pipefail
cd "$(dirname "$0")/.."

rustup target list --installed 2>/dev/null | grep -q wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
mkdir -p frontend/dist
cargo fmt --all --check
cargo clippy --all-targets -- -D warnings
cargo clippy -p quarterdeck-frontend --target wasm32-unknown-unknown -- -D warnings
cargo xtask layers
cargo test -q -p quarterdeck-domain
