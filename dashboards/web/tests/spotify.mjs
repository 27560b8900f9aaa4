/** Browser tests with an invented Spotify: E2E_URL and E2E_FAKE name the two servers (tools/with_spotify.py). */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { startProxy } from "./proxy.mjs";

const base = process.env.E2E_URL;
const fake = process.env.E2E_FAKE;
const trackMs = 2000;
const plays = 40;
let browser;
let page;

before(async () => {
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
});
after(() => browser?.close());

async function tell(path, body) {
  const answer = await fetch(fake + path, { method: "POST", body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

async function state() {
  return (await fetch(`${base}/api/v1/spotify`)).json();
}

/** A request as a foreign page or a rebound name would make it. */
function ask(method, path, headers = {}, body = "") {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, location: answer.headers.location });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function setApplication() {
  const { client_id: id } = await (await fetch(`${fake}/fake/app`)).json();
  await page.goto(`${base}/connect`);
  await page.getByLabel("Its Client ID").fill(id);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
}

test("nobody logs in before there is an application", async () => {
  await page.goto(`${base}/connect`);
  await page.getByText("First the application above.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Log in with Spotify" }).isDisabled());
  await page.goto(`${base}/live`);
  await page.getByText("Nobody is connected yet").waitFor();
});

test("who refuses on Spotify's page is told so, and may try again", async () => {
  await setApplication();
  await page.getByRole("button", { name: "Log in with Spotify" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(`${base}/connect`);
  await page.getByRole("alert").waitFor();
  assert.deepEqual((await state()).listeners, []);
});

test("a login through Spotify's page connects, and leaves no code behind", async () => {
  await page.getByRole("button", { name: "Log in with Spotify" }).click();
  await page.getByText("This is an invented Spotify").waitFor();
  const asked = new URL(page.url()).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.ok(asked.get("state").length >= 32);
  const came = page.waitForRequest((sent) => sent.url().startsWith(`${base}/callback`));
  await page.getByRole("button", { name: "Agree" }).click();
  const callback = new URL((await came).url());
  await page.waitForURL(`${base}/connect`);
  await page.getByText(/Connected until/).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  // The same callback once more, and one with a state that was never given out.
  await page.goto(callback.href);
  await page.getByRole("alert").waitFor();
  await page.goto(`${base}/callback?code=${callback.searchParams.get("code")}&state=${"x".repeat(43)}`);
  await page.getByRole("alert").waitFor();
  assert.equal((await state()).listeners[0].state, "logged_in", "and who was logged in stays so");
});

test("requests of foreign pages and under foreign names are refused", async () => {
  const host = new URL(base).host;
  const body = JSON.stringify({ listener: "me" });
  const refused = [
    await ask("POST", "/api/v1/spotify/login", { host, origin: "https://evil.example" }, body),
    await ask("POST", "/api/v1/spotify/logout", { host, origin: "null" }, body),
    await ask("POST", "/api/v1/spotify/app", { host, "sec-fetch-site": "cross-site" }, '{"client_id":"a"}'),
    await ask("GET", "/api/v1/spotify", { host: "evil.example" }),
    await ask("GET", "/callback?code=a&state=b", { host: `127.0.0.1.evil.example:${new URL(base).port}` }),
    await ask("GET", "/api/v1/live", { host: "evil.example" }),
  ];
  assert.deepEqual(
    refused.map(({ status }) => status),
    [403, 403, 403, 403, 403, 403],
  );
  assert.equal((await state()).listeners[0].state, "logged_in");
});

test("what Spotify reports is on the page at once, and every play is listed", async (t) => {
  await page.goto(`${base}/live`);
  await page.getByText("Silence").waitFor();
  await page.evaluate(() => {
    window.seen = [];
    const look = () => {
      const title = document.querySelector(".now h1")?.textContent;
      const listed = document.querySelectorAll(".plays li").length;
      const last = window.seen.at(-1);
      if (title !== last?.title || listed !== last?.listed)
        window.seen.push({ title, listed, at: Date.now() });
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  const begin = Date.now() + 1000;
  for (let i = 0; i < plays; ++i) {
    await tell("/fake/plays", {
      listener: "listener1",
      item: i + 20,
      started_ms: begin + i * trackMs,
      played_ms: trackMs,
    });
  }
  await page.waitForTimeout(begin + plays * trackMs - Date.now());
  await page.getByText("Paused").waitFor({ timeout: 30_000 });
  const truth = await (await fetch(`${fake}/fake/truth?listener=listener1`)).json();
  const asked = await (await fetch(`${fake}/fake/requests`)).json();
  const looks = asked
    .filter((each) => each.path === "/me/player" && each.status === 200)
    .map((each) => each.at_ms);
  const seen = await page.evaluate(() => window.seen);
  const late = [];
  const shown = [];
  for (let i = 0; i < plays; ++i) {
    const look = looks.find((at) => at >= begin + i * trackMs && at < begin + (i + 1) * trackMs);
    if (look === undefined) continue;
    shown.push(truth[i].title);
    const title = seen.find((each) => each.at >= look - 50 && each.title === truth[i].title)?.at;
    assert.ok(title !== undefined, `play ${i}, ${truth[i].title}, never stood on the page`);
    late.push(title - look);
  }
  late.sort((a, b) => a - b);
  assert.ok(shown.length > plays / 2, `only ${shown.length} of ${plays} were looked at`);
  const p99 = late[Math.ceil(late.length * 0.99) - 1];
  t.diagnostic(
    `from Spotify's answer to the page: median ${late[late.length >> 1]} ms, 99th percentile of ${late.length} ${p99} ms`,
  );
  assert.ok(p99 < 1000, `a play came to the page after ${p99} ms`);
  // The last one stands at its end, and is over when something else comes, or when the list tells it.
  const over = shown.slice(0, -1);
  await page.getByRole("button", { name: /Show all/ }).click();
  await page.waitForFunction((n) => document.querySelectorAll(".plays li").length >= n, over.length);
  const titles = await page.locator(".plays .what b").allTextContents();
  const told = titles.toReversed();
  if (told.at(-1) === shown.at(-1)) told.pop();
  assert.deepEqual(told.slice(-over.length), over);
});

test("a connection that breaks while music plays misses nothing, without a reload", async (t) => {
  const proxy = await startProxy(Number(new URL(base).port));
  const watcher = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await watcher.goto(`${proxy.url}/live`);
  await watcher.getByText("Told by Spotify").waitFor();
  await watcher.evaluate(() => {
    window.marker = "the same page";
  });
  const begin = Date.now() + 1000;
  const titles = [];
  const told = 24;
  for (let i = 0; i < told; ++i) {
    await tell("/fake/plays", {
      listener: "listener1",
      item: i + 80,
      started_ms: begin + i * trackMs,
      played_ms: trackMs,
    });
  }
  const looks = async () =>
    (await (await fetch(`${fake}/fake/requests`)).json()).filter(
      (each) => each.path === "/me/player" && each.status === 200 && each.at_ms >= begin,
    );
  // A player that was quiet is looked at every half minute: only then is every track followed.
  while ((await looks()).length < 2 && Date.now() < begin + 34_000) await watcher.waitForTimeout(200);
  const broken = Date.now();
  proxy.breakOff();
  await watcher.waitForTimeout(3 * trackMs);
  await watcher.locator(".lost").waitFor();
  proxy.goOn();
  await watcher.locator(".lost").waitFor({ state: "detached", timeout: 20_000 });
  await watcher.waitForTimeout(begin + told * trackMs - Date.now());
  const truth = await (await fetch(`${fake}/fake/truth?listener=listener1`)).json();
  const asked = await looks();
  for (const play of truth.slice(plays, plays + told - 1)) {
    const wasSeen = asked.some((each) => each.at_ms >= play.started_ms && each.at_ms < play.ended_ms);
    if (wasSeen && play.ended_ms > broken) titles.push(play.title);
  }
  assert.ok(titles.length >= 4, `only ${titles.length} were looked at`);
  await watcher.waitForFunction(
    (wanted) => {
      const listed = [...document.querySelectorAll(".plays .what b")].map((each) => each.textContent);
      return wanted.every((title) => listed.includes(title));
    },
    titles,
    { timeout: 20_000 },
  );
  assert.equal(await watcher.evaluate(() => window.marker), "the same page");
  // Of plays that the list of recent ones alone tells nobody knows how long they were heard.
  const answer = await (
    await fetch(`${base}/api/v1/metrics/plays_behind?min_ms=0&limit=100&listener=me`)
  ).json();
  const markAt = answer.columns.findIndex((column) => column.name === "mark");
  const estimated = answer.rows.filter((row) => row[markAt].includes("length estimated")).length;
  await watcher.getByRole("button", { name: /Show all/ }).click();
  const marked = () => watcher.locator(".plays .ms", { hasText: "≈" }).count();
  for (let i = 0; i < 50 && (await marked()) !== estimated; ++i) await watcher.waitForTimeout(100);
  assert.equal(await marked(), estimated);
  t.diagnostic(`${estimated} of ${answer.rows.length} plays have an estimated length, and say so`);
  await watcher.close();
  proxy.stop();
});

test("playlists come in with their covers, and lead back to Spotify", async () => {
  const faults = [];
  page.on("requestfailed", (failed) => {
    // The stream of the view that is left ends with it.
    if (!failed.url().endsWith("/api/v1/live")) faults.push(failed.url());
  });
  await page.goto(`${base}/playlists`);
  await page.locator(".picks img.cover").first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".picks img.cover")].some((each) => each.naturalWidth > 0),
  );
  // They come in one after another.
  await page.waitForFunction(() => document.querySelectorAll(".picks a.outward").length > 3, null, {
    timeout: 60_000,
  });
  const links = await page.locator(".picks a.outward").evaluateAll((all) => all.map((each) => each.href));
  for (const link of links) assert.match(link, /^https:\/\/open\.spotify\.com\/playlist\/[0-9A-Za-z]{22}$/);
  await page.getByText("Playlists, titles and covers from Spotify").waitFor();
  assert.deepEqual(faults, []);
  page.removeAllListeners("requestfailed");
  if (process.env.OUT) await page.screenshot({ path: `${process.env.OUT}/covers.png`, fullPage: true });
});

test("ReccoBeats is asked only after a person has read what it is sent, and no more when they say so", async () => {
  const agreed = async () => (await (await fetch(`${base}/api/v1/reccobeats`)).json()).agreed_at;
  assert.equal(await agreed(), null);
  await page.goto(`${base}/data`);
  const card = page.getByRole("region", { name: "Ask ReccoBeats" });
  assert.match(await card.textContent(), /Spotify ids of tracks whose sound no catalogue knows are sent/);
  await card.getByRole("button", { name: "I agree: ask it" }).click();
  await card.getByText("You agreed on").waitFor();
  assert.notEqual(await agreed(), null);
  await card.getByRole("button", { name: "Ask it no more" }).click();
  await card.getByRole("button", { name: "I agree: ask it" }).waitFor();
  assert.equal(await agreed(), null);
});

test("who follows the live stream anew is told everything at once", async () => {
  const stop = new AbortController();
  const { body } = await fetch(`${base}/api/v1/live`, { signal: stop.signal });
  let text = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("event: version") && text.includes("event: spotify")) break;
  }
  stop.abort();
  assert.match(text, /"state":"logged_in"/);
});

