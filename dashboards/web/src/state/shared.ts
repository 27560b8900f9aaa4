import { useEffect, useState } from "preact/hooks";

/** What every part of the page knows alike. */
export interface Shared<T> {
  now: () => T;
  /** From here on it is so; whoever follows is told. */
  tell: (state: T) => void;
  /** Calls whenever it is told; gives what ends that. */
  follow: (follower: () => void) => () => void;
}

export function shared<T>(first: T): Shared<T> {
  let known = first;
  const followers = new Set<() => void>();
  return {
    now: () => known,
    tell(state) {
      known = state;
      for (const follower of followers) follower();
    },
    follow(follower) {
      followers.add(follower);
      return () => {
        followers.delete(follower);
      };
    },
  };
}

/** What is known, drawn anew whenever it is another. */
export function useShared<T>(what: Shared<T>): T {
  const [drawn, draw] = useState({ state: what.now() });
  useEffect(() => {
    const look = () => draw((before) => (before.state === what.now() ? before : { state: what.now() }));
    look(); // it may have been told since it was drawn
    return what.follow(look);
  }, [what]);
  return drawn.state;
}
