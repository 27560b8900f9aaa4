import { expect, test } from "vitest";
import { country, device, habit, reason } from "./habits";

test.each([
  ["ios", "iOS"],
  ["iOS 15.1 (iPhone13,1)", "iPhone"],
  ["Android OS 8.1.0 API 27 (Earprint, Demo One)", "Android"],
  ["Windows 10 (10.0.18363; x64)", "Windows"],
  ["Partner google cast_speaker Demo;Speaker;;tpapi", "Speaker"],
  ["web_player windows 10;firefox 91.0;desktop", "Web player"],
  ["OS X 12.0.1 [arm 2]", "Mac"],
  ["a thing of its own", "a thing of its own"],
])("%s is a %s", (platform, name) => expect(device(platform)).toBe(name));

test("a play that ended because its track was done was played to the end", () => {
  expect(reason("reason_end", "trackdone")).toBe("played to the end");
  expect(reason("reason_start", "trackdone")).toBe("the track before had ended");
  expect(reason("reason_start", "something new")).toBe("something new");
});

test("the source's spelling is told only where it says more", () => {
  expect(habit("platform", "ios")).toEqual({ title: "iOS", spelt: "" });
  expect(habit("platform", "web_player")).toEqual({ title: "Web player", spelt: "web_player" });
  expect(habit("country", "FR")).toEqual({ title: "France", spelt: "" });
});

test("a country's code becomes its name; anything else stays", () => {
  expect(country("JP")).toBe("Japan");
  expect(country("Japan")).toBe("Japan");
});
