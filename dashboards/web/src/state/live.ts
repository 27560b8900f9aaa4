import { useEffect, useState } from "preact/hooks";

let version = "";
let asked = 0;
let lost = false;
const versionFollowers = new Set<(key: string) => void>();
const spotifyFollowers = new Set<(text: string) => void>();
const connectionFollowers = new Set<(lost: boolean) => void>();
let source: EventSource | undefined;
let spotifyText = "";
let patience: ReturnType<typeof setTimeout> | undefined;

/** A connection that is back within this time was never lost: proxies end quiet ones as a matter of course. */
const patienceMs = 4000;
const retryMs = 5000;

function tell() {
  for (const follower of versionFollowers) follower(`${version}#${asked}`);
}

function setLost(now: boolean) {
  if (lost === now) return;
  lost = now;
  for (const follower of connectionFollowers) follower(lost);
  // What failed meanwhile is asked again by itself.
  if (!lost) askAgain();
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
  setLost(false);
}

/** Follows the server's data version and Spotify's state over server-sent events. */
function follow() {
  if (source) return;
  source = new EventSource("/api/v1/live");
  source.addEventListener("error", onError);
  source.addEventListener("open", onOpen);
  source.addEventListener("spotify", (event) => {
    spotifyText = (event as MessageEvent<string>).data;
    for (const follower of spotifyFollowers) follower(spotifyText);
  });
  source.addEventListener("version", (event) => {
    const told = JSON.parse((event as MessageEvent<string>).data).data_version as string;
    if (told === version) return;
    const first = version === "";
    version = told;
    // The first version is the one that the views have asked under already.
    if (!first) tell();
  });
}

/** Lets every part of the page ask again, though the data are the same. */
export function askAgain() {
  asked += 1;
  tell();
}

/** Changes whenever there is a reason to ask again: new data on the server, or a failure to get over. */
export function useDataVersion(): string {
  const [known, setKnown] = useState("");
  useEffect(() => {
    follow();
    versionFollowers.add(setKnown);
    return () => {
      versionFollowers.delete(setKnown);
    };
  }, []);
  return known;
}

/** Whether the server has stopped answering. */
export function useConnectionLost(): boolean {
  const [now, setNow] = useState(lost);
  useEffect(() => {
    connectionFollowers.add(setNow);
    return () => {
      connectionFollowers.delete(setNow);
    };
  }, []);
  return now;
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
