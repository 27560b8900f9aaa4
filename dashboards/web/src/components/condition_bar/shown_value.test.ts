import { expect, test } from "vitest";
import { shownValue } from "./shown_value";

test.each([
  ["hours", "22-2", "22:00–2:00"],
  ["weekdays", "sat,sun", "Saturday, Sunday"],
  ["feature", "energy>=0.8", "Energy ≥ 0.8"],
  ["feature", "valence<0.2", "Mood < 0.2"],
  ["released", "1990-1999", "1990–1999"],
  ["artist", "1990-1999", "1990-1999"],
  ["hours", "nonsense", "nonsense"],
])("%s %s reads %s", (name, value, text) => expect(shownValue(name, value)).toBe(text));
