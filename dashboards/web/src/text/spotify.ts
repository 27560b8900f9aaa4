/** Where Spotify shows a thing; nothing for what it does not know: local files, lists of an export. */
export function spotifyAddress(
  kind: "track" | "episode" | "artist" | "playlist",
  id: string | number | null | undefined,
): string | undefined {
  return typeof id === "string" && /^[0-9A-Za-z]{22}$/.test(id)
    ? `https://open.spotify.com/${kind}/${id}`
    : undefined;
}

/** What is to be said on every page of access to Spotify that ends or has ended; nothing while all is well. */
export function accessNotice(connections: { listener: string; notice: string }[]): string | undefined {
  const ahead = connections.find((each) => each.notice !== "");
  if (!ahead) return undefined;
  return connections.length > 1 ? `${ahead.listener}: ${ahead.notice}` : ahead.notice;
}
