import { describe, expect, it } from "vitest";
import { daysOf, tally, witnessOf } from "./hours";

describe("an hour", () => {
  it("is told by one source, by both, or lies in a gap", () => {
    expect(witnessOf({ live: 1, export: 0, gap: 0 })).toBe("live");
    expect(witnessOf({ live: 0, export: 2, gap: 0 })).toBe("export");
    expect(witnessOf({ live: 1, export: 2, gap: 0 })).toBe("both");
    expect(witnessOf({ live: 1, export: 0, gap: 5 })).toBe("gap");
    expect(witnessOf({ live: 0, export: 0, gap: 0 })).toBe("nothing");
  });

  it("that an export fills is no gap any more", () => {
    expect(witnessOf({ live: 0, export: 3, gap: 60 })).toBe("export");
  });

  it("is counted by how it is witnessed", () => {
    const hour = { date: "2024-01-01", hour: 1, live: 1, export: 0, gap: 0 };
    expect(tally([hour, { ...hour, gap: 9 }, { ...hour, export: 1 }])).toMatchObject({
      live: 1,
      gap: 1,
      both: 1,
    });
  });
});

it("months have their days", () => {
  expect(daysOf("2024-02")).toHaveLength(29);
  expect(daysOf("2023-12").at(-1)).toBe("2023-12-31");
});
