import { useEffect, useState } from "preact/hooks";
import { followSpotify } from "./live";

/** What the last look at a listener's player saw. */
export interface Playing {
  track_id: string;
  title: string;
  artist: string;
  album: string;
  kind: "track" | "episode" | "audiobook" | "unknown";
  is_playing: boolean;
  is_private: boolean;
  progress_ms: number;
  length_ms: number;
  device: string;
  seen_at_ms: number;
}

/** How one listener's connection to Spotify stands. */
export interface Connection {
  listener: string;
  state: "logged_in" | "login_needed";
  access_ends: string | null;
  notice: string;
  missing_scopes: string[];
  looked_at: string | null;
  read_at: string | null;
  facts_taken: number;
  gaps_found: number;
  playing: Playing | null;
  trouble: string | null;
  hint: string | null;
}

/** How the house stands with Spotify, as the live stream tells it. */
export interface SpotifyState {
  app: { client_id: string; redirect_uri: string; login_problem: string; logins: number };
  listeners: Connection[];
}

let known: SpotifyState | undefined;
let knownAt = 0;
const followers = new Set<(now: SpotifyState) => void>();

/** Takes a state in: the live stream's, or the answer to what was asked for. */
export function tellSpotify(state: SpotifyState) {
  known = state;
  knownAt = Date.now();
  for (const follower of followers) follower(state);
}

/** The state; undefined until the server has told it, and where it does not speak with Spotify. */
export function useSpotify(): SpotifyState | undefined {
  const [now, setNow] = useState(known);
  useEffect(() => {
    const stop = followSpotify((text) => tellSpotify(JSON.parse(text) as SpotifyState));
    followers.add(setNow as (now: SpotifyState) => void);
    setNow(known);
    return () => {
      stop();
      followers.delete(setNow as (now: SpotifyState) => void);
    };
  }, []);
  return now;
}

/** How far a track is now: it has played on since it was seen. By this page's clock from when it was told. */
export function progressNow(playing: Playing, now: number, toldAt: number): number {
  const onwards = playing.is_playing ? Math.max(0, now - toldAt) : 0;
  return Math.min(playing.length_ms, playing.progress_ms + onwards);
}

/** When the state was told last, by this page's clock. */
export function toldAt(): number {
  return knownAt;
}
