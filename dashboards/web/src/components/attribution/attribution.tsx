/** Where what a view shows comes from, as Spotify's terms ask: by name, and with a way back. */
export function Attribution({ what }: { what: string }) {
  return (
    <p class="attribution">
      {what} from{" "}
      <a href="https://open.spotify.com/" target="_blank" rel="noreferrer">
        Spotify
      </a>
      . Each title leads there.
    </p>
  );
}
