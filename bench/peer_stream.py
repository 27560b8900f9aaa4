"""The same way over Kafka in Python: `peer_stream.py produce BROKER TOPIC FILE…` and `consume BROKER TOPIC STORE`.

Shape:   produce reads an extended history, makes one event a play (the id from what it states, as Earprint does, with another
         hash) and sends it under the listener's name; consume reads to the end, takes each event once by its id, and puts
         rows into a DuckDB file before it commits. Both print how many events.
Note:    what a careful person would write: idempotent, acks=all, zstd, batches, manual commits. It builds no figures.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sys

GROUP = "peer"
BATCH = 20_000
LISTENER = "demo"


def event(row: dict, end_ms: int) -> bytes:
    track = (row.get("spotify_track_uri") or row.get("spotify_episode_uri") or "")[-22:]
    data = {
        "kind": "track",
        "ended_at_ms": end_ms,
        "played_ms": row["ms_played"],
        "item_id": track,
        "title": row.get("master_metadata_track_name"),
        "artist": row.get("master_metadata_album_artist_name"),
        "album": row.get("master_metadata_album_album_name"),
        "platform": row.get("platform"),
        "country": row.get("conn_country"),
        "reason_start": row.get("reason_start"),
        "reason_end": row.get("reason_end"),
        "shuffle": row.get("shuffle"),
        "skipped": row.get("skipped"),
        "offline": row.get("offline"),
    }
    payload = json.dumps(
        {key: value for key, value in data.items() if value is not None}, separators=(",", ":")
    )
    identity = hashlib.blake2b(f"{LISTENER}|{track}|{end_ms}|{row['ms_played']}".encode(), digest_size=8)
    details = hashlib.blake2b(payload.encode(), digest_size=8)
    return (
        f'{{"specversion":"1.0","id":"{identity.hexdigest()[:15]}{details.hexdigest()[:15]}","source":"extended",'
        f'"type":"play","subject":"{LISTENER}","time":"{row["ts"]}","data":{payload}}}'
    ).encode()


def produce(broker: str, topic: str, files: list[str]) -> int:
    from confluent_kafka import Producer

    failed: list[object] = []
    producer = Producer(
        {
            "bootstrap.servers": broker,
            "enable.idempotence": True,
            "acks": "all",
            "compression.type": "zstd",
            "linger.ms": 20,
        }
    )
    sent = 0
    for name in files:
        with open(name, encoding="utf-8") as file:
            rows = json.load(file)
        for row in rows:
            if not isinstance(row.get("ms_played"), int) or not 0 <= row["ms_played"] <= 7 * 86_400_000:
                continue
            try:
                ended = datetime.datetime.fromisoformat(row.get("ts"))
            except (TypeError, ValueError):
                continue
            value = event(row, int(ended.timestamp() * 1000))
            while True:
                try:
                    producer.produce(
                        topic, value, LISTENER, on_delivery=lambda e, _: failed.append(e) if e else None
                    )
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
            sent += 1
    producer.flush()
    assert not failed, failed[0]
    return sent


def consume(broker: str, topic: str, store: str) -> int:
    import duckdb
    import pandas as pd
    from confluent_kafka import Consumer, KafkaError

    database = duckdb.connect(store)
    database.execute(
        "create table play(id varchar primary key, listener varchar, data varchar, ended_at_ms bigint, ms bigint)"
    )
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": GROUP,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "partition.assignment.strategy": "cooperative-sticky",
        }
    )
    consumer.subscribe([topic])
    known: set[str] = set()
    ended: set[int] = set()
    while True:
        rows = []
        for message in consumer.consume(BATCH, 1.0):
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                continue
            told = json.loads(message.value())
            if told["id"] in known:
                continue
            known.add(told["id"])
            data = told["data"]
            rows.append(
                (told["id"], told["subject"], json.dumps(data), data["ended_at_ms"], data["played_ms"])
            )
        if rows:
            frame = pd.DataFrame(rows, columns=["id", "listener", "data", "ended_at_ms", "ms"])  # noqa: F841
            database.execute("insert or ignore into play select * from frame")
            consumer.commit(asynchronous=False)
        held = len(consumer.assignment())
        if held and len(ended) >= held:
            break
    consumer.close()
    return database.execute("select count(*) from play").fetchone()[0]


def main(words: list[str]) -> None:
    match words:
        case ["produce", broker, topic, *files]:
            print(produce(broker, topic, files))
        case ["consume", broker, topic, store]:
            print(consume(broker, topic, store))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
