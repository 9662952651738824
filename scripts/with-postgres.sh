#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL server on a free port, named by QUARTERDECK_TEST_POSTGRES_URL.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_postgres=()
if [ "$(id -u)" = 0 ]; then
  # PostgreSQL refuses to run as root.
  id qdtest >/dev/null 2>&1 || useradd --system --no-create-home qdtest
  chown qdtest "$dir"
  as_postgres=(setpriv --reuid=qdtest --regid=qdtest --clear-groups env "HOME=$dir" LC_ALL=C.UTF-8)
fi
stop() {
  (cd / && "${as_postgres[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$dir"
}
trap stop EXIT
cd "$(dirname "$0")/.."
(cd / && "${as_postgres[@]}" "$bin/initdb" -D "$dir/data" -U postgres --auth=trust -N -E UTF8 >/dev/null)
(cd / && "${as_postgres[@]}" "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-c listen_addresses=127.0.0.1 -p $port -k $dir \
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=300" start >/dev/null)
export QUARTERDECK_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
"$@"
