import { mkdir } from "node:fs/promises";

export const views = {
  overview: "/",
  habits: "/habits",
  taste: "/taste",
  playlists: "/playlists",
  live: "/live",
  data: "/data",
  connect: "/connect",
};
/** Of these, the ones with charts on a canvas. */
export const drawn = ["overview", "habits", "taste", "playlists"];

/** Waits until nothing on the page is awaited any more and the charts have come to rest. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      document.querySelector(".card, .notice") && !document.querySelector(".skeleton, .card[aria-busy=true]"),
    null,
    { timeout: 30_000 },
  );
  await page.waitForTimeout(700);
  // What still fades in has colours that nobody is to read.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime))
        .map((each) => each.finished),
    ),
  );
}

/** A good part of each view; whole ones would be large and show less. */
const heightMax = { 1280: 1500, 390: 1900 };

/**
 * Takes the pictures of docs/screenshots: each view light, dark and on a phone, once the first audit has been made.
 * Titles are of many languages: the machine needs fonts for them (fonts-noto-core, fonts-noto-cjk).
 */
export async function takeScreenshots(browser, base, folder) {
  await mkdir(folder, { recursive: true });
  const first = await browser.newPage();
  await first.goto(base);
  await first.getByText(/figures checked .*, 0 differ/).waitFor({ timeout: 180_000 });
  await first.close();
  for (const [colorScheme, width, suffix] of [
    ["light", 1280, ""],
    ["dark", 1280, "-dark"],
    ["light", 390, "-phone"],
  ]) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    for (const [name, path] of Object.entries(views)) {
      await page.goto(base + path);
      await settled(page);
      const whole = await page.evaluate(() => document.documentElement.scrollHeight);
      const clip = { x: 0, y: 0, width, height: Math.min(whole, heightMax[width]) };
      await page.screenshot({ path: `${folder}/${name}${suffix}.png`, fullPage: true, clip });
    }
    await page.close();
  }
}
