import { useState } from "preact/hooks";
import { type Erased, postJson } from "../../api/client";
import { useAction, Wrong } from "../../components/action/action";
import { ErasedCounts, PendingStores } from "../../components/erased/erased_counts";
import { useListeners } from "../../state/listeners";
import { go, usePlace } from "../../state/location";
import {
  type Connection,
  chooseConnection,
  type SpotifyState,
  tellSpotify,
  useSpotify,
} from "../../state/spotify";
import { day, plural } from "../../text/format";

function Application({ app }: { app: SpotifyState["app"] }) {
  const [id, setId] = useState(app.client_id);
  const [copied, setCopied] = useState(false);
  const [busy, problem, run] = useAction();
  const save = (event: Event) => {
    event.preventDefault();
    run(async () =>
      tellSpotify(await postJson<SpotifyState>("/api/v1/spotify/app", { client_id: id.trim() })),
    );
  };
  const copy = () => {
    navigator.clipboard?.writeText(app.redirect_uri).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <li>
      <b>Make an application of your own</b>
      <p>
        Spotify asks for one. It takes two minutes on its{" "}
        <a href="https://developer.spotify.com/dashboard" target="_blank" rel="noreferrer">
          developer dashboard
        </a>{" "}
        and needs Premium. Choose <i>Web API</i>, and enter this redirect address:
      </p>
      <p class="copy-line">
        <code>{app.redirect_uri}</code>{" "}
        <button type="button" class="button quiet" onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </button>
      </p>
      <form class="inline-form" onSubmit={save}>
        <label class="field grow">
          <span>Its Client ID</span>
          <input
            value={id}
            onInput={(e) => setId(e.currentTarget.value)}
            autocomplete="off"
            spellcheck={false}
            required
          />
        </label>
        <button
          type="submit"
          class={app.client_id ? "button" : "button primary"}
          disabled={busy || id.trim() === app.client_id}
        >
          {app.client_id && id.trim() === app.client_id ? "Saved" : "Save"}
        </button>
      </form>
      <Wrong problem={problem} />
    </li>
  );
}

function Login({ app }: { app: SpotifyState["app"] }) {
  const { names, usual } = useListeners();
  const { params } = usePlace();
  const [name, setName] = useState<string>();
  const [busy, problem, run] = useAction();
  const listener = name ?? (params.get("listener") || usual || "me");
  const login = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const { url } = await postJson<{ url: string }>("/api/v1/spotify/login", { listener: listener.trim() });
      window.location.assign(url);
    });
  };
  return (
    <li>
      <b>Log in with Spotify</b>
      <p>
        Earprint may then read what you play, your playlists and what you saved. It changes nothing, and what
        it reads leaves this machine only if you say so. The login is sealed with a key that lies apart from
        the data.
      </p>
      <form class="inline-form" onSubmit={login}>
        <label class="field grow">
          <span>Whose plays these are</span>
          <input
            value={listener}
            list="listener-names"
            maxLength={30}
            onInput={(e) => setName(e.currentTarget.value)}
            required
          />
          <datalist id="listener-names">
            {names?.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </label>
        <button type="submit" class="button primary" disabled={busy || !app.client_id}>
          Log in with Spotify
        </button>
      </form>
      {!app.client_id && <p class="note">First the application above.</p>}
      <Wrong problem={problem} />
    </li>
  );
}

/** Who was disconnected, and what of theirs is gone. */
interface Gone {
  listener: string;
  erased: Erased;
}

interface ConnectedProps {
  connection: Connection;
  onGone: (gone: Gone) => void;
}

