import { useState } from "preact/hooks";
import { setParams } from "../../state/conditions";
import { useEdit } from "../../state/edits";
import { usePlace } from "../../state/location";
import { effects, placeOf } from "../../text/edits";
import { Wrong } from "../action/action";
import { EditsInForce } from "../edit_list/edit_list";
import { namedZones } from "./zones";

/** Where the listener was, and when: what the zone "wherever I was" goes by before it goes by the country of plays. */
export function Travels() {
  const { busy, problem, edit } = useEdit();
  const { params } = usePlace();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [zone, setZone] = useState("");
  const [told, setTold] = useState("");
  const add = (event: Event) => {
    event.preventDefault();
    edit({ kind: "travel", from, to, zone }, () => {
      setTold(`Kept: you were in ${placeOf(zone)}.`);
      setFrom("");
      setTo("");
      setZone("");
    });
  };
  return (
    <section class="travels" aria-label="Where I was">
      <p class="note">
        {effects.travel} Days that you do not tell go by the country in which you played. Each can be taken
        back.
      </p>
      <form class="inline-form" onSubmit={add}>
        <label class="field">
          <span>From</span>
          <input type="date" required value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Back on</span>
          <input
            type="date"
            required
            min={from || undefined}
            value={to}
            onInput={(e) => setTo(e.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>In the zone of</span>
          <select required value={zone} onChange={(e) => setZone(e.currentTarget.value)}>
            <option value="">choose …</option>
            {namedZones.map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button primary" disabled={busy || !from || !to || !zone}>
          Add
        </button>
      </form>
      <Wrong problem={problem} />
      <p class="note" role="status">
        {told}
      </p>
      <EditsInForce isBrief kinds={["travel"]} label="Where I was" />
      {params.get("tz") !== "local" && (
        <button type="button" class="button" onClick={() => setParams({ tz: "local" })}>
          Show figures wherever I was
        </button>
      )}
    </section>
  );
}
