import { useListener, useListeners } from "../../state/listeners";
import { useSpotify } from "../../state/spotify";

/** Where what a view shows comes from, as Spotify's terms ask: by name, and with a way back. */
export function Attribution({ what, leads = "Each title leads there." }: { what: string; leads?: string }) {
  return (
    <p class="attribution">
      {what} from{" "}
      <a href="https://open.spotify.com/" target="_blank" rel="noreferrer">
        Spotify
      </a>
      . {leads}
    </p>
  );
}

/** The same under figures of plays, where some came over Spotify's Web API: it is connected for the listener. */
export function PlaysAttribution() {
  const { usual } = useListeners();
  const listener = useListener() || usual;
  const connections = useSpotify()?.listeners ?? [];
  return connections.some((each) => each.listener === listener) ? (
    <Attribution what="Titles and plays" leads="Tracks whose id is known lead there." />
  ) : null;
}
