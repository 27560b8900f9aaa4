"""Writes the fuzz targets' seeds: small invented samples of every shape that a target reads.

Shape:   in: a folder; out: <folder>/<target>/<name> for each target that has seeds, and <folder>/<target>.dict
         with the words that a fuzzer would not guess.
Effects: none beyond the folder; the same bytes each time.
"""

from __future__ import annotations

import gzip
import io
import json
import pathlib
import sys
import zipfile

TRACK = "2J3n32GeLmMjwuAzyhcSNe"
EXTENDED = {
    "ts": "2019-01-01T00:00:10Z",
    "username": "SECRETname1",
    "platform": "ios",
    "ms_played": 60001,
    "conn_country": "DE",
    "ip_addr_decrypted": "SECRET203.0.113.7",
    "user_agent_decrypted": "SECRETagent",
    "master_metadata_track_name": 'So, {"odd"} }, {',
    "master_metadata_album_artist_name": "Ärtist",
    "master_metadata_album_album_name": "Album",
    "spotify_track_uri": f"spotify:track:{TRACK}",
    "episode_name": None,
    "episode_show_name": None,
    "spotify_episode_uri": None,
    "audiobook_title": None,
    "reason_start": "trackdone",
    "reason_end": "fwdbtn",
    "shuffle": False,
    "skipped": None,
    "offline": True,
    "offline_timestamp": 1546300800,
    "incognito_mode": True,
}
ACCOUNT = {"endTime": "2023-03-01 12:34", "artistName": "A", "trackName": "T", "msPlayed": 1000}
ITEM = {
    "track": {"trackName": "T", "artistName": "A", "albumName": "B", "trackUri": f"spotify:track:{TRACK}"},
    "episode": None,
    "localTrack": None,
    "addedDate": "2020-01-31",
}
PLAYLISTS = {
    "playlists": [
        {
            "name": "L",
            "lastModifiedDate": "2020-02-01",
            "collaborators": [],
            "items": [ITEM],
            "description": None,
            "numberOfFollowers": 0,
        },
        {"name": "L", "items": []},
        {"name": "no items"},
    ]
}
LIBRARY = {
    "tracks": [{"artist": "A", "album": "B", "track": "T", "uri": f"spotify:track:{TRACK}"}, {}],
    "albums": [],
    "shows": [],
    "episodes": [],
    "bannedTracks": [],
    "other": [],
}
TOLD_HISTORIES = [
    (
        b'{"inserted_at": 1748964422.5, "listened_at": 1748964167, "track_metadata": {"track_name": "T } , {",'
        b' "artist_name": "A", "release_name": "B", "additional_info": {"isrc": "GBAYE8100053", "duration_ms": 206760,'
        b' "spotify_id": "https://open.spotify.com/track/2J3n32GeLmMjwuAzyhcSNe", "music_service": "spotify.com",'
        b' "submission_client": "listenbrainz"}}}\n{"listened_at": 1, "track_metadata": {}}\n\nx\n'
    ),
    (
        b'{"payload": {"count": 1, "listens": [{"listened_at": 1635138793, "track_metadata": {"artist_name": "A",'
        b' "track_name": "B", "additional_info": {"duration": 61.5, "duration_played": 60}}, "user_name": "u"}]}}'
    ),
    (
        b'{"maloja": {"export_time": 1}, "scrobbles": [{"time": 1760532613, "track": {"artists": ["A"], "title": "T",'
        b' "album": {"albumtitle": "B"}, "length": 220}, "duration": 100, "origin": "client:x"}]}'
    ),
    (
        b'{"version": "1", "user": "u", "listens": [{"listened_at": "2025-05-01T10:00:00Z", "track": {"duration": 200,'
        b' "aliases": [{"alias": "T", "is_primary": true}]}, "album": {"aliases": []}, "artists": [{"is_primary": true,'
        b' "aliases": [{"alias": "A", "is_primary": true}]}]}]}'
    ),
    (
        b'[{"track": [{"artist": {"#text": "A"}, "album": {"#text": "B"}, "name": "T", "date": {"uts": "1704067200"}}],'
        b' "@attr": {"page": "1"}}]'
    ),
    b'{"username": "u", "scrobbles": [{"track": "T", "artist": "A", "album": "B", "date": 1704067200000}]}',
    b"uts,utc_time,artist,album,track\n1704067200,x,A,B,T\n",
    b"Artist;Album;AlbumId;Track;Date#u\nA;B;;T;1704067200000\n",
    b'A,B,T,"01 Jan 2024, 00:00"\nA,B,T,1 Jan 2024 00:00\n',
]
PLAYS_CSV = (
    "spotify_track_uri,ts,platform,ms_played,track_name,artist_name,album_name,reason_start,reason_end,"
    f'shuffle,skipped\r\n{TRACK},2013-07-08 02:44:34,web player,3185,"Say, ""It""",M,W,autoplay,'
    f'clickrow,FALSE,TRUE\r\n{TRACK},08.07.2013 02:44,ios,0,"Two\nlines",M,W,,,,\r\n'
)
CATALOGUE_CSV = (
    "id;name;artists;energy;valence;tempo;key;duration_ms\n"
    f'{TRACK};"semi;colon";[\'A\', "B\'s"];0,5;0,25;120,1;C#;200100\n;x;y;1;2;3;4;5\n'
)
CHART_CSV = f"position\tsong id\ttrack name\tartist\tstreams\n1\t{TRACK}\tT\tA, B\t48,633,449\n"
API_TRACK = {
    "id": TRACK,
    "uri": f"spotify:track:{TRACK}",
    "name": "T",
    "type": "track",
    "duration_ms": 204053.0,
    "explicit": False,
    "is_local": False,
    "is_playable": None,
    "disc_number": 1,
    "track_number": 2,
    "popularity": 5,
    "external_ids": {"isrc": "USRC11301695"},
    "linked_from": {"id": TRACK},
    "restrictions": {"reason": "market"},
    "album": {
        "id": "a",
        "name": "A",
        "album_type": "single",
        "release_date": "2013",
        "release_date_precision": "year",
        "total_tracks": 1,
        "artists": [{"id": "x", "name": "X"}],
        "images": [{"url": "u", "width": 64}],
    },
    "artists": [{"id": "x", "name": "X", "genres": ["pop"], "followers": {"total": 3}}],
}
API_EPISODE = {
    "id": "e",
    "name": "E",
    "type": "episode",
    "duration_ms": 5,
    "show": {"id": "s", "name": "S"},
    "resume_point": {"fully_played": False, "resume_position_ms": 3},
}
API_ANSWERS = [
    API_TRACK,
    API_EPISODE,
    {
        "items": [
            {
                "track": API_TRACK,
                "played_at": "2021-10-25T05:13:13.658Z",
                "context": {"type": "album", "uri": "u"},
            },
            None,
        ],
        "next": None,
        "cursors": {"after": "1", "before": "2"},
        "limit": 50,
    },
    {
        "timestamp": 1,
        "progress_ms": 2,
        "is_playing": True,
        "currently_playing_type": "track",
        "item": API_TRACK,
        "context": None,
        "device": {"id": None, "name": "D", "volume_percent": None},
        "repeat_state": "off",
        "shuffle_state": True,
        "actions": {"disallows": {"resuming": True}},
    },
    {
        "items": [
            {
                "added_at": "2022-05-20T14:10:29Z",
                "added_by": {"id": "u"},
                "is_local": False,
                "item": API_EPISODE,
            },
            {"added_at": None, "added_by": None, "track": None},
        ],
        "total": 2,
    },
    {
        "id": "p",
        "name": "P",
        "snapshot_id": "s",
        "owner": {"id": "u", "display_name": None},
        "images": None,
        "items": {"total": 3},
        "public": None,
        "collaborative": False,
    },
    {
        "audio_features": [
            {"id": TRACK, "danceability": 0.8, "key": -1, "mode": 1, "tempo": 0, "loudness": -60.5},
            None,
        ]
    },
    {"id": "u", "account_id": "a", "display_name": None, "country": "DE"},
]
CALLBACKS = [
    b"code=a%2Fb&state=s",
    b"error=access_denied&state=s",
    b"code=a&state=s&state=t",
    b"code=&state=%00",
    b'{"error":{"status":403,"message":"Insufficient client scope","reason":"QUOTA_EXCEEDED"}}',
    b"48925",
    b'{"error":"invalid_grant"}',
    b"http://127.0.0.1:8300/callback",
    b'{"version":1,"listener":"me","refresh_token":"r","access_ends_at_ms":5}',
]
CONDITIONS = (
    "from=2020-01-31\nto=2020-02-01T12:00:00Z\ntz=Europe/Paris\nmin-ms=0\nhours=22-2\nweekdays=sat,7,Mon\n"
    'playlist=x\nartist=Ä\nalbum="q"\ntrack=t\ngenre=pop\nsource=csv\nplatform=ios\ncountry=DE\n'
    "released=1990-1999\nshuffle=yes\nskipped=no\noffline=no\nfeature=energy>=0.8\nfeature= tempo < 1e2\n"
    "limit=5\nby=recording\ngrain=day\nweight=ms\nx=energy\ny=key\nrule=half\nagainst=end\nyear=2023\nsaid=minutes=5\n"
    "said=top_artist=A"
)

