import type { Erased } from "../../api/client";
import { erasedLines, pendingLines } from "../../text/leaving";

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul class="plain">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** What was erased here and elsewhere, kind by kind. */
export function ErasedCounts({ erased }: { erased: Erased }) {
  return <Lines lines={erasedLines(erased)} />;
}

/** What could not be erased yet, and why. */
export function PendingStores({ erased }: { erased: Erased }) {
  return <Lines lines={pendingLines(erased)} />;
}
