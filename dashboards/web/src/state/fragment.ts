import { useEffect } from "preact/hooks";

const patienceMs = 5000;

/** Shows what the address's fragment names, again whenever the cards above it grow, until the person moves or all is there. */
export function useFragment() {
  useEffect(() => {
    const id = window.location.hash.slice(1);
    if (!id) return;
    let focused = false;
    const show = () => {
      const wanted = document.getElementById(id);
      if (!wanted) return;
      if (!focused) wanted.focus({ preventScroll: true });
      focused = true;
      wanted.scrollIntoView();
    };
    const moves = ["wheel", "touchstart", "pointerdown", "keydown"];
    const watch = new ResizeObserver(show);
    const stop = () => {
      watch.disconnect();
      clearTimeout(timer);
      for (const move of moves) window.removeEventListener(move, stop);
    };
    const timer = setTimeout(stop, patienceMs);
    for (const move of moves) window.addEventListener(move, stop);
    const main = document.getElementById("content");
    if (main) watch.observe(main);
    return stop;
  }, []);
}
