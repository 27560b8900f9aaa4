import { expect, test } from "vitest";
import { accessNotice, spotifyAddress } from "./spotify";

test("only what Spotify knows has an address there", () => {
  const id = "0123456789abcdefABCDEF";
  expect(spotifyAddress("track", id)).toBe(`https://open.spotify.com/track/${id}`);
  for (const other of [null, undefined, 7, "", "local:a:b:c:1", `${id}x`, "../evil/0123456789abcd"])
    expect(spotifyAddress("playlist", other)).toBeUndefined();
});

test("every page tells that access ends, and whose where there are several", () => {
  const notice = "access to Spotify ends in 12 days: log in again before then";
  const ann = { listener: "ann", notice: "" };
  expect(accessNotice([])).toBeUndefined();
  expect(accessNotice([ann])).toBeUndefined();
  expect(accessNotice([{ listener: "ben", notice }])).toBe(notice);
  expect(accessNotice([ann, { listener: "ben", notice }])).toBe(`ben: ${notice}`);
});
