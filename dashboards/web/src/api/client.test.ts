import { afterEach, describe, expect, test, vi } from "vitest";
import { type Answer, askMetric, Problem, rowsOf, toCsv } from "./client";

const answer: Answer = {
  metric: "top_artists",
  listener: "me",
  conditions: {},
  data_version: "1",
  columns: [
    { name: "artist", type: "text", unit: "" },
    { name: "plays", type: "integer", unit: "plays" },
  ],
  rows: [
    ['The "Two", Three', 3],
    [null, 1],
  ],
  limits: {},
};

afterEach(() => vi.unstubAllGlobals());

describe("toCsv", () => {
  test("quotes what RFC 4180 asks for and leaves a missing value empty", () => {
    expect(toCsv(answer)).toBe('artist,plays\r\n"The ""Two"", Three",3\r\n,1\r\n');
  });
});

describe("rowsOf", () => {
  test("keys each row by the column's name", () => {
    expect(rowsOf(answer)[1]).toEqual({ artist: null, plays: 1 });
  });
});

describe("askMetric", () => {
  const refuse = (body: string, status: number) =>
    vi.stubGlobal("fetch", async () => new Response(body, { status }));

  test("tells a problem document's detail and hint", async () => {
    refuse(JSON.stringify({ title: "no", detail: "hours: '99-1'", hint: "a span" }), 400);
    const problem = await askMetric("clock", new URLSearchParams()).catch((e: unknown) => e);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ message: "hours: '99-1'", hint: "a span" });
  });

  test("tells the status where the answer is no problem document", async () => {
    refuse("<html>", 502);
    await expect(askMetric("clock", new URLSearchParams())).rejects.toThrow("502");
  });

  test("tells that the server cannot be reached", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("network");
    });
    await expect(askMetric("clock", new URLSearchParams())).rejects.toThrow("cannot be reached");
  });
});
