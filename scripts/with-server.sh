#!/usr/bin/env bash
# Runs a command with a server on fresh data: QUARTERDECK_URL, QUARTERDECK_LOGIN and QUARTERDECK_PASSWORD name it.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${QUARTERDECK_BINARY:-target/debug/quarterdeck}
dir=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export QUARTERDECK_URL="http://127.0.0.1:$port" QUARTERDECK_LOGIN=root QUARTERDECK_PASSWORD="brass lantern 9 hull"
printf '%s' "$QUARTERDECK_PASSWORD" | "$binary" admin create --username "$QUARTERDECK_LOGIN" --password-stdin --data-dir "$dir/data"
"$binary" serve --listen "127.0.0.1:$port" --data-dir "$dir/data" >"$dir/log" 2>&1 &
server=$!
stop() { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$dir"; }
trap stop EXIT
for _ in $(seq 300); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 0.1
done
"$@" || { status=$?; tail -n 40 "$dir/log"; exit "$status"; }
