import { count, plural } from "../../text/format";

/** 187000 -> "3:07". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How long ago, as a person says it. */
export function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  return `${Math.floor(minutes / 60)} h ago`;
}

/** Where this machine is. */
const hereZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * The zone in which today begins: that of the address, else that in which the server has read the question. Who asks
 * wherever they were is where this page is.
 */
export function zoneOfToday(named: string | null, told: unknown): string {
  const zone = named || (typeof told === "string" ? told : "");
  return zone === "" || zone === "local" ? hereZone : zone;
}

/** How many plays there are, and that only the newest are listed where that is so. */
export function playsShown(listed: number, all: number): string {
  if (all <= listed) return `${plural(listed, "play")}, also the short ones`;
  return `The newest ${count(listed)} of ${plural(all, "play")}, also the short ones`;
}
