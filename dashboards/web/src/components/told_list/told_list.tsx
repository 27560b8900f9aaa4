import type { ComponentChildren } from "preact";

export interface ToldItem {
  key: string;
  title: string;
  detail: string;
  /** It no longer holds. */
  faint?: boolean;
  /** What can be done about it. */
  action?: ComponentChildren;
}

/** Things in words, one below the other, each with what can be done about it. */
export function ToldList({ items, label }: { items: ToldItem[]; label: string }) {
  return (
    <ul class="told" aria-label={label}>
      {items.map((item) => (
        <li key={item.key} class={item.faint ? "faint" : undefined}>
          <span>
            <b>{item.title}</b>
            <span class="detail">{item.detail}</span>
          </span>
          {item.action}
        </li>
      ))}
    </ul>
  );
}
