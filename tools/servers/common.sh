# What the server scripts share; sourced, never run. A script sets NAME, DIR, PORT (may be empty) and calls these.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
files=${EARPRINT_SERVER_FILES:-$root/.deps/server-files}  # what is fetched once and shared by all instances
python=$root/.deps/venv/bin/python
[ -x "$python" ] || python=python3

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  shift
  for line in "$@"; do printf '     %s\n' "$line" >&2; done
  exit 1
}

# A process that is there and no zombie.
is_up() { kill -0 "$1" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$1/status"; }
is_alive() { [ -f "$DIR/pid" ] && is_up "$(cat "$DIR/pid")"; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The port asked for, else the one of the last start, else a free one; remembered in DIR/port.
choose_port() {
  [ -n "${PORT:-}" ] || PORT=$(cat "$DIR/port" 2>/dev/null || true)
  [ -n "$PORT" ] || PORT=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  local try
  for try in $(seq 50); do  # one that was just killed lets go of its port a moment later
    listens "$PORT" || break
    [ "$try" -lt 50 ] || fail "port $PORT is taken by another process" "give another: $(basename "$0") start DIR PORT"
    sleep 0.1
  done
  echo "$PORT" >"$DIR/port"
}

# end_process <signal>: the process of DIR/pid, gone when this returns.
end_process() {
  local pid
  if is_alive; then
    pid=$(cat "$DIR/pid")
    kill -s "$1" "$pid" 2>/dev/null || true
    for _ in $(seq 400); do is_up "$pid" || break; sleep 0.05; done
    if is_up "$pid"; then kill -s KILL "$pid"; fi
  fi
  rm -f "$DIR/pid"
}

# wait_until <seconds> <log> <command…>: until it succeeds; tells the log's end when the server dies or is late.
wait_until() {
  local end=$((SECONDS + $1)) log=$2
  shift 2
  until "$@" 2>/dev/null; do
    is_alive || { tail -n 20 "$log" >&2; fail "the server died as it started; its words are above"; }
    [ $SECONDS -lt $end ] || { tail -n 20 "$log" >&2; fail "the server was not ready in time; its words are above"; }
    sleep 0.05
  done
}

# Reads the arguments `start|stop|kill DIR [PORT]` into VERB, DIR and PORT.
read_arguments() {
  VERB=${1:-} DIR=${2:-} PORT=${3:-}
  case $VERB in start | stop | kill) ;; *) VERB= ;; esac
  [ -n "$VERB" ] && [ -n "$DIR" ] || fail "usage: $(basename "$0") start|stop|kill DIR [PORT]"
  mkdir -p "$DIR"
  DIR=$(cd "$DIR" && pwd)
}
