import { chooseListener, useListeners } from "../../state/listeners";
import { usePlace } from "../../state/location";
import { useSpotify } from "../../state/spotify";

/** Whose figures these are; to be seen only where there is more than one listener, or the address names another. */
export function ListenerPicker() {
  const { params } = usePlace();
  const { names = [], usual } = useListeners();
  const shown = params.get("listener") ?? usual;
  const isConnected = useSpotify()?.listeners.some((each) => each.listener === shown);
  const strange = shown !== "" && !names.includes(shown);
  if (names.length === 0 || (names.length === 1 && !strange)) return null;
  return (
    <label class="listener pill">
      <i aria-hidden="true">{[...shown][0]?.toUpperCase()}</i>
      <select aria-label="Listener" value={shown} onChange={(e) => chooseListener(e.currentTarget.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        {strange && (
          <option value={shown}>
            {shown} {isConnected ? "(no plays yet)" : "(not here)"}
          </option>
        )}
      </select>
    </label>
  );
}
