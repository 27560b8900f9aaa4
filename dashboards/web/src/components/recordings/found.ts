/** A track that can be chosen by its id. */
export interface Choosable {
  track_id: string | null;
  track: string | null;
  artist: string | null;
  plays: number;
}

/** The tracks whose title or artist holds every word of a text, without those that are chosen or have no id. */
export function found(rows: Choosable[], text: string, chosen: Choosable[], max: number): Choosable[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const taken = new Set(chosen.map((row) => row.track_id));
  return rows
    .filter((row) => {
      const told = `${row.track ?? ""} ${row.artist ?? ""}`.toLowerCase();
      return row.track_id && !taken.has(row.track_id) && words.every((word) => told.includes(word));
    })
    .slice(0, max);
}
