"""As fast as a store takes what is ready made: `bulk_load.py mongodb DOCUMENTS URL` and `duckdb LINES STORE`;
`dump URL DOCUMENTS` makes the documents of what is there.

Shape:   mongodb inserts documents that are BSON already, unordered, confirmed by most members; duckdb reads lines of JSON into
         the table of peer_stream.py. Both print how many.
"""

from __future__ import annotations

import pathlib
import struct
import sys

BATCH = 10_000


def mongodb(documents: str, url: str) -> int:
    import pymongo
    from bson.raw_bson import RawBSONDocument

    into = pymongo.MongoClient(url, w="majority").get_default_database().events
    told = pathlib.Path(documents).read_bytes()
    at = count = 0
    batch: list[RawBSONDocument] = []
    while at < len(told):
        (size,) = struct.unpack_from("<i", told, at)
        batch.append(RawBSONDocument(told[at : at + size]))
        at += size
        count += 1
        if len(batch) == BATCH or at == len(told):
            into.insert_many(batch, ordered=False)
            batch = []
    return count


def dump(url: str, documents: str) -> int:
    import pymongo
    from bson.codec_options import CodecOptions
    from bson.raw_bson import RawBSONDocument

    events = (
        pymongo.MongoClient(url)
        .get_default_database()
        .get_collection("events", codec_options=CodecOptions(RawBSONDocument))
    )
    count = 0
    with open(documents, "wb") as file:
        for one in events.find({"type": "play"}):
            file.write(one.raw)
            count += 1
    return count


def duckdb(lines: str, store: str) -> int:
    import duckdb as engine

    database = engine.connect(store)
    database.execute(
        "create table play(id varchar primary key, listener varchar, data varchar, ended_at_ms bigint, ms bigint)"
    )
    database.execute(
        "insert into play select id, subject, data, (data->>'ended_at_ms')::bigint, (data->>'played_ms')::bigint from"
        " read_json(?, columns = {id: 'varchar', subject: 'varchar', data: 'json'}, format = 'newline_delimited')",
        [lines],
    )
    return database.execute("select count(*) from play").fetchone()[0]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["mongodb", documents, url]:
            print(mongodb(documents, url))
        case ["dump", url, documents]:
            print(dump(url, documents))
        case ["duckdb", lines, store]:
            print(duckdb(lines, store))
        case _:
            sys.exit(__doc__)
