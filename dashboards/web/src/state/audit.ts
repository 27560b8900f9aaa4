import { useEffect, useState } from "preact/hooks";
import { type AuditReport, type AuditState, postJson, readAudit } from "../api/client";
import { useDataVersion } from "./live";

const quietMs = 60_000;
const busyMs = 2_000;
const looks = new Set<() => void>();

function lookAgain() {
  for (const look of looks) look();
}

/** The last audit, and whether one runs; undefined until it is told, and where nothing is audited. */
export function useAudit(): AuditState | undefined {
  const version = useDataVersion();
  const [state, setState] = useState<AuditState>();
  const isRunning = state?.is_running ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new data are a reason to ask again
  useEffect(() => {
    const look = () =>
      void readAudit().then(setState, () => {
        // What is known stays; whether the server answers is told elsewhere.
      });
    look();
    looks.add(look);
    const timer = setInterval(look, isRunning ? busyMs : quietMs);
    return () => {
      clearInterval(timer);
      looks.delete(look);
    };
  }, [version, isRunning]);
  return state;
}

/** Has everything audited now. */
export async function auditNow(): Promise<void> {
  const begun = setTimeout(lookAgain, 300);
  try {
    await postJson<AuditReport>("/api/v1/audit", {});
  } finally {
    clearTimeout(begun);
    lookAgain();
  }
}
