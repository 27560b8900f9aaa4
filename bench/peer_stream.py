"""The same way over Kafka in Python: `peer_stream.py produce BROKER TOPIC FILE…`, `consume BROKER TOPIC STORE`,
`postgresql BROKER TOPIC URL` and `mongodb BROKER TOPIC URL`; `facts BROKER TOPIC` tells which plays are there, for all ways to send.

Shape:   produce reads an extended history, makes one event a play (the id from what it states, as Earprint does, with another
         hash) and sends it under the listener's name; consume reads to the end, takes each event once by its id, and puts
         rows into a DuckDB file before it commits. The stores get Earprint's own tables, each event once, byte for byte, and how
         far was read: PostgreSQL in the same transaction, MongoDB behind it. All print how many events.
Note:    what a careful person would write: idempotent, acks=all, zstd, batches, manual commits. It builds no figures.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sys
import time
import uuid
from collections.abc import Callable

GROUP = "peer"
BATCH = 20_000
LISTENER = "demo"
EARLIEST_MS = 1_136_073_600_000  # before that there was no Spotify


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
    now_ms = time.time() * 1000
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
            end_ms = int(ended.timestamp() * 1000)
            if not EARLIEST_MS <= end_ms <= now_ms:
                continue
            value = event(row, end_ms)
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


def messages(broker: str, topic: str, keep: Callable[[list, dict[int, int]], None]) -> None:
    """Reads the topic to its end, hands out batches with the offsets that come next, and commits what was kept."""
    from confluent_kafka import Consumer, KafkaError

    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": f"{GROUP}-{uuid.uuid4()}",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "partition.assignment.strategy": "cooperative-sticky",
        }
    )
    consumer.subscribe([topic])
    ended: set[int] = set()
    while True:
        batch = []
        following: dict[int, int] = {}
        for message in consumer.consume(BATCH, 1.0):
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                continue
            batch.append(message.value())
            following[message.partition()] = message.offset() + 1
        if batch:
            keep(batch, following)
            consumer.commit(asynchronous=False)
        held = len(consumer.assignment())
        if held and len(ended) >= held:
            break
    consumer.close()


def consume(broker: str, topic: str, store: str) -> int:
    import duckdb
    import pandas as pd

    database = duckdb.connect(store)
    database.execute(
        "create table play(id varchar primary key, listener varchar, data varchar, ended_at_ms bigint, ms bigint)"
    )
    known: set[str] = set()

    def keep(batch: list[bytes], _following: dict[int, int]) -> None:
        rows = []
        for value in batch:
            told = json.loads(value)
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

    messages(broker, topic, keep)
    return database.execute("select count(*) from play").fetchone()[0]


def postgresql(broker: str, topic: str, url: str) -> int:
    import psycopg

    with psycopg.connect(url) as database:

        def keep(batch: list[bytes], following: dict[int, int]) -> None:
            with database.transaction(), database.cursor() as cursor:
                cursor.execute(
                    "create temp table staged on commit drop as select event_id, type, listener, source, body from"
                    " earprint.events limit 0"
                )
                with cursor.copy("copy staged (event_id, type, listener, source, body) from stdin") as copy:
                    for value in batch:
                        told = json.loads(value)
                        copy.write_row(
                            (told["id"], told["type"], told["subject"], told["source"], value.decode())
                        )
                cursor.execute(
                    "insert into earprint.events (event_id, type, listener, source, body) select event_id, type,"
                    " listener, source, body from staged order by event_id on conflict (event_id) do nothing"
                )
                cursor.executemany(
                    "insert into earprint.consumed_offsets (log, type, partition, next_offset) values ('peer', 'play',"
                    " %s, %s) on conflict (log, type, partition) do update set next_offset = excluded.next_offset",
                    list(following.items()),
                )

        messages(broker, topic, keep)
        return database.execute("select count(*) from earprint.events").fetchone()[0]


def mongodb(broker: str, topic: str, url: str) -> int:
    import pymongo
    from pymongo.errors import BulkWriteError

    database = pymongo.MongoClient(url, w="majority").get_default_database()

    def keep(batch: list[bytes], following: dict[int, int]) -> None:
        documents = []
        for value in batch:
            told = json.loads(value)
            documents.append(
                pymongo.InsertOne(
                    {
                        "_id": told["id"],
                        "type": told["type"],
                        "listener": told["subject"],
                        "source": told["source"],
                        "body": value.decode(),
                        "data": told["data"],
                    }
                )
            )
        try:
            database.events.bulk_write(documents, ordered=False)
        except BulkWriteError as error:
            if any(one["code"] != 11000 for one in error.details["writeErrors"]):
                raise
        for partition, place in following.items():
            database.peer_offsets.update_one(
                {"_id": partition}, {"$max": {"next_offset": place}}, upsert=True
            )

    messages(broker, topic, keep)
    return database.events.count_documents({})


def facts(broker: str, topic: str) -> str:
    """How many plays there are, each once, and a sum over what they state, whichever way they came."""
    seen: set[bytes] = set()

    def look(batch: list[bytes], _following: dict[int, int]) -> None:
        for value in batch:
            data = json.loads(value)["data"]
            stated = f"{data['ended_at_ms']}|{data['played_ms']}"
            seen.add(hashlib.blake2b(stated.encode(), digest_size=8).digest())

    messages(broker, topic, look)
    return f"{len(seen)} {sum(int.from_bytes(one) for one in seen) % 2**64:x}"


def main(words: list[str]) -> None:
    match words:
        case ["produce", broker, topic, *files]:
            print(produce(broker, topic, files))
        case ["consume", broker, topic, store]:
            print(consume(broker, topic, store))
        case ["postgresql", broker, topic, url]:
            print(postgresql(broker, topic, url))
        case ["mongodb", broker, topic, url]:
            print(mongodb(broker, topic, url))
        case ["facts", broker, topic]:
            print(facts(broker, topic))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
