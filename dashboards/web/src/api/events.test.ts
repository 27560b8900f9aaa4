import { expect, test } from "vitest";
import { EventParser } from "./events";

test("finds an event whose text arrives in two pieces", () => {
  const parser = new EventParser();
  expect(parser.take("event: progress\nda")).toEqual([]);
  expect(parser.take('ta: {"rows":1}\n\n')).toEqual([{ event: "progress", data: '{"rows":1}' }]);
});

test("takes several events of one piece in order, with CRLF as well", () => {
  const events = new EventParser().take("event: a\r\ndata: 1\r\n\r\nevent: b\r\ndata: 2\r\n\r\n");
  expect(events.map((e) => e.event + e.data)).toEqual(["a1", "b2"]);
});

test("finds the end of an event that is cut between CR and LF", () => {
  const parser = new EventParser();
  const events = [...parser.take("data: 1\r"), ...parser.take("\n\r"), ...parser.take("\ndata: 2\r\n\r\n")];
  expect(events.map((e) => e.data)).toEqual(["1", "2"]);
});

test("passes over heartbeats and joins the lines of data", () => {
  const events = new EventParser().take(": still here\n\ndata: 1\ndata: 2\n\n");
  expect(events).toEqual([{ event: "message", data: "1\n2" }]);
});
