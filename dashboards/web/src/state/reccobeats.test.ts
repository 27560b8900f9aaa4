import { afterEach, expect, test, vi } from "vitest";
import type { ReccoBeats } from "../api/client";
import { knownReccoBeats, lookAtReccoBeats, tellReccoBeats } from "./reccobeats";

afterEach(() => vi.unstubAllGlobals());

const state = (agreed_at: string | null): ReccoBeats => ({ offered: true, what_is_sent: "ids", agreed_at });
const answering = (answer: () => Promise<Response>) => vi.stubGlobal("fetch", answer);

test("what the server answers is known, and stays where it does not answer", async () => {
  answering(async () => Response.json(state("2026-11-28T10:00:00Z")));
  await lookAtReccoBeats();
  expect(knownReccoBeats()?.agreed_at).toBe("2026-11-28T10:00:00Z");
  answering(async () => Promise.reject(new TypeError("away")));
  await lookAtReccoBeats();
  expect(knownReccoBeats()?.agreed_at).toBe("2026-11-28T10:00:00Z");
});

test("who agrees while it is asked is not overruled by the answer, which is of before", async () => {
  tellReccoBeats(state(null));
  let answer = (_: Response) => {};
  answering(() => new Promise((resolve) => (answer = resolve)));
  const asked = lookAtReccoBeats();
  tellReccoBeats(state("2026-11-30T10:00:00Z"));
  answer(Response.json(state(null)));
  await asked;
  expect(knownReccoBeats()?.agreed_at).toBe("2026-11-30T10:00:00Z");
});
