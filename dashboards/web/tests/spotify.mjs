/** Browser tests with an invented Spotify: E2E_URL and E2E_FAKE name the two servers (tools/with_spotify.py). */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { seriousFindings } from "./findings.mjs";
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
  // The same callback once more, and one with a state that was never given out: no login under way is theirs.
  const before = await state();
  for (const stranger of [
    callback.href,
    `${base}/callback?code=${callback.searchParams.get("code")}&state=${"x".repeat(43)}`,
  ]) {
    await page.goto(stranger);
    await page.waitForURL(`${base}/connect`);
    await page.getByText(/Connected until/).waitFor();
    const after = await state();
    assert.deepEqual(
      [after.listeners.length, after.listeners[0].state, after.app.login_problem],
      [1, "logged_in", before.app.login_problem],
      "whoever is logged in stays so, and nobody else is",
    );
  }
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
    window.listed = {};
    const look = () => {
      const title = document.querySelector(".now h1")?.textContent;
      if (title !== window.seen.at(-1)?.title) window.seen.push({ title, at: Date.now() });
      for (const row of document.querySelectorAll(".plays .what b"))
        window.listed[row.textContent] ??= Date.now();
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
  // A play is over, and listed, with the first look that sees another one.
  const listed = await page.evaluate(() => window.listed);
  const rows = [];
  for (let i = 0; i < plays - 1; ++i) {
    const wasSeen = looks.some((at) => at >= begin + i * trackMs && at < begin + (i + 1) * trackMs);
    const over = looks.find((at) => at >= begin + (i + 1) * trackMs && at < begin + plays * trackMs);
    if (!wasSeen || over === undefined) continue;
    assert.ok(listed[truth[i].title] !== undefined, `play ${i}, ${truth[i].title}, was never listed today`);
    rows.push(listed[truth[i].title] - over);
  }
  rows.sort((a, b) => a - b);
  const slowest = rows[Math.ceil(rows.length * 0.99) - 1];
  t.diagnostic(
    `from Spotify's answer to the row in Today: median ${rows[rows.length >> 1]} ms, 99th percentile of ${rows.length} ${slowest} ms`,
  );
  assert.ok(rows.length > plays / 2, `only ${rows.length} of ${plays} rows could be timed`);
  assert.ok(slowest < 3000, `a play was listed only after ${slowest} ms`);
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

test("a connection that is dead without an end is missed, and given up for one that lives", async (t) => {
  const proxy = await startProxy(Number(new URL(base).port));
  const watcher = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await watcher.goto(`${proxy.url}/live`);
  await watcher.getByText("Told by Spotify").waitFor();
  await watcher.waitForTimeout(500);
  const stalled = Date.now();
  proxy.stall();
  // The server gives a sign of life every 15 s; two that are missing are enough.
  await watcher.locator(".lost").waitFor({ timeout: 40_000 });
  t.diagnostic(`it was missed after ${Date.now() - stalled} ms`);
  assert.equal(await watcher.locator(".now h1").count(), 1, "what was known stays on the page");
  proxy.goOn();
  await watcher.locator(".lost").waitFor({ state: "detached", timeout: 20_000 });
  await watcher.close();
  proxy.stop();
});

test("what changed while the page could not yet follow it is asked again", async () => {
  const watcher = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  let answers = 0;
  await watcher.route("**/api/v1/metrics/overview*", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answers += 1;
    // The page's first answer is of data that were replaced before its stream was open.
    if (answers === 1) answer.data_version = "before";
    await route.fulfill({ response, json: answer });
  });
  await watcher.route("**/api/v1/live", async (route) => {
    for (let i = 0; i < 100 && answers === 0; ++i) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await watcher.goto(`${base}/`);
  await watcher.locator(".hero").waitFor();
  for (let i = 0; i < 50 && answers < 2; ++i) await watcher.waitForTimeout(100);
  assert.ok(answers >= 2, "the old answer stayed");
  await watcher.close();
});

test("a track that is heard for the first time has its features as soon as a catalogue knows it", async () => {
  const begin = Date.now() + 1000;
  await tell("/fake/plays", { listener: "listener1", item: 130, started_ms: begin, played_ms: trackMs });
  const now = async () => (await state()).listeners[0].playing;
  // A player that was quiet is looked at every half minute.
  const before = (await now())?.track_id;
  // The invented tracks are shorter than what counts as a stream.
  await page.goto(`${base}/live?min_ms=0`);
  for (let i = 0; i < 400 && (await now())?.track_id === before; ++i) await page.waitForTimeout(100);
  const { track_id: id } = await now();
  assert.notEqual(id, before);
  // The bands need plays of known sound: all that was heard is in a catalogue, and so is this one, unheard.
  const heard = await (
    await fetch(`${base}/api/v1/metrics/plays_behind?min_ms=0&limit=1000&listener=me`)
  ).json();
  const at = heard.columns.findIndex((column) => column.name === "track_id");
  const ids = [...new Set(heard.rows.map((row) => row[at]))];
  assert.ok(!ids.includes(id), "it is no play yet");
  const head = "id,name,artists,danceability,energy,loudness,valence,tempo,duration_ms";
  const catalogue = [head, ...ids.map((each) => `${each},N,A,0.5,0.4,-9,0.3,100,2000`)].join("\n");
  const sent = async (name, body) =>
    (
      await fetch(`${base}/api/v1/import?name=${name}&as=catalogue&listener=me`, { method: "POST", body })
    ).text();
  assert.match(await sent("heard.csv", `${catalogue}\n`), /event: done/);
  const fits = page.getByRole("region", { name: "How it fits" });
  await fits.locator(".fit").first().waitFor();
  await fits.getByText("No catalogue knows this track").waitFor();
  assert.equal(await fits.locator(".dot").count(), 0);
  assert.match(await sent("unheard.csv", `${head}\n${id},N,A,0.5,0.85,-9,0.3,100,2000\n`), /event: done/);
  await fits.locator(".dot").first().waitFor();
  assert.match(await fits.locator(".fit").first().getAttribute("aria-label"), /^0\.85, your mean is 0\.40$/);
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

test("titles that came over the API lead back to Spotify, and it is named, wherever they are listed", async () => {
  await page.goto(`${base}/habits?min_ms=0`);
  await page.getByText("Titles and plays from Spotify").waitFor();
  await page.goto(`${base}/?min_ms=0`);
  await page.getByText("Titles and plays from Spotify").waitFor();
  const card = page.getByRole("region", { name: "Top tracks", exact: true });
  const links = card.locator("li a.outward");
  await links.first().waitFor();
  assert.equal(await links.count(), await card.locator("li").count());
  const address = /^https:\/\/open\.spotify\.com\/track\/[0-9A-Za-z]{22}$/;
  assert.match(await links.first().getAttribute("href"), address);
  await card.getByRole("button", { name: "Plays" }).click();
  const dialog = page.getByRole("dialog");
  const titles = dialog.locator("tbody a.outward-title");
  await titles.first().waitFor();
  assert.equal(await titles.count(), await dialog.locator("tbody tr").count());
  assert.match(await titles.first().getAttribute("href"), address);
  await dialog.getByText("Titles and plays from Spotify").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
});

test("ReccoBeats is asked only after a person has read what it is sent, and no more when they say so", async () => {
  const agreed = async () => (await (await fetch(`${base}/api/v1/reccobeats`)).json()).agreed_at;
  assert.equal(await agreed(), null);
  await page.goto(`${base}/data`);
  const card = page.getByRole("region", { name: "Ask ReccoBeats" });
  assert.match(await card.textContent(), /are sent to reccobeats\.com, of everyone whose plays/);
  await card.getByRole("button", { name: "I agree, for everyone here: ask it" }).click();
  await card.getByText("Agreed, for everyone here, on").waitFor();
  assert.notEqual(await agreed(), null);
  await card.getByRole("button", { name: "Ask it no more" }).click();
  await card.getByRole("button", { name: "I agree, for everyone here: ask it" }).waitFor();
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

const history = "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
const exported = (listener, title) =>
  fetch(`${base}/api/v1/import?name=${title}.csv&listener=${listener}`, {
    method: "POST",
    body: `${history}00000000000000000000A1,${new Date().toISOString().slice(0, 19).replace("T", " ")},200000,${title},Noise\n`,
  }).then((answer) => answer.text());

test("in a household of two the live page is of one of them, and says of whom", async () => {
  assert.match(await exported("Anna", "Rain"), /event: done/);
  const { listeners, default: usual } = await (await fetch(`${base}/api/v1/listeners`)).json();
  assert.deepEqual([listeners, usual], [["Anna", "me"], "Anna"]);
  const home = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const whose = new Set();
  home.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.startsWith("/api/v1/metrics/")) whose.add(searchParams.get("listener"));
  });
  // Nobody is named: who is connected is shown, and every card and the picker are of the same one.
  await home.goto(`${base}/live`);
  await home.locator(".now-state", { hasText: "me · " }).waitFor();
  await home.getByRole("region", { name: "Today" }).locator(".plays li").first().waitFor();
  assert.deepEqual([...whose], ["me"]);
  assert.equal(await home.getByLabel("Listener", { exact: true }).inputValue(), "me");
  assert.equal(await home.getByRole("region", { name: "Today" }).getByText("Rain").count(), 0);
  // Anna is named, and has no player to show: another's is not shown in its place.
  whose.clear();
  await home.getByLabel("Listener", { exact: true }).selectOption("Anna");
  await home.getByRole("heading", { name: "Anna is not connected" }).waitFor();
  assert.equal(await home.locator(".now").count(), 0);
  assert.deepEqual([...whose], []);
  assert.deepEqual(await seriousFindings(home), []);
  if (process.env.OUT) await home.screenshot({ path: `${process.env.OUT}/not_connected.png` });
  await home.getByRole("button", { name: "See what me plays" }).click();
  await home.locator(".now-state", { hasText: "me · " }).waitFor();
  await home.goBack();
  await home.getByRole("button", { name: "Connect Spotify for Anna" }).click();
  await home.getByLabel("Whose plays these are").waitFor();
  assert.equal(await home.getByLabel("Whose plays these are").inputValue(), "Anna");
  // The way back from there is to whom the page can show.
  await home.getByRole("button", { name: "See what plays now" }).click();
  await home.locator(".now-state", { hasText: "me · " }).waitFor();
  assert.equal(new URL(home.url()).searchParams.get("listener"), "me");
  await home.close();
});

test("disconnecting asks twice; then nobody is connected, and what came over the API is gone, and nothing else", async () => {
  const rows = async (metric, named) => {
    const response = await fetch(`${base}/api/v1/metrics/${metric}?min_ms=0&limit=1000&listener=${named}`);
    const answer = await response.json();
    assert.ok(response.ok, `${metric} of ${named}: ${JSON.stringify(answer)}`);
    return answer.rows.length;
  };
  // What an export tells is the listener's own, and stays.
  assert.match(await exported("me", "Snow"), /event: done/);
  assert.ok((await rows("plays_behind", "me")) > 1);
  assert.ok((await rows("playlists", "me")) > 3);
  await page.goto(`${base}/connect`);
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await page.getByText("Everything that came over Spotify’s Web API is erased").waitFor();
  await page.getByRole("button", { name: "Disconnect and erase?" }).click();
  await page.waitForFunction(() => !document.querySelector(".connection"));
  assert.deepEqual((await state()).listeners, []);
  const said = await page.getByRole("status", { name: "What was erased" }).innerText();
  assert.match(said, /^me is disconnected\. Erased: [\d,]+ records that came over Spotify’s Web API/);
  assert.match(said, /[\d,]+ plays/);
  // The login is gone at once, and the lake is rewritten within moments.
  for (let i = 0; i < 100 && (await rows("plays_behind", "me")) > 1; ++i) await page.waitForTimeout(100);
  assert.equal(await rows("plays_behind", "me"), 1, "the export's play alone is left");
  assert.equal(await rows("playlists", "me"), 0);
  assert.equal(await rows("plays_behind", "Anna"), 1, "and another's are untouched");
});
