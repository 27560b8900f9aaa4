import { kept } from "../../state/conditions";
import { shareDone, useImports } from "../../state/imports";
import { go, usePlace } from "../../state/location";
import { toggleTheme, useTheme } from "../../state/theme";
import { ListenerPicker } from "./listener_picker";

interface Props {
  views: { path: string; title: string }[];
  /** The view tells of the import itself. */
  tellsOfImport: boolean;
}

/** Name, views and theme. Going to another view keeps the conditions. */
export function Header({ views, tellsOfImport }: Props) {
  const { path, params } = usePlace();
  const theme = useTheme();
  const importing = shareDone(useImports());
  const follow = (event: MouseEvent, to: string) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to, kept(params));
    window.scrollTo(0, 0);
  };
  const query = kept(params).toString();
  return (
    <header class="header">
      <a class="brand" href="/" onClick={(event) => follow(event, "/")}>
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>Earprint</span>
      </a>
      <nav aria-label="Views">
        {views.map((view) => (
          <a
            key={view.path}
            href={query ? `${view.path}?${query}` : view.path}
            aria-current={view.path === path ? "page" : undefined}
            onClick={(event) => follow(event, view.path)}
          >
            {view.title}
          </a>
        ))}
      </nav>
      {importing !== undefined && !tellsOfImport && (
        <a class="importing" href="/data" onClick={(event) => follow(event, "/data")}>
          Importing <progress max={1} value={importing} aria-label="Progress of the import" />
        </a>
      )}
      <ListenerPicker />
      <button
        type="button"
        class="icon-button"
        onClick={toggleTheme}
        aria-label={`Use the ${theme === "dark" ? "light" : "dark"} theme`}
      >
        <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
          {theme === "dark" ? (
            <g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round">
              <circle cx="12" cy="12" r="4" />
              <path d="M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4" />
            </g>
          ) : (
            <path
              fill="none"
              stroke="currentColor"
              stroke-width="2"
              stroke-linejoin="round"
              d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z"
            />
          )}
        </svg>
      </button>
    </header>
  );
}
