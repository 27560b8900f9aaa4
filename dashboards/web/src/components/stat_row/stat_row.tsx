export interface Stat {
  label: string;
  value: string;
  detail?: string;
}

/** The few numbers that say most, large. */
export function StatRow({ stats, stale }: { stats: Stat[]; stale: boolean }) {
  return (
    <dl class={`stats${stale ? " stale" : ""}`}>
      {stats.map((stat) => (
        <div key={stat.label}>
          <dt>{stat.label}</dt>
          <dd>
            <strong>{stat.value}</strong>
            {stat.detail && <span>{stat.detail}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
