import { useEffect, useState } from "preact/hooks";
import { AuditLine } from "./components/audit_line/audit_line";
import { ConditionBar } from "./components/condition_bar/condition_bar";
import { Header } from "./components/layout/header";
import { Welcome } from "./components/welcome/welcome";
import { Connect } from "./pages/connect/connect";
import { Data } from "./pages/data/data";
import { Habits } from "./pages/habits/habits";
import { Live } from "./pages/live/live";
import { Overview } from "./pages/overview/overview";
import { Playlists } from "./pages/playlists/playlists";
import { Taste } from "./pages/taste/taste";
import { kept } from "./state/conditions";
import { useListeners } from "./state/listeners";
import { useConnectionLost } from "./state/live";
import { go, here, usePlace } from "./state/location";
import { useReccoBeats } from "./state/reccobeats";
import { chooseConnection, useSpotify } from "./state/spotify";
import { whoIsAsked } from "./text/asked";
import { accessNotice } from "./text/spotify";

const views = [
  { path: "/", title: "Overview", view: Overview },
  { path: "/habits", title: "Habits", view: Habits },
  { path: "/taste", title: "Taste", view: Taste },
  { path: "/playlists", title: "Playlists", view: Playlists },
  { path: "/live", title: "Live", view: Live },
  { path: "/data", title: "Data", view: Data },
];
/** Views that no one need have played anything for. */
const places = [{ path: "/connect", title: "Connect Spotify", view: Connect }];
const unconditional = ["/live", "/connect"];

export function App() {
  const { path, params } = usePlace();
  const current = [...views, ...places].find((view) => view.path === path);
  useEffect(() => {
    document.title = current ? `${current.title} · Earprint` : "Earprint";
  }, [current]);
  const { names, usual } = useListeners();
  const lost = useConnectionLost();
  const connections = useSpotify()?.listeners ?? [];
  const asksSpotify = connections.some((each) => each.state === "logged_in");
  const asksReccoBeats = Boolean(useReccoBeats()?.agreed_at);
  // The live page says it of the one whom it shows.
  const shown = path === "/live" ? chooseConnection(params.get("listener"), usual, connections) : undefined;
  const ahead = path === "/connect" ? undefined : accessNotice(connections, shown?.listener);
  // Where no one's plays are yet, there is only one thing to say, except on the page that tells of the data. It stays
  // until it is left: what an import tells must not vanish because the import succeeds.
  const [welcomed, setWelcomed] = useState<string>();
  const isEmpty = names?.length === 0;
  if (isEmpty && welcomed !== path) setWelcomed(path);
  const isNew = (isEmpty || welcomed === path) && path !== "/data" && !unconditional.includes(path);
  // A file that is dragged over any view finds the place that takes it.
  useEffect(() => {
    const onDrag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (!isNew && here().path !== "/data") go("/data", kept(here().params));
    };
    window.addEventListener("dragenter", onDrag);
    return () => window.removeEventListener("dragenter", onDrag);
  }, [isNew]);
  const View = current?.view;
  return (
    <>
      <a class="skip" href="#content">
        Skip to the figures
      </a>
      <Header views={views} tellsOfImport={isNew || path === "/data"} />
      {lost && (
        <p class="lost" role="status">
          The server does not answer. What is shown may be old; it is asked again by itself.
        </p>
      )}
      {ahead && (
        <p class="ahead" role="status">
          {ahead} <a href="/connect">Log in again</a>
        </p>
      )}
      {View && !isNew && path !== "/connect" && <ConditionBar />}
      <main id="content" tabIndex={-1}>
        {View && isNew && <Welcome ready={!isEmpty} onLeave={() => setWelcomed(undefined)} />}
        {View && !isNew && <View />}
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
        Everything here is computed on this machine. {whoIsAsked(asksSpotify, asksReccoBeats)}
        <AuditLine />
      </footer>
    </>
  );
}
