/** Browser tests of the live page, over a demo of their own: E2E_PROGRAM names the program (tools/with_demo.py). */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test as defined } from "node:test";
import { launch } from "./browser.mjs";
import { seriousFindings } from "./findings.mjs";

// The mock has no music that plays: without a program there is nothing to test.
const test = process.env.E2E_PROGRAM ? defined : () => {};
let browser;
let demo;
let folder;
let base;

before(async () => {
  if (process.env.E2E_PROGRAM) browser = await launch();
});
after(async () => {
  await browser?.close();
  demo?.kill();
  if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts a demo and gives its address as soon as it says that it is ready. */
async function startDemo() {
  folder = await mkdtemp(join(tmpdir(), "earprint-demo-"));
  demo = spawn(process.env.E2E_PROGRAM, ["demo", "--data", folder, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: demo.stdout })) {
    const address = /ready: (http:\/\/\S+?)\/? /.exec(line)?.[1];
    if (address) return address;
  }
  throw new Error("the demo did not come up");
}

const playing = async () => (await (await fetch(`${base}/api/v1/spotify`)).json()).listeners[0].playing;

async function open(path, options = {}, prepare = undefined) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  await prepare?.(page);
  await page.goto(base + path);
  return page;
}

test("within three seconds of the demo's start its live page shows what plays, and then what comes after", async (t) => {
  base = await startDemo();
  const ready = Date.now();
  const page = await open("/live");
  await page.locator(".now.playing h1").waitFor();
  const ms = Date.now() - ready;
  t.diagnostic(
    `“${await page.locator(".now h1").textContent()}” was shown ${ms} ms after the demo was ready`,
  );
  assert.ok(ms < 3000, `it took ${ms} ms`);
  // The title comes over the stream of events alone: nothing else on the page asks how Spotify stands.
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/spotify")) asked.push(request.url());
  });
  const seen = await page.evaluate(async () => {
    const seconds = () => {
      const [minutes, rest] = document.querySelector(".now-progress time").textContent.split(":");
      return 60 * Number(minutes) + Number(rest);
    };
    const title = () => document.querySelector(".now h1").textContent;
    const first = title();
    const at = [];
    for (let i = 0; i < 240 && title() === first; ++i) {
      at.push(seconds());
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return { first, second: title(), at };
  });
  assert.notEqual(seen.second, seen.first, "the demo's first track ends after 25 s");
  assert.equal((await playing()).title, seen.second);
  assert.deepEqual(asked, []);
  t.diagnostic(`it moved from ${seen.at[0]} to ${seen.at.at(-1)} s, then came “${seen.second}”`);
  assert.ok(seen.at.at(-1) > seen.at[0] + 5, "it played on");
  // The player is looked at several times meanwhile; the last reading may be of the track after.
  for (let i = 1; i < seen.at.length - 2; ++i)
    assert.ok(seen.at[i] >= seen.at[i - 1], `it went back from ${seen.at[i - 1]} to ${seen.at[i]} s`);
  await page.close();
});

test("a page that opens between two looks at the player is not behind, whatever its own clock says", async () => {
  const wrongClock = (page) =>
    page.addInitScript(() => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + 3_600_000;
    });
  const page = await open("/live", {}, wrongClock);
  await page.locator(".now.playing .now-progress").waitFor();
  await page.waitForTimeout(1500);
  const [shown, told] = await Promise.all([
    page.locator(".now-progress time").first().textContent(),
    playing(),
  ]);
  const [minutes, seconds] = shown.split(":").map(Number);
  const real = Math.min(told.length_ms, told.progress_ms + Date.now() - told.seen_at_ms) / 1000;
  assert.ok(Math.abs(60 * minutes + seconds - real) < 3, `${shown} is shown at ${real} s`);
  assert.match(await page.locator(".standing").innerText(), /player seen (just now|\d+ s ago)/);
  await page.close();
});

test("what plays has its features beside the listener's, whatever the conditions choose", async () => {
  const page = await open("/live");
  const fits = page.getByRole("region", { name: "How it fits" });
  await fits.locator(".fit .dot").first().waitFor();
  const rows = await fits.locator(".fit").count();
  assert.equal(rows, 7);
  assert.equal(await fits.locator(".fit .dot").count(), rows);
  const { track_id: id } = await playing();
  const { features } = await (await fetch(`${base}/api/v1/sound?track=${id}`)).json();
  const words = await fits.locator(".fit").first().getAttribute("aria-label");
  assert.ok(words.startsWith(features.energy.toFixed(2)), `${words} of ${features.energy}`);
  // Conditions choose the plays of the bands; the track stays what it is.
  await page.goto(`${base}/live?hours=3-4&from=2020-01-01&to=2022-01-01`);
  await fits.locator(".fit .dot").first().waitFor();
  assert.equal(await fits.locator(".fit .dot").count(), rows);
  assert.match(await fits.innerText(), /your plays under these conditions/);
  await page.goto(`${base}/live?artist=Nobody`);
  await fits.getByText("No audio features are known of your plays under these conditions.").waitFor();
  await page.close();
});

