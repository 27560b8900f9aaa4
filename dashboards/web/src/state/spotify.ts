import { useEffect } from "preact/hooks";
import { clockAhead, followSpotify } from "./live";
import { shared, useShared } from "./shared";

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
  /** By the server's clock. */
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
  /** Something plays that Spotify does not name: an advertisement. */
  plays_unnamed?: boolean;
  trouble: string | null;
  /** What stands in the way of lists and of how tracks sound. */
  library_trouble?: string | null;
  hint: string | null;
}

/** How the house stands with Spotify, as the live stream tells it. */
export interface SpotifyState {
  app: { client_id: string; redirect_uri: string; login_problem: string; logins: number };
  listeners: Connection[];
}

const known = shared<SpotifyState | undefined>(undefined);

/** Takes a state in: the live stream's, or the answer to what was asked for. */
export const tellSpotify: (state: SpotifyState) => void = known.tell;

/** The state; undefined until the server has told it, and where it does not speak with Spotify. */
export function useSpotify(): SpotifyState | undefined {
  useEffect(() => followSpotify((text) => tellSpotify(JSON.parse(text) as SpotifyState)), []);
  return useShared(known);
}

/** The server's time, as far as this page knows how far apart the clocks are. */
export function serverNow(): number {
  return Date.now() - clockAhead();
}

/** How far a track is: it has played on since it was seen, at `now` by the server's clock. */
export function progressNow(playing: Playing, now: number): number {
  const onwards = playing.is_playing ? Math.max(0, now - playing.seen_at_ms) : 0;
  return Math.min(playing.length_ms, playing.progress_ms + onwards);
}

/** Whose player the live page shows, or whom it tells that they have none to show. */
export interface Chosen {
  connection?: Connection;
  /** Whose music it is; empty where nobody is meant by name. */
  listener: string;
}

/** The one that the address names, connected or not; where it names no one, the usual one, else whoever is connected. */
export function chooseConnection(named: string | null, usual: string, connections: Connection[]): Chosen {
  const of = (listener: string) => connections.find((each) => each.listener === listener);
  if (named) return { connection: of(named), listener: named };
  const connection = of(usual) ?? connections.find((each) => each.state === "logged_in") ?? connections[0];
  return { connection, listener: connection?.listener ?? "" };
}
