import { conditionsIn } from "../../state/conditions";
import { useListeners } from "../../state/listeners";
import { go, usePlace } from "../../state/location";
import { toggleTheme, useTheme } from "../../state/theme";

interface Props {
  views: { path: string; title: string }[];
}

/** Name, views, whose plays (where there are several people's) and theme. Going to another view keeps the conditions. */
export function Header({ views }: Props) {
  const { path, params } = usePlace();
  const theme = useTheme();
  const { listeners, current } = useListeners();
  const follow = (event: MouseEvent, to: string) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to, conditionsIn(params));
    window.scrollTo(0, 0);
  };
  const query = conditionsIn(params).toString();
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
      {listeners.length > 1 && (
        <label class="choice listener">
          <span class="visually-hidden">Whose plays</span>
          <select
            value={current}
            onChange={(e) =>
              // Another person's music has other artists and playlists: conditions by name would only be empty.
              go(path, new URLSearchParams({ listener: e.currentTarget.value }))
            }
          >
            {listeners.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
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
              <path d="M12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400" />
            </g>
          ) : (
            <path
              fill="none"
              stroke="currentColor"
              stroke-width="2"
              stroke-linejoin="round"
              d="M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z"
            />
          )}
        </svg>
      </button>
    </header>
  );
}
