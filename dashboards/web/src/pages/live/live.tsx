import { useEffect, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Attribution } from "../../components/attribution/attribution";
import { Outward } from "../../components/attribution/outward";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Length } from "../../components/length/length";
import { useListener } from "../../state/listeners";
import { go } from "../../state/location";
import { type Connection, type Playing, progressNow, toldAt, useSpotify } from "../../state/spotify";
import { useAnswer } from "../../state/use_answer";
import { features } from "../../text/features";
import { plural } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { onScale, type ProfileRow } from "../taste/profile_card";
import { ago, clock, localDate } from "./times";

/** The page's clock, once a second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Now({ playing, now }: { playing: Playing; now: number }) {
  const progress = progressNow(playing, now, toldAt());
  const share = playing.length_ms > 0 ? progress / playing.length_ms : 0;
  const outward = spotifyAddress(playing.kind === "episode" ? "episode" : "track", playing.track_id);
  return (
    <section class={playing.is_playing ? "now playing" : "now"} aria-label="What plays now">
      <p class="now-state">
        <span class="pulse" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        {playing.is_playing ? "Playing" : "Paused"}
        {playing.device && ` on ${playing.device}`}
        {playing.is_private && " · private session"}
      </p>
      <h1>{playing.title || "Something without a name"}</h1>
      <p class="now-artist">
        {playing.artist}
        {playing.album && <span> · {playing.album}</span>}
      </p>
      {playing.length_ms > 0 && (
        <div class="now-progress">
          <time>{clock(progress)}</time>
          <progress max={1} value={share} aria-label="How far it is" />
          <time>{clock(playing.length_ms)}</time>
        </div>
      )}
      {outward && (
        <a class="now-link" href={outward} target="_blank" rel="noreferrer">
          Open in Spotify
        </a>
      )}
    </section>
  );
}

/** The features of what plays against those of everything that the listener plays. */
function Against({ playing }: { playing: Playing }) {
  const profile = useAnswer("taste_profile");
  const own = useAnswer("taste_profile", { track: playing.track_id, min_ms: "0" });
  const now = own.answer ? rowsOf<ProfileRow>(own.answer) : [];
  return (
    <ChartCard
      title="How it fits"
      note="The band is where 8 of 10 of your plays lie, the line your mean, the dot this track"
      asked={profile}
      height={300}
      empty="No audio features are known yet: import a catalogue on the Data page."
    >
      {(answer) => {
        const rows = rowsOf<ProfileRow>(answer);
        return (
          <>
            <ul class="fits">
              {features.map((feature) => {
                const row = rows.find((r) => r.feature === feature.name);
                if (!row) return null;
                const dot = now.find((r) => r.feature === feature.name);
                const at = (value: number) => `${onScale(value, row.unit) * 100}%`;
                return (
                  <li key={feature.name}>
                    <span>{feature.label}</span>
                    <span
                      class="fit"
                      role="img"
                      aria-label={
                        dot
                          ? `${dot.mean.toFixed(2)}, your mean is ${row.mean.toFixed(2)}`
                          : `not known; your mean is ${row.mean.toFixed(2)}`
                      }
                    >
                      <i
                        class="band"
                        style={{
                          left: at(row.p10),
                          width: `${(onScale(row.p90, row.unit) - onScale(row.p10, row.unit)) * 100}%`,
                        }}
                      />
                      <i class="mean" style={{ left: at(row.mean) }} />
                      {dot && <i class="dot" style={{ left: at(dot.mean) }} />}
                    </span>
                  </li>
                );
              })}
            </ul>
            {own.answer && now.length === 0 && (
              <p class="note">No catalogue knows this track, or you hear it for the first time.</p>
            )}
          </>
        );
      }}
    </ChartCard>
  );
}

interface PlayRow {
  ended: string;
  track_id: string;
  track: string;
  artist: string;
  ms: number;
  mark: string | null;
  play: string;
}

const shownAtFirst = 12;

function Today() {
  const [all, setAll] = useState(false);
  const asked = useAnswer("plays_behind", {
    from: localDate(new Date()),
    limit: "100",
    min_ms: "0",
    by: "track",
  });
  return (
    <ChartCard
      tabular
      list
      title="Today"
      note={asked.answer ? `${plural(asked.answer.rows.length, "play")}, also the short ones` : undefined}
      asked={asked}
      height={300}
      empty="Nothing yet today."
    >
      {(answer) => (
        <>
          <ol class="plays">
            {rowsOf<PlayRow>(answer)
              .slice(0, all ? undefined : shownAtFirst)
              .map((play) => (
                <li key={play.play}>
                  <time dateTime={play.ended}>
                    {new Date(play.ended).toLocaleTimeString("en", {
                      hour: "2-digit",
                      minute: "2-digit",
                      hour12: false,
                    })}
                  </time>
                  <span class="what">
                    <b>
                      <Outward href={spotifyAddress("track", play.track_id)}>{play.track}</Outward>
                    </b>
                    <span>{play.artist}</span>
                  </span>
                  <Length ms={play.ms} mark={play.mark} />
                </li>
              ))}
          </ol>
          {answer.rows.length > shownAtFirst && (
            <p class="more">
              <button type="button" class="button quiet" onClick={() => setAll(!all)}>
                {all ? "Show the newest" : `Show all ${answer.rows.length}`}
              </button>
            </p>
          )}
        </>
      )}
    </ChartCard>
  );
}

function Standing({ connection, now }: { connection: Connection; now: number }) {
  const parts = [
    connection.looked_at && `player seen ${ago(now - Date.parse(connection.looked_at))}`,
    connection.read_at && `list read ${ago(now - Date.parse(connection.read_at))}`,
    connection.gaps_found > 0 && plural(connection.gaps_found, "gap"),
  ].filter(Boolean);
  return (
    <div class="standing">
      <p>{["Told by Spotify", ...parts].join(" · ")}</p>
      {connection.trouble && (
        <p role="status" class="notice-line">
          {connection.trouble}
        </p>
      )}
      {connection.notice && (
        <p class="notice-line">
          {connection.notice} <a href="/connect">Log in again</a>
        </p>
      )}
    </div>
  );
}

export function Live() {
  const state = useSpotify();
  const named = useListener();
  const now = useNow();
  const connection = state?.listeners.find((each) => each.listener === named) ?? state?.listeners[0];
  if (connection?.state !== "logged_in") {
    return (
      <section class="notice">
        <h1>{connection ? "A new login is needed" : "Nobody is connected yet"}</h1>
        <p>
          {connection
            ? "Spotify lets nobody in for longer than six months at a time."
            : "Connect Spotify once, and what you play shows here while it plays."}
        </p>
        <button type="button" class="button primary" onClick={() => go("/connect", new URLSearchParams())}>
          Connect Spotify
        </button>
      </section>
    );
  }
  return (
    <>
      {connection.playing ? (
        <Now playing={connection.playing} now={now} />
      ) : (
        <section class="now" aria-label="What plays now">
          <p class="now-state">Nothing plays</p>
          <h1>Silence</h1>
          <p class="now-artist">What you start on any device shows here.</p>
        </section>
      )}
      <Standing connection={connection} now={now} />
      <div class="grid">
        {connection.playing?.track_id && <Against playing={connection.playing} />}
        <Today />
      </div>
      <Attribution what="Titles and plays" />
    </>
  );
}
