import { Outward } from "../attribution/outward";

export interface RankedItem {
  key: string;
  title: string;
  detail?: string;
  value: number;
  shown: string;
  onClick?: () => void;
  /** Where Spotify shows it. */
  href?: string;
}

interface Props {
  items: RankedItem[];
  /** The list keeps its height and scrolls within. */
  scrolls?: boolean;
  label?: string;
}

/** A list whose bars compare its values with the largest. */
export function RankedList({ items, scrolls, label }: Props) {
  const largest = Math.max(1, ...items.map((item) => item.value));
  return (
    <ol class={`ranked${scrolls ? " scrolls" : ""}`} tabIndex={scrolls ? 0 : undefined} aria-label={label}>
      {items.map((item, i) => (
        <li key={item.key}>
          <span class="place">{i + 1}</span>
          <span class="what">
            {item.onClick ? (
              <span class="act">
                <button type="button" onClick={item.onClick} title={`Only ${item.title}`}>
                  {item.title}
                </button>
                {item.href && (
                  <a
                    class="outward"
                    href={item.href}
                    target="_blank"
                    rel="noreferrer"
                    aria-label={`Open ${item.title} in Spotify`}
                  >
                    ↗
                  </a>
                )}
              </span>
            ) : (
              <span class="title">
                <Outward href={item.href}>{item.title}</Outward>
              </span>
            )}
            {item.detail && (
              <span class="detail" title={item.detail}>
                {item.detail}
              </span>
            )}
          </span>
          <span class="value">{item.shown}</span>
          <span class="track" aria-hidden="true">
            <span style={{ width: `${(item.value / largest) * 100}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
