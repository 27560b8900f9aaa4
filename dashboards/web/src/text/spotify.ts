/** Where Spotify shows a thing; nothing for what it does not know: local files, lists of an export. */
export function spotifyAddress(
  kind: "track" | "episode" | "artist" | "playlist",
  id: string | number | null | undefined,
): string | undefined {
  return typeof id === "string" && /^[0-9A-Za-z]{22}$/.test(id)
    ? `https://open.spotify.com/${kind}/${id}`
    : undefined;
}

/** Why nobody's player can be shown. Where a login was there, the server says why it is over: there are many reasons. */
export function whyNotShown(listener: string, notice?: string): { title: string; why: string } {
  if (notice !== undefined) return { title: "A new login is needed", why: notice };
  return {
    title: listener ? `${listener} is not connected` : "Nobody is connected yet",
    why: `Connect Spotify once, and what ${listener || "you"} play${listener ? "s" : ""} shows here while it plays.`,
  };
}

/**
 * What is to be said on every page of access to Spotify that ends or has ended; nothing while all is well. Of who is
 * `shown` the page says it by itself.
 */
export function accessNotice(
  connections: { listener: string; notice: string }[],
  shown?: string,
): string | undefined {
  const ahead = connections.filter((each) => each.notice !== "" && each.listener !== shown);
  const said = ahead.map((each) =>
    connections.length > 1 ? `${each.listener}: ${each.notice}` : each.notice,
  );
  return said.length > 0 ? said.join(" · ") : undefined;
}
