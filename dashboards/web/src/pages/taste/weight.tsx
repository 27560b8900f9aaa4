import { Segments } from "../../components/segments/segments";
import { setParams } from "../../state/conditions";
import { usePlace } from "../../state/location";

export type Weight = "plays" | "ms";

/** What a stream weighs in the figures of this view: as much as any other, or its length. */
export function useWeight(): Weight {
  return usePlace().params.get("weight") === "ms" ? "ms" : "plays";
}

export function WeightChoice() {
  return (
    <div class="weigh">
      <span aria-hidden="true">Weighed by</span>
      <Segments
        label="Weighed by"
        value={useWeight()}
        choices={[
          ["plays", "Streams"],
          ["ms", "Time"],
        ]}
        onChange={(value) => setParams({ weight: value === "ms" ? value : "" }, true)}
      />
    </div>
  );
}
