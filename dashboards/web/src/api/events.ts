/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Takes server-sent events out of text that arrives in pieces. */
export class EventParser {
  private pending = "";

  take(text: string): ServerEvent[] {
    this.pending = (this.pending + text).replaceAll("\r\n", "\n");
    const events: ServerEvent[] = [];
    for (let end = this.pending.indexOf("\n\n"); end >= 0; end = this.pending.indexOf("\n\n")) {
      const block = this.pending.slice(0, end);
      this.pending = this.pending.slice(end + 2);
      const lines = block.split("\n");
      const field = (name: string) =>
        lines.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).trimStart());
      const data = field("data").join("\n");
      if (data) events.push({ event: field("event")[0] ?? "message", data });
    }
    return events;
  }
}