function Connected({ connection, onGone }: ConnectedProps) {
  const [busy, problem, run] = useAction();
  const [sure, setSure] = useState(false);
  const isIn = connection.state === "logged_in";
  const logout = () => {
    if (!sure) return setSure(true);
    run(async () => {
      const { spotify, erased } = await postJson<{ spotify: SpotifyState; erased: Erased }>(
        "/api/v1/spotify/logout",
        { listener: connection.listener },
      );
      onGone({ listener: connection.listener, erased });
      tellSpotify(spotify);
    });
  };
  const again = () =>
    run(async () => {
      const { url } = await postJson<{ url: string }>("/api/v1/spotify/login", {
        listener: connection.listener,
      });
      window.location.assign(url);
    });
  return (
    <li class="connection">
      <div>
        <b>{connection.listener}</b>
        <p class={isIn ? "state good" : "state bad"}>
          {isIn ? "Connected" : "A new login is needed"}
          {isIn && connection.access_ends && ` until ${day(connection.access_ends)}`}
        </p>
        {connection.notice && <p class="notice-line">{connection.notice}</p>}
        {connection.missing_scopes.length > 0 && (
          <p class="notice-line">Not allowed at login: {connection.missing_scopes.join(", ")}</p>
        )}
        {connection.trouble && isIn && <p class="notice-line">{connection.trouble}</p>}
        {connection.library_trouble && connection.library_trouble !== connection.trouble && isIn && (
          <p class="notice-line">{connection.library_trouble}</p>
        )}
        {sure && (
          <p class="notice-line" role="status">
            Everything that came over Spotify’s Web API is erased, from this machine and from the stores that
            it was published to. What your exports told stays.
          </p>
        )}
        <Wrong problem={problem} />
      </div>
      <div class="connection-tools">
        {(!isIn || connection.notice) && (
          <button type="button" class="button primary" disabled={busy} onClick={again}>
            Log in again
          </button>
        )}
        <button type="button" class="button" disabled={busy} onClick={logout} onBlur={() => setSure(false)}>
          {sure ? "Disconnect and erase?" : "Disconnect"}
        </button>
      </div>
    </li>
  );
}

export function Connect() {
  const state = useSpotify();
  const { params } = usePlace();
  const { usual } = useListeners();
  const [gone, setGone] = useState<Gone>();
  const loggedIn = state?.listeners.filter((each) => each.state === "logged_in") ?? [];
  const seen = chooseConnection(params.get("listener"), usual, loggedIn).connection ?? loggedIn[0];
  return (
    <>
      <section class="page-title">
        <h1>Connect Spotify</h1>
        <p class="lead">Log in once, and every play comes in by itself, with what was really heard of it.</p>
      </section>
      {state?.app.login_problem && (
        <div class="problem" role="alert">
          <p>{state.app.login_problem}</p>
        </div>
      )}
      {!state && (
        <section class="notice">
          <p>This server does not speak with Spotify. Its first lines say why.</p>
        </section>
      )}
      {gone && (
        <section class="notice" role="status" aria-label="What was erased">
          <p>
            <b>{gone.listener} is disconnected.</b> Erased: {plural(gone.erased.events, "record")} that came
            over Spotify’s Web API. {plural(gone.erased.kept_events, "other")} stayed.
          </p>
          <ErasedCounts erased={gone.erased} />
          {gone.erased.pending_stores.length > 0 && (
            <>
              <p>
                Still in a store that could not be reached; it is tried again by itself until it succeeds:
              </p>
              <PendingStores erased={gone.erased} />
            </>
          )}
        </section>
      )}
      {state && state.listeners.length > 0 && (
        <section class="card wide" aria-label="Who is connected">
          <h2>Who is connected</h2>
          <ul class="connections">
            {state.listeners.map((each) => (
              <Connected key={each.listener} connection={each} onGone={setGone} />
            ))}
          </ul>
          {seen && (
            <p class="ready">
              <button
                type="button"
                class="button"
                onClick={() => go("/live", new URLSearchParams({ listener: seen.listener }))}
              >
                See what plays now
              </button>
            </p>
          )}
        </section>
      )}
      {state && (
        <ol class="steps two">
          <Application app={state.app} />
          <Login app={state.app} />
        </ol>
      )}
    </>
  );
}
