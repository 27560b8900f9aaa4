#!/usr/bin/env bash
# PostgreSQL 15 of Debian on the loopback: an instance of its own in DIR, without systemd.
#   postgres.sh start DIR [PORT]   starts it (again), prints its address: postgresql://postgres@127.0.0.1:PORT/earprint
#   postgres.sh stop DIR           ends it in order
#   postgres.sh kill DIR           ends it at once (SIGKILL for all its processes), as a crash does
# User postgres needs no password here, every other one does. PG_SETTINGS="-c max_connections=5" goes to the server.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
read_arguments "$@"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -x "$bin/initdb" ] || fail "PostgreSQL's server is not installed" "run: ./dev setup servers"

# Root may not run it: then user postgres does, who has to reach its folder.
data=$DIR/data
if [ "$(id -u)" = 0 ]; then
  as() { setpriv --reuid=postgres --regid=postgres --init-groups env -C / "$@"; }
  if ! as test -x "$DIR"; then
    data=/tmp/earprint-postgres-$(printf %s "$DIR" | sha256sum | cut -c1-16)
  fi
else
  as() { "$@"; }
fi
runs() { [ -f "$data/postmaster.pid" ] && is_up "$(head -n 1 "$data/postmaster.pid")"; }

case $VERB in
  stop)
    if runs; then as "$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null; fi
    exit 0
    ;;
  kill)
    if runs; then
      postmaster=$(head -n 1 "$data/postmaster.pid")
      children=$(cat "/proc/$postmaster/task/$postmaster/children" 2>/dev/null || true)
      # shellcheck disable=SC2086
      kill -s KILL "$postmaster" $children 2>/dev/null || true
      for pid in $postmaster $children; do
        for _ in $(seq 100); do is_up "$pid" || break; sleep 0.02; done
      done
      # Where nobody collects dead processes this one would count as alive for the next start.
      rm -f "$data/postmaster.pid"
    fi
    exit 0
    ;;
esac

address() { echo "postgresql://postgres@127.0.0.1:$PORT/earprint"; }
if runs; then
  PORT=$(sed -n 4p "$data/postmaster.pid")
  address
  exit 0
fi
choose_port
if [ ! -f "$data/PG_VERSION" ]; then
  install -d -m 700 "$data"
  [ "$(id -u)" != 0 ] || chown postgres "$data"
  as "$bin/initdb" -D "$data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$DIR/initdb.log" 2>&1 ||
    { tail -n 20 "$DIR/initdb.log" >&2; fail "initdb failed; its words are above"; }
  printf 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n' >"$data/pg_hba.conf"
fi
as "$bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 \
  -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= ${PG_SETTINGS:-}" start >/dev/null </dev/null ||
  { tail -n 20 "$data/server.log" >&2; fail "the server did not start; its words are above"; }
"$bin/psql" -h 127.0.0.1 -p "$PORT" -U postgres -Atqc "select 1 from pg_database where datname = 'earprint'" postgres |
  grep -q 1 || "$bin/createdb" -h 127.0.0.1 -p "$PORT" -U postgres earprint
address
