import { useEffect, useState } from "preact/hooks";
import { shared, useShared } from "./shared";

let version = "";
let asked = 0;
const versionFollowers = new Set<(key: string) => void>();
const spotifyFollowers = new Set<(text: string) => void>();
const lost = shared(false);
let source: EventSource | undefined;
let spotifyText = "";
let patience: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setTimeout> | undefined;
let ahead = Number.POSITIVE_INFINITY;
let isAnew = true;
let checked = false;
/** The data versions of answers that were asked for before the stream told its first. */
const early = new Set<string>();
const firstFollowers = new Set<() => void>();

/** A connection that is back within this time was never lost: proxies end quiet ones as a matter of course. */
const patienceMs = 4000;
const retryMs = 5000;
/** How often the server gives a sign of life, until it has said so itself. */
const usualSignMs = 15_000;

function tell() {
  for (const follower of versionFollowers) follower(`${version}#${asked}`);
}

function setLost(now: boolean) {
  if (lost.now() === now) return;
  lost.tell(now);
  // What failed meanwhile is asked again by itself.
  if (!now) askAgain();
}

function onError() {
  patience ??= setTimeout(() => setLost(true), patienceMs);
  // The browser reconnects by itself unless the server has refused; then it is for us to try.
  if (source?.readyState !== EventSource.CLOSED) return;
  source = undefined;
  setTimeout(follow, retryMs);
}

function onOpen() {
  clearTimeout(patience);
  patience = undefined;
  isAnew = true;
  setLost(false);
}

/** A connection can be dead without an end: where two signs of life are missing, it is given up for a new one. */
function watch(signMs: number) {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => {
    setLost(true);
    source?.close();
    source = undefined;
    follow();
  }, 2 * signMs);
}

function onAlive(text: string) {
  const { now_ms: theirs, next_ms: next } = JSON.parse(text) as { now_ms: number; next_ms: number };
  // The way here only ever makes a time look older, so the quickest sign is the one to go by; a clock may have been set
  // since the connection before.
  ahead = Math.min(isAnew ? Number.POSITIVE_INFINITY : ahead, Date.now() - theirs);
  isAnew = false;
  watch(next);
}

/** By how many milliseconds this page's clock is ahead of the server's, as far as is known. */
export function clockAhead(): number {
  return Number.isFinite(ahead) ? ahead : 0;
}

function onVersion(told: string) {
  if (told === version) return;
  const first = version === "";
  version = told;
  // Before the first one the views have asked already, mostly under this very version.
  if (!first || [...early].some((each) => each !== told)) tell();
  if (first) for (const follower of firstFollowers) follower();
}

/** Calls when the stream tells its first version: what was asked before, and does not say of which data it is, may be old. */
export function onFirstVersion(follower: () => void) {
  firstFollowers.add(follower);
}

/** What was told last; an answer that was asked for under none is to be checked by noteAnswer. */
export function knownVersion(): string {
  return version;
}

/** Says of which data an answer was, asked for under a version: what changed before the stream began is asked again. */
export function noteAnswer(askedUnder: string, answered: string) {
  if (askedUnder !== "" || checked) return;
  if (version === "") {
    early.add(answered);
  } else if (answered !== version) {
    // Once: whoever still waited for an answer asks again, too.
    checked = true;
    askAgain();
  }
}

/** Follows the server's data version and Spotify's state over server-sent events. */
function follow() {
  if (source) return;
  source = new EventSource("/api/v1/live");
  watch(usualSignMs);
  source.addEventListener("error", onError);
  source.addEventListener("open", onOpen);
  source.addEventListener("alive", (event) => onAlive((event as MessageEvent<string>).data));
  source.addEventListener("spotify", (event) => {
    spotifyText = (event as MessageEvent<string>).data;
    for (const follower of spotifyFollowers) follower(spotifyText);
  });
  source.addEventListener("version", (event) =>
    onVersion(JSON.parse((event as MessageEvent<string>).data).data_version as string),
  );
}

/** Lets every part of the page ask again, though the data are the same. */
export function askAgain() {
  asked += 1;
  tell();
}

/** Calls with another key whenever there is a reason to ask again; gives what ends that. */
export function onAskAgain(follower: (key: string) => void): () => void {
  follow();
  versionFollowers.add(follower);
  return () => {
    versionFollowers.delete(follower);
  };
}

/** Changes whenever there is a reason to ask again: new data on the server, or a failure to get over. */
export function useDataVersion(): string {
  const [known, setKnown] = useState("");
  useEffect(() => onAskAgain(setKnown), []);
  return known;
}

/** Whether the server has stopped answering. */
export function useConnectionLost(): boolean {
  return useShared(lost);
}

/** Calls with Spotify's state as JSON, now if it is known, and whenever it changes; gives what ends that. */
export function followSpotify(follower: (text: string) => void): () => void {
  follow();
  spotifyFollowers.add(follower);
  if (spotifyText) follower(spotifyText);
  return () => {
    spotifyFollowers.delete(follower);
  };
}