test("an episode, and a track that no catalogue knows, are said to be what they are", async () => {
  const page = await open("/live", {}, async (opened) => {
    await opened.route("**/api/v1/sound*", (route) => {
      const id = new URL(route.request().url()).searchParams.get("track");
      return route.fulfill({ json: { track_id: id, provenance: null, catalogue: null, features: {} } });
    });
  });
  await page.getByText("No catalogue knows this track, neither by its id nor by its names.").waitFor();
  await page.close();
  const state = await (await fetch(`${base}/api/v1/spotify`)).json();
  state.listeners[0].playing = { ...state.listeners[0].playing, kind: "episode" };
  const told = (json) => (opened) =>
    opened.route("**/api/v1/live", (route) =>
      route.fulfill({
        contentType: "text/event-stream",
        body: `event: spotify\ndata: ${JSON.stringify(json)}\n\n`,
      }),
    );
  const episode = await open("/live", {}, told(state));
  await episode.getByRole("region", { name: "Today" }).waitFor();
  assert.equal(await episode.getByRole("region", { name: "How it fits" }).count(), 0);
  assert.match(await episode.locator(".now-link").getAttribute("href"), /\/episode\//);
  await episode.close();
  state.listeners[0] = { ...state.listeners[0], playing: null, plays_unnamed: true };
  const advertisement = await open("/live", {}, told(state));
  await advertisement.getByRole("heading", { name: "Advertisement" }).waitFor();
  assert.equal(await advertisement.locator(".now.playing").count(), 1);
  assert.deepEqual(await seriousFindings(advertisement), []);
  await advertisement.close();
});

/** What a page says of today, once it says it. */
async function todayOn(page) {
  const today = page.getByRole("region", { name: "Today" });
  await today.locator(".plays li").first().waitFor();
  return [await today.locator(".note").innerText(), await today.locator(".plays li").first().innerText()];
}

test("today is today, whatever span the address names and wherever the browser is", async () => {
  const page = await open("/live");
  const said = await todayOn(page);
  assert.match(said[0], /^\d+ plays?, also the short ones$/);
  // A play may end meanwhile: what two pages say is held together when it was the same before and after.
  const sameOn = async (other) => {
    for (let tries = 0; tries < 4; ++tries) {
      const before = await todayOn(page);
      const elsewhere = await todayOn(other);
      if (String(await todayOn(page)) !== String(before)) continue;
      if (String(elsewhere) === String(before) || tries === 3) return assert.deepEqual(elsewhere, before);
      await page.waitForTimeout(1000); // one of them had not heard of it yet
    }
    return assert.fail("what was played changed all the time");
  };
  const past = await open("/live?from=2020-01-01&to=2021-01-01");
  await sameOn(past);
  await past.close();
  // The demo's listener is at home in Paris, and this browser where it is another day.
  const dayIn = (timeZone) => new Intl.DateTimeFormat("sv-SE", { timeZone }).format(new Date());
  const elsewhere = ["Pacific/Kiritimati", "Pacific/Midway"].find(
    (zone) => dayIn(zone) !== dayIn("Europe/Paris"),
  );
  const far = await open("/live", { timezoneId: elsewhere });
  await sameOn(far);
  await far.close();
  await page.close();
});

test("where more was played than is listed, the list says so", async () => {
  const page = await open("/live", {}, (opened) =>
    opened.route("**/api/v1/metrics/overview*", async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      answer.rows[0][answer.columns.findIndex((column) => column.name === "plays_all")] = 1430;
      await route.fulfill({ response, json: answer });
    }),
  );
  await page.getByText(/^The newest \d+ of 1,430 plays, also the short ones$/).waitFor();
  await page.close();
});

test("a change of what plays is said to those who hear the page: its title and its artist", async () => {
  const page = await open("/live");
  await page.locator(".now.playing h1").waitFor();
  // What plays may change between the two readings.
  const said = () => page.locator(".now [aria-live=polite]").allTextContents();
  let told, heard;
  do {
    told = await playing();
    heard = await said();
  } while ((await playing()).title !== told.title);
  assert.deepEqual(heard, [told.title, told.artist]);
  assert.equal(await page.locator(".now-progress [aria-live], .now-progress[aria-live]").count(), 0);
  await page.close();
});
