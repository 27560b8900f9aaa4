/** Plausible answers in the server's form, the same on every run. Conditions narrow them, so that tests can see it. */

const day = (n) => new Date(Date.UTC(2022, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
const month = (n) => `${2022 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}-01`;
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const wave = (i, step) => (1 + Math.sin(i * step)) / 2;
const unitFeatures = [
  "acousticness",
  "danceability",
  "energy",
  "instrumentalness",
  "liveness",
  "speechiness",
  "valence",
];
const artists = times(40, (i) => `Artist ${i + 1}`);

const lists = ["Gym", "Sunday morning", "Focus", "Road trip", "Slow dance"].map((name, i) => [
  `list${i}`,
  name,
]);

/** What the mock's listener corrected, newest first, and what each stated. */
const edits = [
  { row: ["a1", "hide", "2024-12-02T08:00:00Z", null, null, "Artist 40", "yes", 31], stated: {} },
  {
    row: [
      "a2",
      "exclude",
      "2024-12-01T08:00:00Z",
      "2024-11-02T23:00:00Z",
      "2024-11-03T05:00:00Z",
      null,
      "no",
      0,
    ],
    stated: {},
  },
];
const inForce = (kind) =>
  edits.filter(({ row }) => row[1] === kind && row[6] === "yes").map(({ stated }) => stated);

function titleOf([first, ...rest]) {
  const i = Number(first.replace("track", ""));
  return `Track ${i + 1}, ${artists[i % 7]}${rest.length > 0 ? `, and ${rest.length} more` : ""}`;
}

/** Takes an edit as the server does and gives its id. */
export function takeEdit(stated) {
  const undone = edits.find(({ row }) => stated.kind === "undo" && row[0] === stated.edit);
  if (undone) undone.row[6] = "no";
  if (stated.kind === "undo") return "u1";
  const id = `b${edits.length}`;
  const what = stated.zone ?? (stated.track ? titleOf([stated.track].flat()) : stated.artist);
  const [from, to] = [stated.from ?? stated.at ?? null, stated.to ?? stated.at ?? null];
  const instant = (at) => (at?.length === 10 ? `${at}T00:00:00Z` : at);
  const taken = stated.kind === "delete" ? 1 : 0;
  edits.unshift({
    row: [id, stated.kind, "2024-12-03T08:00:00Z", instant(from), instant(to), what, "yes", taken],
    stated,
  });
  return id;
}

/** By which track a track is counted when recordings are: track 2 and 3 have one ISRC, and edits say the rest. */
function recordingOf(track) {
  const own = (id) =>
    inForce("split").some((one) => one.track.includes(id)) || id !== "track2" ? id : "track1";
  const merged = inForce("merge").find((one) => one.track.map(own).includes(own(track)));
  return merged ? merged.track.map(own).sort()[0] : own(track);
}

function byRecording(rows) {
  const sums = new Map();
  for (const row of rows) {
    const id = recordingOf(row[1]);
    const sum = sums.get(id);
    if (sum) sum[4] += row[4];
    else sums.set(id, [...row]);
  }
  return [...sums.values()].sort((a, b) => b[4] - a[4]).map((row, i) => [i + 1, ...row.slice(1)]);
}

/** Each metric: columns as "name:type:unit", and rows for a weight 0..1 and the query. */
export const metrics = {
  rules: {
    columns: "rule:text: plays:integer:plays ms:integer:ms difference:integer:plays",
    rows: (w) =>
      [
        ["any", 1240],
        ["30s", 1000],
        ["half", 930],
        ["end", 700],
        ["wrapped", 880],
      ].map(([rule, plays]) => [
        rule,
        Math.round(plays * w),
        Math.round(plays * w) * 180_000,
        Math.round((plays - 1000) * w),
      ]),
  },
  rule_difference: {
    columns:
      "counted_by:text: why:text: track_id:text: track:text: artist:text: plays:integer:plays ms:integer:ms last_play:instant:UTC",
    rows: (_, query) =>
      query.get("rule") === query.get("against")
        ? []
        : times(12, (i) => [
            query.get("rule") ?? "any",
            "shorter than 30 s",
            `track${i}`,
            `Track ${i + 1}`,
            artists[i],
            24 - i,
            (24 - i) * 9_000,
            "2024-12-01T08:00:00Z",
          ]),
  },
  wrapped: {
    columns:
      "rank:integer: rule:text: cutoff:date: off:decimal:share minutes:integer:min plays:integer:plays artists:integer:artists tracks:integer:tracks top_artist:text: top_artist_minutes:integer:min top_track:text: top_track_plays:integer:plays",
    rows: (_, query) =>
      times(5, (i) => [
        i + 1,
        ["wrapped", "30s", "half"][i % 3],
        `2024-11-${15 + i}`,
        query.has("said") ? i * 0.004 : null,
        41_200 + i * 90,
        9_000 + i * 30,
        812 + i,
        2_400 + i,
        "Artist 1",
        1_800,
        "Track 1",
        95,
      ]),
  },
  edits: {
    columns:
      "edit_id:text: kind:text: stated:instant:UTC from:instant:UTC to:instant:UTC what:text: in_force:text: plays:integer:plays",
    rows: () => edits.map(({ row }) => row),
  },
  proposed_edits: {
    columns:
      "reason:text: from:instant:UTC to:instant:UTC plays:integer:plays ms:integer:ms what:text: track:text:",
    rows: () => [
      ["loop", "2024-10-05T23:00:00Z", "2024-10-06T05:00:00Z", 84, 21_600_000, "track3", "Track 4"],
      ["country", "2024-09-01T10:00:00Z", "2024-09-01T11:00:00Z", 12, 2_400_000, "US", null],
    ],
  },
  spotify_lists: {
    columns: "list:text: range:text: rank:integer: id:text: name:text: artist:text: stated:instant:UTC",
    rows: () => [
      ...["short_term", "medium_term", "long_term"].flatMap((range) =>
        times(50, (i) => [
          "top_tracks",
          range,
          i + 1,
          `track${i}`,
          `Track ${i + 1}`,
          artists[i % 7],
          "2024-12-01T08:00:00Z",
        ]),
      ),
      ...times(6, (i) => [
        "followed_artists",
        null,
        i + 1,
        `artist${i}`,
        artists[i],
        null,
        "2024-12-01T08:00:00Z",
      ]),
    ],
  },
  gaps: {
    columns: "from:instant:UTC to:instant:UTC reason:text:",
    rows: () => [
      [
        "2024-05-01T10:00:00Z",
        "2024-05-02T09:00:00Z",
        "Spotify shows 50 plays at most, and all of them were new",
      ],
    ],
  },
  playlists: {
    columns:
      "playlist_id:text: name:text: tracks:integer:tracks ms:integer:ms features_known:integer:tracks plays:integer:plays",
    rows: (w) =>
      lists.map(([id, name], i) => [id, name, 40 + i * 9, 4e8, 36 + i * 7, Math.round((900 - i * 120) * w)]),
  },
  playlist_profile: {
    columns:
      "feature:text: unit:text: mean:decimal: stddev:decimal: p10:decimal: p50:decimal: p90:decimal: tracks:integer:tracks coverage_tracks:decimal:share",
    rows: (_, query) => {
      const at = Math.max(
        0,
        lists.findIndex(([id]) => id === query.get("playlist")),
      );
      const mean = (i) => Number((0.15 + 0.7 * wave(i + at, 1.7)).toFixed(3));
      return [
        ...unitFeatures.map((f, i) => [f, "0..1", mean(i), 0.2, 0.05, mean(i), 0.95, 36, 0.9]),
        ["loudness", "dB", -9.2 - at, 4, -16, -8, -4, 36, 0.9],
        ["tempo", "BPM", 100 + at * 12, 28, 82, 118, 160, 36, 0.9],
      ];
    },
  },
  playlist_distance: {
    columns: "playlist_a:text: playlist_b:text: distance:decimal:",
    rows: () =>
      lists
        .flatMap(([a], i) =>
          lists.slice(i + 1).map(([b], j) => [a, b, Number((0.3 + wave(i * 3 + j, 0.9)).toFixed(3))]),
        )
        .sort((x, y) => x[2] - y[2]),
  },
  playlist_outliers: {
    columns: "playlist_id:text: track_id:text: track:text: artist:text: distance:decimal: feature:text:",
    rows: (_, query) =>
      times(4, (i) => [
        query.get("playlist"),
        `track${i}`,
        `Track ${i + 1}`,
        artists[i],
        2.4 - i * 0.2,
        "acousticness",
      ]),
  },
  playlist_tracks: {
    columns: `playlist_id:text: track_id:text: track:text: artist:text: added:instant:UTC plays:integer:plays ${unitFeatures.map((f) => `${f}:decimal:0..1`).join(" ")} tempo:decimal:BPM`,
    rows: (w, query) =>
      times(40, (i) => [
        query.get("playlist"),
        `track${i}`,
        `Track ${i + 1}`,
        artists[i],
        "2024-03-02T00:00:00Z",
        Math.round((80 - i) * w),
        ...unitFeatures.map((_, k) => (i % 9 === 8 ? null : Number(wave(i + k, 0.8).toFixed(3)))),
        i % 9 === 8 ? null : 90 + i,
      ]),
  },
  overview: {
    columns:
      "plays_all:integer:plays plays:integer:plays ms:integer:ms tracks:integer:tracks artists:integer:artists albums:integer:albums first_play:instant:UTC last_play:instant:UTC active_days:integer:days",
    rows: (w) => [
      w === 0
        ? [0, 0, 0, 0, 0, 0, null, null, 0]
        : [
            Math.round(60000 * w),
            Math.round(52000 * w),
            Math.round(12e9 * w),
            5000,
            400,
            600,
            "2022-01-01T08:00:00Z",
            "2024-12-30T21:00:00Z",
            900,
          ],
    ],
  },
  feature_conflicts: {
    columns:
      "track_id:text: track:text: artist:text: feature:text: chosen:text: chosen_value:decimal: catalogue:text: value:decimal: plays:integer:plays",
    rows: () => [["track0", "Track 1", "Artist 1", "valence", "songs", 0.9, "charts", 0.4, 12]],
  },
  top_tracks: {
    columns:
      "rank:integer: track_id:text: track:text: artist:text: plays:integer:plays ms:integer:ms first_play:instant:UTC last_play:instant:UTC",
    rows: (w, query) => {
      const wanted = query.getAll("track");
      const rows = times(20, (i) => [
        i + 1,
        `track${i}`,
        `Track ${i + 1}`,
        artists[i % 7],
        Math.round((240 - i * 9) * w),
        9e6,
        "2022-01-02T08:00:00Z",
        "2024-11-02T08:00:00Z",
      ]).filter((row) => wanted.length === 0 || wanted.includes(row[1]));
      return query.get("by") === "recording" ? byRecording(rows) : rows;
    },
  },
  top_artists: {
    columns: "rank:integer: artist:text: plays:integer:plays ms:integer:ms tracks:integer:tracks",
    rows: (w) => artists.map((a, i) => [i + 1, a, Math.round(3000 * w) - i * 40, 4e8, 20]),
  },
  top_albums: {
    columns: "rank:integer: album:text: artist:text: plays:integer:plays ms:integer:ms tracks:integer:tracks",
    rows: () => times(12, (i) => [i + 1, `Album ${i + 1}`, artists[i], 900 - i * 50, 2e8, 11]),
  },
  top_genres: {
    columns: "rank:integer: genre:text: plays:integer:plays ms:integer:ms artists:integer:artists",
    rows: () => times(12, (i) => [i + 1, `genre ${i + 1}`, 4000 - i * 200, 8e8, 30]),
  },
  timeline: {
    columns: "period:date: plays:integer:plays ms:integer:ms tracks:integer:tracks artists:integer:artists",
    rows: (w) => times(36, (i) => [month(i), 900, Math.round((6e7 + wave(i, 0.5) * 9e7) * w), 300, 80]),
  },
  calendar: {
    columns: "date:date: plays:integer:plays ms:integer:ms",
    rows: () => times(1000, (i) => [day(i), 20, Math.round(wave(i, 0.37) * 2e7)]),
  },
  clock: {
    columns: "weekday:integer: hour:integer: plays:integer:plays ms:integer:ms",
    rows: () => times(168, (i) => [Math.floor(i / 24) + 1, i % 24, 90, Math.round(wave(i % 24, 0.3) * 9e7)]),
  },
  sessions: {
    columns: "started:instant:UTC ended:instant:UTC plays:integer:plays ms:integer:ms",
    rows: () =>
      times(500, (i) => [
        `${day(i)}T07:00:00Z`,
        `${day(i)}T08:00:00Z`,
        12,
        Math.round(wave(i, 0.9) * 1.1e7) + 1,
      ]),
  },
  streaks: {
    columns: "start:date: end:date: days:integer:days",
    rows: () => times(8, (i) => [day(i * 90), day(i * 90 + 60 - i * 5), 61 - i * 5]),
  },
  discoveries: {
    columns:
      "period:date: new_tracks:integer:tracks new_artists:integer:artists plays_of_new:integer:plays plays:integer:plays",
    rows: () => times(36, (i) => [month(i), 60, 12, 120, 800]),
  },
  diversity: {
    columns:
      "period:date: artists:integer:artists plays:integer:plays effective_artists:decimal:artists top_share:decimal:share",
    rows: () => times(36, (i) => [month(i), 90, 800, 40 + wave(i, 0.4) * 20, 0.11]),
  },
  skips: {
    columns: "artist:text: plays_all:integer:plays skipped:integer:plays share:decimal:share",
    rows: () => times(10, (i) => [artists[i], 900 - i * 50, 90 - i * 5, 0.1]),
  },
  repeats: {
    columns: "track_id:text: track:text: artist:text: date:date: plays:integer:plays",
    rows: () => times(10, (i) => [`track${i}`, `Track ${i + 1}`, artists[i], day(i * 31), 12 - i]),
  },
  habits: {
    columns: "dimension:text: value:text: plays_all:integer:plays ms:integer:ms",
    rows: () => [
      ["platform", "ios", 30000, 6e9],
      ["platform", "windows", 20000, 4e9],
      ["platform", null, 10000, 2e9],
      ["country", "FR", 60000, 12e9],
      ["shuffle", "yes", 20000, 4e9],
    ],
  },
  taste_profile: {
    columns:
      "feature:text: unit:text: mean:decimal: stddev:decimal: p10:decimal: p50:decimal: p90:decimal: plays:integer:plays coverage_ms:decimal:share",
    rows: () => [
      ...unitFeatures.map((f, i) => [
        f,
        "0..1",
        0.15 + i * 0.1,
        0.2,
        0.05,
        0.15 + i * 0.1,
        0.95,
        50000,
        0.91,
      ]),
      ["loudness", "dB", -9.2, 4, -16, -8, -4, 50000, 0.91],
      ["tempo", "BPM", 118.4, 28, 82, 118, 160, 50000, 0.91],
    ],
  },
  taste_distribution: {
    columns: "feature:text: bin_from:decimal: bin_to:decimal: plays:integer:plays ms:integer:ms",
    rows: () =>
      unitFeatures.flatMap((f) =>
        times(20, (i) => [f, i / 20, (i + 1) / 20, Math.round(wave(i, 0.3) * 4000), 1e8]),
      ),
  },
  taste_timeline: {
    columns: "period:date: feature:text: mean:decimal: plays:integer:plays",
    rows: () =>
      times(12, (p) =>
        unitFeatures.map((f, i) => [month(p * 3), f, 0.3 + wave(p + i, 0.5) * 0.3, 800]),
      ).flat(),
  },
  taste_clock: {
    columns: "hour:integer: feature:text: mean:decimal: plays:integer:plays",
    rows: () =>
      times(24, (h) => unitFeatures.map((f, i) => [h, f, 0.4 + wave(h + i, 0.26) * 0.2, 800])).flat(),
  },
  taste_map: {
    columns: "x_bin:decimal: y_bin:decimal: plays:integer:plays ms:integer:ms",
    rows: () =>
      times(300, (i) => [(i % 20) / 20, Math.floor(i / 20) / 20, Math.round(wave(i, 0.21) * 90) + 1, 1e7]),
  },
  sources: {
    columns:
      "source:text: plays:integer:plays merged:integer:events first_play:instant:UTC last_play:instant:UTC",
    rows: () => [["extended", 60000, 12, "2022-01-01T08:00:00Z", "2024-12-30T21:00:00Z"]],
  },
  rejects: {
    columns: "source:text: file:text: position:text: reason:text: count:integer:records",
    rows: () => [
      ["extended streaming history", "Streaming_History_Audio_0.json", "record 7", "ts is missing", 1],
    ],
  },
  ledger: {
    columns: "source:text: file:text: bucket:text: rows:integer:rows",
    rows: () => [
      ["extended streaming history", "Streaming_History_Audio_0.json", "accepted", 60000],
      ["extended streaming history", "Streaming_History_Audio_0.json", "rejected", 1],
    ],
  },
  ledger_rows: {
    columns:
      "source:text: file:text: row:integer: rows:integer:rows bucket:text: ended:instant:UTC track:text: artist:text: ms:integer:ms play:text: why:text:",
    rows: () => [
      [
        "extended streaming history",
        "Streaming_History_Audio_0.json",
        1,
        1,
        "accepted",
        "2024-12-01T08:00:00Z",
        "Track 1",
        artists[0],
        200_000,
        "00000000000000f",
        "",
      ],
    ],
  },
  plays_behind: {
    columns:
      "ended:instant:UTC track_id:text: track:text: artist:text: ms:integer:ms source:text: witnesses:integer:statements mark:text: play:text:",
    rows: (w) =>
      times(Math.round(2000 * w), (i) => [
        new Date(Date.UTC(2024, 11, 1, 8) - i * 240_000).toISOString(),
        `track${i}`,
        `Track ${i + 1}`,
        artists[i % 7],
        200_000,
        "extended",
        1,
        i % 5 === 3 ? "length estimated" : "",
        i.toString(16).padStart(15, "0"),
      ]).filter((row) => !inForce("delete").some(({ at, track }) => at === row[0] && track === row[1])),
  },
  witnesses: {
    columns:
      "play:text: source:text: file:text: row:integer: ended:instant:UTC ms:integer:ms track:text: artist:text: became:text:",
    rows: (_, query) => [
      [
        query.get("play") ?? "",
        "extended",
        "Streaming_History_Audio_0.json",
        1,
        "2024-12-01T08:00:00Z",
        200_000,
        "Track 1",
        artists[0],
        "the play",
      ],
    ],
  },
  coverage: {
    columns: "date:date: hour:integer: live:integer:plays export:integer:plays gap:integer:minutes",
    rows: () =>
      times(240, (i) => [day(Math.floor(i / 10)), 8 + (i % 10), i % 3, i % 4, i % 11 === 0 ? 30 : 0]),
  },
  overlaps: {
    columns: "period:date: plays:integer:plays overlaps:integer:plays ms:integer:ms",
    rows: () => [["2024-01-01", 60000, 12, 90_000]],
  },
  settlement: {
    columns:
      "period:date: settled:integer:plays added:integer:plays unmatched:integer:plays recall:decimal:share ms_before:integer:ms ms_after:integer:ms change:decimal:share",
    rows: () => [["2024-12-01", 312, 9, 1, 0.972, 60_000_000, 57_540_000, -0.041]],
  },
  catalogue: {
    columns: "catalogue:text: tracks:integer:tracks conflicts:integer:tracks added:date:",
    rows: () => [["tracks", 6444, 3, "2024-12-30"]],
  },
  feature_sources: {
    columns: "provenance:text: tracks:integer:tracks plays:integer:plays ms:integer:ms",
    rows: () => [
      ["catalogue id", 4500, 45000, 10e9],
      ["catalogue names", 300, 3000, 1e9],
      ["none", 200, 4000, 1e9],
    ],
  },
};

/** Metrics that do not rest on plays: of them only what was refused is told. */
const overNoPlays =
  /^(edits|proposed_edits|gaps|sources|rejects|ledger|ledger_rows|catalogue|spotify_lists|playlist_\w+|witnesses)$/;

function limitsOf(name) {
  const features = /^taste_|^feature_sources$/.test(name) ? { feature_coverage_ms: 0.91 } : {};
  return { ...features, rejects: 1, ...(overNoPlays.test(name) ? {} : { gaps: 1, estimated_plays: 400 }) };
}

/** An answer under a query; an artist called "Nobody" has no plays. */
export function answer(name, query) {
  const { columns, rows } = metrics[name];
  const narrowed = query.has("artist") || query.has("from") || query.has("hours");
  const weight = query.get("artist") === "Nobody" ? 0 : narrowed ? 0.25 : 1;
  const made = weight === 0 && name !== "overview" ? [] : rows(weight, query);
  return {
    metric: name,
    listener: query.get("listener") ?? "me",
    conditions: { tz: "UTC", x: "valence", y: "energy", ...Object.fromEntries(query) },
    data_version: "mock",
    columns: columns.split(" ").map((text) => {
      const [column, type, unit] = text.split(":");
      return { name: column, type, unit };
    }),
    rows: made.slice(0, Number(query.get("limit") ?? 100_000)),
    limits: limitsOf(name),
  };
}

export function values(dimension, text) {
  const all = dimension === "artist" ? artists : times(8, (i) => `${dimension} ${i + 1}`);
  return all
    .filter((v) => v.toLowerCase().includes(text.toLowerCase()))
    .slice(0, 12)
    .map((value, i) => ({ value, plays: 900 - i }));
}

/** An audit of six minutes ago that found one figure that differs. */
export function audit() {
  const difference = {
    metric: "top_tracks",
    listener: "me",
    conditions: '{"tz":"UTC","min_ms":30000}',
    row: 0,
    row_key: "Rain, Ann",
    column: "plays",
    expected: "12",
    found: "13",
    plays: 12,
    events: [
      {
        event: "0123456789abcde0123456789abcde",
        ended: "2021-03-28T01:30:00Z",
        ms: 61000,
        track: "Rain",
        artist: "Ann",
      },
    ],
  };
  const report = {
    store: "warehouse",
    data_version: "mock",
    finished: new Date(Date.now() - 6.5 * 60_000).toISOString(),
    ms: 1234,
    seed: 7,
    samples: 20,
    lake_events: 1000,
    plays: 900,
    answers: 200,
    figures: 42318,
    differing: 1,
    listeners: ["me"],
    unchanged: [],
    metrics: Object.keys(metrics),
    not_audited: ["tomorrow"],
    differences: [difference],
  };
  const progress = { answers: 200, of_answers: 200, figures: 42318, differing: 1 };
  return { is_running: false, progress, data_version: "mock", report };
}
