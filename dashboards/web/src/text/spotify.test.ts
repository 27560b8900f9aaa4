import { expect, test } from "vitest";
import { spotifyAddress } from "./spotify";

test("only what Spotify knows has an address there", () => {
  const id = "0123456789abcdefABCDEF";
  expect(spotifyAddress("track", id)).toBe(`https://open.spotify.com/track/${id}`);
  for (const other of [null, undefined, 7, "", "local:a:b:c:1", `${id}x`, "../evil/0123456789abcd"])
    expect(spotifyAddress("playlist", other)).toBeUndefined();
});
