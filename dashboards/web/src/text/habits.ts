/** What sources call devices and reasons, in a person's words. */

const reasons: Record<string, string> = {
  trackdone: "the track before had ended",
  fwdbtn: "forward button",
  backbtn: "back button",
  clickrow: "chosen from a list",
  playbtn: "play button",
  remote: "another device",
  appload: "the app was opened",
  endplay: "stopped",
  logout: "signed out",
  trackerror: "an error",
  "unexpected-exit": "the app closed by itself",
  "unexpected-exit-while-paused": "the app closed while paused",
  unknown: "unknown",
};

/** Why a play began or ended: "fwdbtn" -> "forward button". */
export function reason(dimension: string, value: string): string {
  if (dimension === "reason_end" && value === "trackdone") return "played to the end";
  return reasons[value] ?? value;
}

const families: [pattern: RegExp, name: string][] = [
  [/^web_?player/, "Web player"],
  [/cast|speaker|sonos|echo|alexa/, "Speaker"],
  [/tv|roku|fire|bravia|webos|tizen/, "Television"],
  [/playstation|ps[345]|xbox/, "Console"],
  [/iphone/, "iPhone"],
  [/ipad/, "iPad"],
  [/^ios/, "iOS"],
  [/android/, "Android"],
  [/^(windows|win32)/, "Windows"],
  [/os ?x|macos|^osx/, "Mac"],
  [/linux/, "Linux"],
  [/car|automotive/, "Car"],
];

/** The family of a device: "Windows 10 (10.0.18363; x64)" -> "Windows". */
export function device(platform: string): string {
  const lower = platform.toLowerCase();
  return families.find(([pattern]) => pattern.test(lower))?.[1] ?? platform;
}

/** How a source spells a value of a dimension, where that differs from what is shown. */
export function habit(dimension: string, value: string): { title: string; spelt: string } {
  const title = habitTitle(dimension, value);
  return {
    title,
    spelt: title.toLowerCase() === value.toLowerCase() || dimension !== "platform" ? "" : value,
  };
}

function habitTitle(dimension: string, value: string): string {
  if (dimension === "platform") return device(value);
  if (dimension.startsWith("reason_")) return reason(dimension, value);
  if (dimension === "country") return country(value);
  if (dimension === "shuffle") return value === "yes" ? "shuffled" : "in order";
  if (dimension === "offline") return value === "yes" ? "offline" : "online";
  return value;
}

/** "FR" -> "France"; what is no code stays as it is. */
export function country(code: string): string {
  if (!/^[A-Z]{2}$/.test(code) || code === "ZZ") return code;
  return new Intl.DisplayNames(["en"], { type: "region", fallback: "code" }).of(code) ?? code;
}
