import type { ComponentChildren } from "preact";

/** A title that leads to where Spotify shows it; as it is where there is no such place. */
export function Outward({ href, children }: { href: string | undefined; children: ComponentChildren }) {
  if (!href) return <>{children}</>;
  return (
    <a class="outward-title" href={href} target="_blank" rel="noreferrer" title="Open in Spotify">
      {children}
    </a>
  );
}
