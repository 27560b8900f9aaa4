export interface RankedItem {
  key: string;
  title: string;
  detail?: string;
  value: number;
  shown: string;
  onClick?: () => void;
}

/** A list whose bars compare its values with the largest. */
export function RankedList({ items }: { items: RankedItem[] }) {
  const largest = Math.max(1, ...items.map((item) => item.value));
  return (
    <ol class="ranked">
      {items.map((item, i) => (
        <li key={item.key}>
          <span class="place">{i + 1}</span>
          <span class="what">
            {item.onClick ? (
              <button type="button" onClick={item.onClick} title={`Only ${item.title}`}>
                {item.title}
              </button>
            ) : (
              <span class="title">{item.title}</span>
            )}
            {item.detail && <span class="detail">{item.detail}</span>}
            <span class="track" aria-hidden="true">
              <span style={{ width: `${(item.value / largest) * 100}%` }} />
            </span>
          </span>
          <span class="value">{item.shown}</span>
        </li>
      ))}
    </ol>
  );
}
