#!/usr/bin/env bash
# Apache Kafka 4.3.1, one broker that is its own controller (KRaft), on the loopback, out of jars from Maven's repository.
#   kafka.sh start DIR [PORT]   starts it (again), prints its address: 127.0.0.1:PORT
#   kafka.sh stop DIR           ends it in order
#   kafka.sh kill DIR           ends it at once (SIGKILL), as a crash does
# KAFKA_HEAP=128m is its memory; for load give more and KAFKA_JIT="". With KAFKA_TLS=FOLDER, which holds broker.pem
# (key, certificate, authority in one file) and ca.crt, it also listens on KAFKA_MTLS_PORT, where clients must have a
# certificate of that authority, and on KAFKA_SASL_PORT, where KAFKA_LOGIN=name:password gets in (PLAIN over TLS).
# KAFKA_TLS_PORT, where it is given, asks clients for nothing. Settings in the file KAFKA_EXTRA are added to the broker's.
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
broker_port=$PORT
PORT=$(cat "$DIR/controller/port" 2>/dev/null || true)
mkdir -p "$DIR/controller"
DIR=$DIR/controller choose_port
controller_port=$PORT
PORT=$broker_port

libs=$files/kafka-4.3.1
if [ ! -e "$libs/whole" ]; then
  mkdir -p "$files"
  fetch=$(mktemp -d "$files/kafka.XXXXXX")
  cp "$root/tools/servers/kafka_pom.xml" "$fetch/pom.xml"
  mvn -q -B -f "$fetch/pom.xml" dependency:copy-dependencies -DoutputDirectory="$fetch" -DincludeScope=runtime \
    >"$DIR/install.log" 2>&1 || { tail -n 20 "$DIR/install.log" >&2; fail "Kafka could not be fetched; the words are above"; }
  touch "$fetch/whole"
  mv -T "$fetch" "$libs" 2>/dev/null || rm -rf "$fetch"  # another start was faster
fi

cat >"$DIR/log4j2.yaml" <<'Y'
Configuration:
  Appenders:
    Console: {name: C, PatternLayout: {pattern: "%d %p %m (%c)%n"}}
  Loggers:
    Root: {level: WARN, AppenderRef: {ref: C}}
Y
listeners=PLAINTEXT://127.0.0.1:$broker_port
protocols=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
if [ -n "${KAFKA_TLS:-}" ]; then
  listeners+=,MTLS://127.0.0.1:${KAFKA_MTLS_PORT:?},SASL://127.0.0.1:${KAFKA_SASL_PORT:?}
  protocols+=,MTLS:SSL,SASL:SASL_SSL
  [ -z "${KAFKA_TLS_PORT:-}" ] || listeners+=,TLS://127.0.0.1:$KAFKA_TLS_PORT protocols+=,TLS:SSL
fi
# The cleaner's map is 128 MB by default, more than the heap. The short session lets a broker that was killed come
# back at once: the controller refuses its number until the old session has ended.
cat >"$DIR/server.properties" <<P
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=$listeners,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=$listeners
listener.security.protocol.map=$protocols
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=$DIR/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.io.buffer.size=65536
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=300
P
if [ -n "${KAFKA_TLS:-}" ]; then
  plain=org.apache.kafka.common.security.plain.PlainLoginModule
  cat >>"$DIR/server.properties" <<P
ssl.keystore.type=PEM
ssl.keystore.location=$KAFKA_TLS/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location=$KAFKA_TLS/ca.crt
listener.name.mtls.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN
listener.name.sasl.plain.sasl.jaas.config=$plain required user_${KAFKA_LOGIN%%:*}="${KAFKA_LOGIN#*:}";
P
fi
[ -z "${KAFKA_EXTRA:-}" ] || cat "$KAFKA_EXTRA" >>"$DIR/server.properties"
java=(java -XX:+UseSerialGC "-Dlog4j2.configurationFile=$DIR/log4j2.yaml" -cp "$libs/*")
if [ ! -f "$DIR/data/meta.properties" ]; then
  {
    id=$("${java[@]}" kafka.tools.StorageTool random-uuid 2>/dev/null | tail -n 1) &&
      "${java[@]}" kafka.tools.StorageTool format -t "$id" -c "$DIR/server.properties"
  } >"$DIR/format.log" 2>&1 || { tail -n 20 "$DIR/format.log" >&2; fail "its folder could not be made; the words are above"; }
fi
# shellcheck disable=SC2086
nohup setsid "${java[@]}" -Xmx"${KAFKA_HEAP:-128m}" ${KAFKA_JIT--XX:TieredStopAtLevel=1} \
  kafka.Kafka "$DIR/server.properties" >>"$DIR/out.log" 2>&1 </dev/null &
echo $! >"$DIR/pid"
echo "127.0.0.1:$broker_port" >"$DIR/address"

# Ready is who answers a question: ApiVersions (18), version 0, correlation 1, no client id. An open port is not enough.
answers() {
  exec 3<>"/dev/tcp/127.0.0.1/$broker_port" || return 1
  printf '\0\0\0\012\0\022\0\0\0\0\0\001\377\377' >&3
  [ "$(timeout 2 head -c 8 <&3 | wc -c)" = 8 ]
}
tries() { (answers) 2>/dev/null; }
wait_until 60 "$DIR/out.log" tries
cat "$DIR/address"
