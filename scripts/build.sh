#!/usr/bin/env bash
# Builds console and server, optimised, at the same time: the linker of the one leaves a core to the compiler of the other.
# The program itself, which has both in it, comes last.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release -p quarterdeck-server &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
cargo run -q -p xtask -- console
wait "$server"
cargo build --release -p quarterdeck
