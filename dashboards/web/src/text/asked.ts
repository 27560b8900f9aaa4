/** Who outside is asked, for the foot of every page: true whatever the owner has agreed to, also while it is not known. */
export function whoIsAsked(spotify: boolean, reccobeats: boolean): string {
  const sent = "it is sent their Spotify ids";
  if (spotify && reccobeats)
    return `Spotify is asked for your plays and lists, ReccoBeats for how tracks sound: ${sent}.`;
  if (spotify) return "Spotify is asked for your plays and lists.";
  if (reccobeats) return `ReccoBeats is asked how tracks sound: ${sent}.`;
  // A store that is published to, or a Kaggle catalogue that is followed, is the owner's word as well; no answer tells of them.
  return "Nothing leaves it unless you say so.";
}
