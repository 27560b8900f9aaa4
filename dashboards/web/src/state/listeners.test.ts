import { expect, test } from "vitest";
import { listenerOf } from "./listeners";

const params = (query = "") => new URLSearchParams(query);
const told = (...names: string[]) => ({ names, usual: names[0] ?? "me", failed: false });

test("the address says whose figures are asked for", () => {
  expect(listenerOf(params("listener=ann"), told("ann", "ben"))).toBe("ann");
  expect(listenerOf(params("listener=ann"), { usual: "", failed: false })).toBe("ann");
});

test("without a name in the address the usual one is asked about, where there are several", () => {
  expect(listenerOf(params(), told("ann", "ben"))).toBe("ann");
});

test("the only listener needs no name, nor does a house where there is none yet", () => {
  expect(listenerOf(params(), told("ann"))).toBe("");
  expect(listenerOf(params(), told())).toBe("");
});

test("nothing is asked before it is known whom about, unless the server does not tell", () => {
  expect(listenerOf(params(), { usual: "", failed: false })).toBeUndefined();
  expect(listenerOf(params(), { usual: "", failed: true })).toBe("");
});
