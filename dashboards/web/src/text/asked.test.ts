import { expect, test } from "vitest";
import { whoIsAsked } from "./asked";

test("the foot of the page names everyone who is asked, and what ReccoBeats is sent", () => {
  expect(whoIsAsked(false, false)).toBe("Nothing leaves it unless you say so.");
  expect(whoIsAsked(true, false)).toBe("Spotify is asked for your plays and lists.");
  expect(whoIsAsked(false, true)).toBe("ReccoBeats is asked how tracks sound: it is sent their Spotify ids.");
  expect(whoIsAsked(true, true)).toBe(
    "Spotify is asked for your plays and lists, ReccoBeats for how tracks sound: it is sent their Spotify ids.",
  );
});
