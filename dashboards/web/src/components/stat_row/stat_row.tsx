export interface Stat {
  label: string;
  value: string;
  detail?: string;
  /** Opens what stands behind it. */
  onOpen?: () => void;
}

/** The few numbers that say most, large. */
export function StatRow({ stats, stale }: { stats: Stat[]; stale: boolean }) {
  return (
    <dl class={`stats${stale ? " stale" : ""}`}>
      {stats.map((stat) => (
        <div key={stat.label}>
          <dt>{stat.label}</dt>
          <dd>
            <strong>
              {stat.onOpen ? (
                <button type="button" class="pick" title="See the plays behind it" onClick={stat.onOpen}>
                  {stat.value}
                </button>
              ) : (
                stat.value
              )}
            </strong>
            {stat.detail && <span>{stat.detail}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
