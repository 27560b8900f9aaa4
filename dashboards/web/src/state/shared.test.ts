import { expect, test } from "vitest";
import { shared } from "./shared";

test("who follows is told of each state until they end it, and finds the state there", () => {
  const count = shared(1);
  const seen: number[] = [];
  const stop = count.follow(() => seen.push(count.now()));
  expect(seen).toEqual([]);
  count.tell(2);
  count.tell(3);
  stop();
  count.tell(4);
  expect(seen).toEqual([2, 3]);
  expect(count.now()).toBe(4);
});

test("one follower who ends it leaves the others", () => {
  const name = shared<string | undefined>(undefined);
  const seen: string[] = [];
  const stop = name.follow(() => {
    seen.push(`first ${name.now()}`);
    stop();
  });
  name.follow(() => seen.push(`second ${name.now()}`));
  name.tell("ann");
  name.tell("bob");
  expect(seen).toEqual(["first ann", "second ann", "second bob"]);
});
