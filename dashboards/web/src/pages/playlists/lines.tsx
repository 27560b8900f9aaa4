/** What is to be said above a figure, each on a line of its own; what is empty is not said. */
export function Lines({ of }: { of: string[] }) {
  return (
    <>
      {of.filter(Boolean).map((line) => (
        <span class="line" key={line}>
          {line}
        </span>
      ))}
    </>
  );
}
