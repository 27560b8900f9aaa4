import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** A stream of events that the test writes. */
class Stream {
  static all: Stream[] = [];
  readyState = 1;
  closed = false;
  readonly heard = new Map<string, (event: { data: string }) => void>();
  constructor() {
    Stream.all.push(this);
  }
  addEventListener(name: string, listener: (event: { data: string }) => void) {
    this.heard.set(name, listener);
  }
  close() {
    this.closed = true;
  }
  tell(name: string, data: object = {}) {
    this.heard.get(name)?.({ data: JSON.stringify(data) });
  }
}

const signs = (ahead = 0) => ({ now_ms: Date.now() - ahead, next_ms: 1000 });

async function begin() {
  vi.resetModules();
  const live = await import("./live");
  live.followSpotify(() => {});
  const stream = Stream.all.at(-1) as Stream;
  stream.tell("open");
  return { live, stream };
}

beforeEach(() => {
  Stream.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Object.assign(Stream, { CLOSED: 2 }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a connection that gives no sign for two intervals is given up for a new one", async () => {
  const { stream } = await begin();
  stream.tell("alive", signs());
  vi.advanceTimersByTime(1900);
  stream.tell("alive", signs());
  vi.advanceTimersByTime(1900);
  expect(stream.closed).toBe(false);
  vi.advanceTimersByTime(200);
  expect(stream.closed).toBe(true);
  expect(Stream.all).toHaveLength(2);
});

test("a connection that gives no sign at all is given up, too", async () => {
  const { stream } = await begin();
  vi.advanceTimersByTime(29_000);
  expect(stream.closed).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(stream.closed).toBe(true);
});

test("the server's clock is known from its quickest sign, and anew from each connection", async () => {
  const { live, stream } = await begin();
  expect(live.clockAhead()).toBe(0);
  stream.tell("alive", signs(5200));
  expect(live.clockAhead()).toBe(5200);
  stream.tell("alive", signs(5000));
  stream.tell("alive", signs(5900));
  expect(live.clockAhead()).toBe(5000);
  stream.tell("open");
  expect(live.clockAhead()).toBe(5000);
  stream.tell("alive", signs(7000));
  expect(live.clockAhead()).toBe(7000);
});

test("what changed between the first answers and the stream is asked again", async () => {
  const { live, stream } = await begin();
  let again = 0;
  live.onAskAgain(() => {
    again += 1;
  });
  live.noteAnswer("", "v1");
  stream.tell("version", { data_version: "v2" });
  expect(again).toBe(1);
  stream.tell("version", { data_version: "v2" });
  expect(again).toBe(1);
});

test("an answer that comes after the stream's first version, and is older, is asked again once", async () => {
  const { live, stream } = await begin();
  let again = 0;
  live.onAskAgain(() => {
    again += 1;
  });
  const under = live.knownVersion();
  stream.tell("version", { data_version: "v2" });
  expect(again).toBe(0);
  live.noteAnswer(under, "v1");
  live.noteAnswer(under, "v1");
  expect(again).toBe(1);
  // Asked for under v2, and newer: the stream tells of it by itself.
  live.noteAnswer(live.knownVersion(), "v3");
  expect(again).toBe(1);
});

test("answers of the version that the stream begins with are not asked for twice", async () => {
  const { live, stream } = await begin();
  let again = 0;
  live.onAskAgain(() => {
    again += 1;
  });
  live.noteAnswer("", "v1");
  stream.tell("version", { data_version: "v1" });
  live.noteAnswer("", "v1");
  expect(again).toBe(0);
});
