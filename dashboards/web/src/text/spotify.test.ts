import { expect, test } from "vitest";
import { accessNotice, spotifyAddress, whyNotShown } from "./spotify";

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

test("every one whose access ends is told of, but who is shown with their own words", () => {
  const ben = { listener: "ben", notice: "log in to Spotify" };
  const eve = { listener: "eve", notice: "access to Spotify ends in 12 days" };
  expect(accessNotice([ben, eve])).toBe("ben: log in to Spotify · eve: access to Spotify ends in 12 days");
  expect(accessNotice([ben, eve], "ben")).toBe("eve: access to Spotify ends in 12 days");
  expect(accessNotice([ben], "ben")).toBeUndefined();
});

test("why a login is over is told in the server's words, the day by which to erase with them", () => {
  const notice =
    "log in to Spotify: access has ended or was taken back; if you took the access back, what came over it is to be erased by 2026-12-05: earprint logout, or Disconnect on the page";
  for (const each of [notice, "log in to Spotify: the kept login is for another application"])
    expect(whyNotShown("ann", each)).toEqual({ title: "A new login is needed", why: each });
});

test("who was never connected is told what connecting brings", () => {
  expect(whyNotShown("ann")).toEqual({
    title: "ann is not connected",
    why: "Connect Spotify once, and what ann plays shows here while it plays.",
  });
  expect(whyNotShown("")).toEqual({
    title: "Nobody is connected yet",
    why: "Connect Spotify once, and what you play shows here while it plays.",
  });
});