LAKE_PLAY = (
    '{"specversion":"1.0","id":"00000000000001a00000000000002b","source":"extended","type":"play","subject":"me",'
    '"time":"2020-01-01T10:00:00Z","data":{"kind":"track","ended_at_ms":1577872800000,"played_ms":40000,'
    '"item_id":"0000000000000000000001","title":"S\u00e4y \\"it\\"","artist":"A","album":"B","platform":"ios","shuffle":true}}\n'
)


def _zip(entries: dict[str, bytes], packing: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return out.getvalue()


def _zstd_frame(content: bytes) -> bytes:
    """A frame of one raw block, with its size and without a checksum."""
    size = len(content)
    return b"\x28\xb5\x2f\xfd\x20" + bytes([size]) + ((size << 3) | 1).to_bytes(3, "little") + content


def seeds() -> dict[str, list[bytes]]:
    """Each target's samples."""
    history = [
        [],
        [EXTENDED],
        [EXTENDED, {**EXTENDED, "ms_played": -5}],
        [ACCOUNT, ACCOUNT],
        [EXTENDED, 5, None, [1]],
        [{**ACCOUNT, "podcastName": "P", "episodeName": "E"}],
        [{"ts": "2019-01-01T00:00:10+05:45"}],
    ]
    texts = [json.dumps(sample, ensure_ascii=False).encode() for sample in history]
    plain = texts[1]
    frames = [_zstd_frame(b'{"a":1}\n'), _zstd_frame(b'{"b":2}\n{"b":3}\n')]
    return {
        "sources_json_history_fuzz": [
            *texts,
            json.dumps(history[2], indent=2).encode(),
            plain[:-40],
            b"\xef\xbb\xbf" + plain,
            plain.replace("Ä".encode(), b"\xc4"),
        ],
        "sources_json_library_fuzz": [
            json.dumps(PLAYLISTS).encode(),
            json.dumps(LIBRARY).encode(),
            b'{"playlists":[]}',
            b'{"tracks":null}',
        ],
        "sources_csv_fuzz": [
            PLAYS_CSV.encode(),
            CATALOGUE_CSV.encode(),
            CHART_CSV.encode(),
            CATALOGUE_CSV.encode("utf-16"),
            PLAYS_CSV.replace("Say", "Séy").encode("cp1252"),
            b"endTime,artistName,trackName,msPlayed\n2023-03-01 12:34,A,T,1000\n",
        ],
        "sources_told_history_fuzz": TOLD_HISTORIES,
        "sources_detect_fuzz": [
            *(b"\x08" + told for told in TOLD_HISTORIES),
            b"\x00" + plain,
            b"\x03" + texts[3],
            b"\x05" + json.dumps(PLAYLISTS).encode(),
            b"\x06" + json.dumps(LIBRARY).encode(),
            b"\x07" + CATALOGUE_CSV.encode(),
        ],
        "adapters_file_input_files_fuzz": [
            plain,
            gzip.compress(plain, mtime=0),
            gzip.compress(b"ab", mtime=0) + gzip.compress(b"c", mtime=0),
            _zip({"MyData/endsong_0.json": plain, "MyData/": b""}, zipfile.ZIP_DEFLATED),
            _zip({"../x.json": b"[]", "y.csv": b""}, zipfile.ZIP_STORED),
        ],
        "adapters_file_segment_log_fuzz": [
            b"",
            frames[0],
            frames[0] + frames[1],
            frames[0] + frames[1][:-3],
            b"\x50\x2a\x4d\x18\x02\x00\x00\x00ab" + frames[0],
        ],
        "warehouse_play_rows_fuzz": [
            LAKE_PLAY.encode(),
            (LAKE_PLAY + LAKE_PLAY.replace("Säy", "Else")).encode(),
            LAKE_PLAY.replace("extended", "account").encode()[:-9],
        ],
        "model_conditions_fuzz": [line.encode() for line in CONDITIONS.split("\n")] + [CONDITIONS.encode()],
        "server_import_events_fuzz": [
            b'event: progress\ndata: {"phase":"read","bytes":1}\n\n',
            b'event: file\ndata: {"file":"a.json","read":2,"accepted":2}\n\n',
        ],
        "sources_spotify_answers_json_fuzz": [json.dumps(answer).encode() for answer in API_ANSWERS],
        "sources_spotify_callback_fuzz": CALLBACKS,
        "server_request_fuzz": [
            b"/api/v1/metrics/m?from=2020-01-01\nGET\n127.0.0.1\n",
            b"/healthz\nGET\nlocalhost\n",
            b"/api/v1/import?name=x.zip\nPOST\nmusic.home\nhttp://music.home\n\ngzip\nbody\n",
        ],
    }


def words() -> dict[str, list[str]]:
    """Each target's dictionary."""
    names = [*EXTENDED, *ACCOUNT, "user\\u006eame", "}, {", "null"]
    return {
        "sources_json_history_fuzz": names,
        "sources_json_library_fuzz": [
            "playlists",
            "items",
            "localTrack",
            "trackUri",
            "tracks",
            *ITEM["track"],
        ],
        "sources_told_history_fuzz": [
            "listened_at",
            "track_metadata",
            "additional_info",
            "scrobbles",
            "listens",
            "aliases",
            "#text",
            "uts",
            "\n{",
        ],
        "sources_csv_fuzz": [
            "ts",
            "endTime",
            "ms_played",
            "track_name",
            "energy",
            "valence",
            "tempo",
            "genre",
            "artist",
            "username",
            "\r\n",
            '""',
            "release_date",
            "duration",
            "explicit",
            "isrc",
        ],
        "warehouse_play_rows_fuzz": [
            "id",
            "subject",
            "data",
            "ended_at_ms",
            "played_ms",
            "item_id",
            "title",
            "null",
            "\n",
        ],
        "sources_spotify_answers_json_fuzz": sorted(
            {key for answer in API_ANSWERS for key in [*answer, *API_TRACK, *API_EPISODE]}
        ),
        "sources_spotify_callback_fuzz": [
            "code=",
            "state=",
            "error=",
            "&",
            "%00",
            "%0d",
            "invalid_grant",
            "premium",
            "scope",
        ],
        "model_conditions_fuzz": [line.split("=")[0] + "=" for line in CONDITIONS.split("\n")],
    }


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    for target, samples in seeds().items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, sample in enumerate(samples):
            (folder / target / f"seed_{number:02}").write_bytes(sample)
    for target, entries in words().items():
        lines = ['"' + "".join(f"\\x{byte:02x}" for byte in entry.encode()) + '"' for entry in entries]
        (folder / f"{target}.dict").write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
