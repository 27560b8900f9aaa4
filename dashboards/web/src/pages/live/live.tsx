import { useEffect, useState } from "preact/hooks";
import { Attribution } from "../../components/attribution/attribution";
import { useListeners } from "../../state/listeners";
import { go, usePlace } from "../../state/location";
import { type Connection, chooseConnection, progressNow, serverNow, useSpotify } from "../../state/spotify";
import { plural } from "../../text/format";
import { spotifyAddress, whyNotShown } from "../../text/spotify";
import { Against } from "./against_card";
import { ago, clock } from "./times";
import { Today } from "./today_card";

/** The server's clock, once a second. */
function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** What is heard, in words: its name and who plays it, or why there is neither. */
function heard({ playing, plays_unnamed }: Connection): { state: string; title: string; artist: string } {
  if (playing) {
    const where = playing.device && ` on ${playing.device}`;
    return {
      state: `${playing.is_playing ? "Playing" : "Paused"}${where}${playing.is_private ? " · private session" : ""}`,
      title: playing.title || "Something without a name",
      artist: playing.artist,
    };
  }
  if (plays_unnamed)
    return {
      state: "Playing",
      title: "Advertisement",
      artist: "Spotify does not name it. The music shows again after it.",
    };
  return { state: "Nothing plays", title: "Silence", artist: "What you start on any device shows here." };
}

/** `whose`: the name to be told, where there is more than one listener. */
function Now({ connection, now, whose }: { connection: Connection; now: number; whose: string }) {
  const { playing, plays_unnamed } = connection;
  const { state, title, artist } = heard(connection);
  const progress = playing ? progressNow(playing, now) : 0;
  const outward =
    playing && spotifyAddress(playing.kind === "episode" ? "episode" : "track", playing.track_id);
  const isPlaying = playing ? playing.is_playing : plays_unnamed === true;
  return (
    <section class={isPlaying ? "now playing" : "now"} aria-label="What plays now">
      <p class="now-state">
        {(playing || plays_unnamed) && (
          <span class="pulse" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        )}
        {whose && `${whose} · `}
        {state}
      </p>
      <h1 aria-live="polite">{title}</h1>
      <p class="now-artist">
        <b aria-live="polite">{artist}</b>
        {playing?.album && <span> · {playing.album}</span>}
      </p>
      {playing && playing.length_ms > 0 && (
        <div class="now-progress">
          <time>{clock(progress)}</time>
          <progress max={1} value={progress / playing.length_ms} aria-label="How far it is" />
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

/** Nobody's player can be shown: why, what to do about it, and whose could be. */
function NotConnected({
  listener,
  connection,
  others,
}: {
  listener: string;
  connection?: Connection;
  others: string[];
}) {
  const offer = new URLSearchParams(listener ? { listener } : {});
  const { title, why } = whyNotShown(listener, connection?.notice);
  return (
    <section class="notice">
      <h1>{title}</h1>
      <p>{why}</p>
      <div class="offers">
        <button type="button" class="button primary" onClick={() => go("/connect", offer)}>
          {listener && others.length > 0 ? `Connect Spotify for ${listener}` : "Connect Spotify"}
        </button>
        {others.map((each) => (
          <button
            key={each}
            type="button"
            class="button"
            onClick={() => go("/live", new URLSearchParams({ listener: each }))}
          >
            See what {each} plays
          </button>
        ))}
      </div>
    </section>
  );
}

export function Live() {
  const state = useSpotify();
  const { params } = usePlace();
  const { names: told, usual, failed } = useListeners();
  const names = told ?? [];
  const now = useNow();
  const connections = state?.listeners ?? [];
  const { connection, listener } = chooseConnection(params.get("listener"), usual, connections);
  // Every other view would show the usual one: where that is another, the address says whose this is.
  const isOther =
    !params.has("listener") && listener !== "" && listener !== usual && names.includes(listener);
  useEffect(() => {
    if (!isOther) return;
    const named = new URLSearchParams(params);
    named.set("listener", listener);
    go("/live", named, true);
  }, [isOther, listener, params]);
  // Whom the address means by naming nobody is not known yet; another's music is not shown meanwhile.
  if (!told && !failed) return null;
  const everyone = new Set([...names, ...connections.map((each) => each.listener)]);
  if (connection?.state !== "logged_in") {
    const others = connections.filter((each) => each.state === "logged_in" && each.listener !== listener);
    return (
      <NotConnected
        listener={listener}
        connection={connection}
        others={others.map((each) => each.listener)}
      />
    );
  }
  // The server refuses to tell of one it has no play of, unless it has none of anyone.
  const isHere = names.length === 0 || names.includes(listener);
  return (
    <>
      <Now connection={connection} now={now} whose={everyone.size > 1 ? listener : ""} />
      <Standing connection={connection} now={now} />
      {isHere && (
        <div class="grid">
          {connection.playing?.kind === "track" && connection.playing.track_id && (
            <Against playing={connection.playing} listener={listener} />
          )}
          <Today listener={listener} now={now} />
        </div>
      )}
      {!isHere && <p class="note">The first play of {listener} shows here when it is over.</p>}
      <Attribution what="Titles and plays" />
    </>
  );
}
