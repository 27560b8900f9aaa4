import { useEffect, useRef } from "preact/hooks";
import { ConditionBar } from "./components/condition_bar/condition_bar";
import { Header } from "./components/layout/header";
import { Data } from "./pages/data/data";
import { Habits } from "./pages/habits/habits";
import { Overview } from "./pages/overview/overview";
import { Taste } from "./pages/taste/taste";
import { useListeners } from "./state/listeners";
import { usePlace } from "./state/location";

const views = [
  { path: "/", title: "Overview", view: Overview },
  { path: "/habits", title: "Habits", view: Habits },
  { path: "/taste", title: "Taste", view: Taste },
  { path: "/data", title: "Data", view: Data },
];

export function App() {
  const { path } = usePlace();
  const { ready } = useListeners();
  const begun = useRef(false); // from then on views stay, or an import under way would vanish with its view
  begun.current ||= ready;
  const current = views.find((view) => view.path === path);
  useEffect(() => {
    document.title = current ? `${current.title} · Earprint` : "Earprint";
  }, [current]);
  const View = current?.view;
  return (
    <>
      <a class="skip" href="#content">
        Skip to the figures
      </a>
      <Header views={views} />
      {View && <ConditionBar />}
      <main id="content" tabIndex={-1}>
        {View && begun.current && <View />}
        {!View && (
          <section class="notice">
            <h1>There is nothing here</h1>
            <p>
              <a href="/">Go to the overview</a>
            </p>
          </section>
        )}
      </main>
      <footer class="footer">
        Everything here is computed on this machine, from your own files. Nothing leaves it.
      </footer>
    </>
  );
}
