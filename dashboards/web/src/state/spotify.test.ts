import { expect, test } from "vitest";
import { type Connection, chooseConnection, type Playing, progressNow } from "./spotify";

test("a track plays on since it was seen, and not beyond its end", () => {
  const playing = { is_playing: true, progress_ms: 10_000, length_ms: 60_000, seen_at_ms: 2_000 } as Playing;
  expect(progressNow(playing, 5_000)).toBe(13_000);
  expect(progressNow(playing, 1_000)).toBe(10_000);
  expect(progressNow(playing, 500_000)).toBe(60_000);
  expect(progressNow({ ...playing, is_playing: false }, 5_000)).toBe(10_000);
});

test("being told of the same look again does not move a track", () => {
  const look = { is_playing: true, progress_ms: 10_000, length_ms: 60_000, seen_at_ms: 100_000 };
  const before = progressNow({ ...look } as Playing, 112_000);
  expect(before).toBe(22_000);
  expect(progressNow({ ...look } as Playing, 112_500)).toBe(before + 500);
});

const of = (listener: string, state = "logged_in") => ({ listener, state }) as Connection;

test("who is named is shown, and nobody in their place", () => {
  expect(chooseConnection("Anna", "Anna", [of("Ben")])).toEqual({ connection: undefined, listener: "Anna" });
  expect(chooseConnection("Ben", "Anna", [of("Anna"), of("Ben")]).connection?.listener).toBe("Ben");
});

test("where nobody is named it is the usual one, else whoever is connected", () => {
  expect(chooseConnection(null, "Anna", [of("Ben"), of("Anna")]).listener).toBe("Anna");
  expect(chooseConnection(null, "Anna", [of("Cleo", "login_needed"), of("Ben")]).listener).toBe("Ben");
  expect(chooseConnection(null, "Anna", [of("Cleo", "login_needed")]).listener).toBe("Cleo");
  expect(chooseConnection(null, "Anna", [])).toEqual({ connection: undefined, listener: "" });
});
