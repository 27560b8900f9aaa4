import { ImportDrop } from "../import_drop/import_drop";
import { spiral } from "../rings/spiral";

/** Six invented years, for the eye alone. */
const ornament = spiral(
  Array.from({ length: 6 * 52 }, (_, i) => ({
    period: new Date(Date.UTC(2020, 0, 1) + i * 7 * 86_400_000).toISOString().slice(0, 10),
    ms: 2 + Math.sin(i / 4) + Math.sin(i / 9.1) / 2 + i / 156,
  })),
);

interface Props {
  /** There are figures now. */
  ready: boolean;
  onLeave(): void;
}

/** What a new house shows: how to get one's history, and where to put it. */
export function Welcome({ ready, onLeave }: Props) {
  return (
    <section class="welcome">
      <svg class="ornament" viewBox="-165 -165 330 330" aria-hidden="true">
        {ornament.ridges.map(({ year, path }, i) => (
          <path key={year} d={path} style={{ opacity: 0.2 + i * 0.13 }} />
        ))}
      </svg>
      <h1>
        Let’s hear what <em>you</em> play
      </h1>
      <p class="lead">
        Earprint turns everything you ever played on Spotify into figures you can trust. It needs your own
        history first, and there is none here yet.
      </p>
      <ol class="steps">
        <li>
          <b>Ask Spotify for it</b>
          <p>
            On your account’s{" "}
            <a href="https://www.spotify.com/account/privacy/" target="_blank" rel="noreferrer">
              privacy page
            </a>
            , tick <i>Extended streaming history</i> and ask for the data.
          </p>
        </li>
        <li>
          <b>Wait for the mail</b>
          <p>A link to a zip file comes within days, at most a month.</p>
        </li>
        <li>
          <b>Drop the zip below</b>
          <p>Ten years take seconds. Nothing leaves this machine unless you say so.</p>
        </li>
      </ol>
      <ImportDrop />
      <p class="note">
        What you play from now on comes in by itself once you <a href="/connect">connect Spotify</a>.
      </p>
      {ready && (
        <p class="ready">
          <button type="button" class="button primary" onClick={onLeave}>
            See your figures
          </button>
        </p>
      )}
      <p class="note">
        Only curious? <code>earprint demo</code> shows an invented listener with eight years of music.
      </p>
    </section>
  );
}