test("no secret lies in the data folder, or in what the server says", async () => {
  const secrets = await (await fetch(`${fake}/fake/secrets`)).json();
  assert.ok(secrets.length >= 3, "a code, an access token and a refresh token at least");
  const told = [JSON.stringify(await state()), await (await fetch(`${base}/metrics`)).text()];
  const files = await readdir(process.env.E2E_DATA, { recursive: true, withFileTypes: true });
  for (const file of files.filter((each) => each.isFile())) {
    told.push(await readFile(`${file.parentPath ?? file.path}/${file.name}`, "latin1"));
  }
  assert.ok(told.length > 5);
  for (const secret of secrets) assert.ok(!told.some((each) => each.includes(secret)), "a secret is told");
});

test("disconnecting asks twice; then nobody is connected, and what came over the API is gone", async () => {
  const told = async () => {
    const response = await fetch(`${base}/api/v1/metrics/plays?min_ms=0&listener=me`);
    return response.ok ? (await response.json()).rows.length : 0;
  };
  assert.ok((await told()) > 0);
  await page.goto(`${base}/connect`);
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await page.getByText("Everything that came over Spotify’s Web API is erased").waitFor();
  await page.getByRole("button", { name: "Disconnect and erase?" }).click();
  await page.waitForFunction(() => !document.querySelector(".connection"));
  assert.deepEqual((await state()).listeners, []);
  // The login is gone at once, and the lake is rewritten within moments.
  for (let i = 0; i < 100 && (await told()) > 0; ++i) await page.waitForTimeout(100);
  assert.equal(await told(), 0);
});
