/** Where Spotify shows a thing; nothing for what it does not know: local files, lists of an export. */
export function spotifyAddress(
  kind: "track" | "episode" | "artist" | "playlist",
  id: string | number | null | undefined,
): string | undefined {
  return typeof id === "string" && /^[0-9A-Za-z]{22}$/.test(id)
    ? `https://open.spotify.com/${kind}/${id}`
    : undefined;
}
