/** Browser tests: node --test tests/e2e.mjs; E2E_URL names a running server, else the mock answers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { seriousFindings } from "./findings.mjs";
import { audit } from "./mock/answers.mjs";
import { startMock } from "./mock/server.mjs";
import { drawn, settled, takeScreenshots, views } from "./screenshots.mjs";

let mock;
let base;
let browser;

before(async () => {
  if (!process.env.E2E_URL) mock = await startMock();
  base = process.env.E2E_URL ?? mock.url;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  mock?.stop();
});

/** A page that remembers what went wrong on it and which other hosts it asked. */
async function open(path, options = {}, prepare = undefined) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("400")) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(base))
      faults.push(`asked ${request.url()}`);
  });
  await prepare?.(page);
  await page.goto(base + path);
  await settled(page);
  return { page, faults };
}

for (const [name, path] of Object.entries(views)) {
  for (const [scheme, width] of [
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ]) {
    test(`${name} is whole and accessible, ${scheme}, ${width} px`, async () => {
      const { page, faults } = await open(path, { colorScheme: scheme, viewport: { width, height: 900 } });
      assert.equal(await page.locator("[role=alert]").count(), 0);
      if (drawn.includes(name)) assert.ok((await page.locator("canvas").count()) >= 2);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `wider than the window by ${overflow} px`);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(faults, []);
      await page.close();
    });
  }
}

test("the foot of the page tells what was checked, and leads to what differs", async () => {
  const told = (page) => page.route("**/api/v1/audit", (route) => route.fulfill({ json: audit() }));
  const { page, faults } = await open("/", {}, told);
  await page.getByRole("link", { name: "42,318 figures checked 6 minutes ago, 1 differs" }).click();
  const card = page.getByRole("region", { name: "Audit" });
  await card.getByText("Not audited").waitFor();
  assert.match(await card.innerText(), /plays is 13, and from the events follows 12/);
  await card.getByText("Conditions, and 12 plays behind it").click();
  assert.ok(await card.getByText("0123456789abcde0123456789abcde").isVisible());
  assert.deepEqual(faults, []);
  await page.close();
});

test("a click on an artist becomes a condition, and back takes it away", async () => {
  const { page } = await open("/");
  const all = await page.locator(".hero h1").textContent();
  const artist = page.getByRole("region", { name: "Top artists" }).locator(".what button").first();
  const name = await artist.textContent();
  await artist.click();
  await page.waitForFunction((before) => document.querySelector(".hero h1")?.textContent !== before, all);
  assert.equal(new URL(page.url()).searchParams.get("artist"), name);
  assert.match(await page.locator(".chips").textContent(), new RegExp(`Artist: ${name}`));
  await page.goBack();
  await page.waitForFunction((before) => document.querySelector(".hero h1")?.textContent === before, all);
  assert.equal(await page.locator(".chips li").count(), 0);
  await page.close();
});

test("an address with conditions opens them, and other views keep them", async () => {
  const { page } = await open("/?weekdays=sat%2Csun&feature=energy%3E%3D0.5");
  assert.match(await page.locator(".chips").textContent(), /Saturday, Sunday/);
  assert.match(await page.locator(".chips").textContent(), /Energy ≥ 0.5/);
  await page.getByRole("link", { name: "Habits" }).click();
  await settled(page);
  const params = new URL(page.url()).searchParams;
  assert.equal(params.get("weekdays"), "sat,sun");
  assert.equal(params.get("feature"), "energy>=0.5");
  await page.getByRole("button", { name: "Remove Weekdays sat,sun" }).click();
  assert.equal(new URL(page.url()).searchParams.has("weekdays"), false);
  await page.close();
});

test("a condition can be added from the bar, by keyboard alone", async () => {
  const { page } = await open("/");
  await page.getByRole("button", { name: "+ Condition" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".add-condition select").first().selectOption("hours");
  await page.locator(".add-condition select").nth(1).selectOption("22");
  await page.locator(".add-condition select").nth(2).selectOption("2");
  await page.getByRole("button", { name: "Add" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).searchParams.get("hours"), "22-2");
  await settled(page);
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await page.close();
});

test("playlists are picked, compared and ordered; the address keeps the picks", async () => {
  const { page, faults } = await open("/playlists");
  const lists = page.getByRole("list", { name: "Playlists" });
  assert.equal(await lists.locator("button[aria-pressed=true]").count(), 2);
  await lists.locator("button[aria-pressed=false]").first().click();
  await settled(page);
  const picked = new URL(page.url()).searchParams.getAll("list");
  assert.equal(picked.length, 3);
  const side = page.getByRole("region", { name: "Side by side" });
  assert.equal(await side.locator(".sides li").count(), 3);
  await page.goBack();
  await settled(page);
  assert.equal(await side.locator(".sides li").count(), 2);

  const tracks = page.getByRole("region", { name: "Tracks", exact: true });
  await tracks.getByLabel("Order by").selectOption("tempo");
  const column = await tracks
    .locator("th")
    .evaluateAll((all) => all.findIndex((th) => th.textContent === "Tempo"));
  const tempi = () =>
    tracks
      .locator("tbody tr")
      .evaluateAll(
        (rows, at) => rows.map((row) => Number(row.cells[at].textContent.replace("–", "NaN"))),
        column,
      );
  const falling = (await tempi()).filter((tempo) => !Number.isNaN(tempo));
  assert.ok(falling.length > 5);
  assert.deepEqual(
    falling,
    [...falling].sort((a, b) => b - a),
  );
  await tracks.getByRole("button", { name: "Highest first" }).click();
  assert.deepEqual((await tempi()).slice(0, 3), [...falling].reverse().slice(0, 3));
  assert.deepEqual(faults, []);
  await page.close();
});

test("lists are compared in words and by name, in the pictures' tables as well", async () => {
  const { page, faults } = await open("/playlists");
  const names = await page.locator(".picks .title").allInnerTexts();
  const side = page.getByRole("region", { name: "Side by side" });
  const apart = side.getByRole("list", { name: "How far apart they are" });
  assert.match(await apart.innerText(), /^\d\.\d\d .+ and .+ (very close|close|apart|far apart)$/);
  await page.locator(".picks button[aria-pressed=false]").first().click();
  await settled(page);
  assert.equal(await apart.locator("li").count(), 3, "every two of three");
  // A name and no id of 22 characters, in both tables.
  for (const [title, columns] of [
    ["How far apart", ["Playlist a", "Playlist b"]],
    ["Does not fit", ["Playlist"]],
  ]) {
    const card = page.getByRole("region", { name: title, exact: true });
    await card.getByRole("button", { name: "Table" }).click();
    const text = await card.locator("table").innerText();
    assert.doesNotMatch(text, /\b[0-9A-Za-z]{22}\b/);
    for (const column of columns) {
      for (const cell of (await card.locator(`td[data-name="${column}"]`).allInnerTexts()).slice(0, 20))
        assert.ok(names.includes(cell), `${cell} is a list`);
    }
  }
  const lists = await page.locator(".picks li").count();
  const note = await page.getByRole("region", { name: "How far apart" }).locator(".note").first().innerText();
  const shown = /shows (\d+) of (\d+) lists/.exec(note);
  const silent = await page.locator(".picks .detail", { hasText: /may not be read|for 0\s%/ }).count();
  assert.equal(shown !== null, silent > 0 || lists > 24, note);
  if (shown) assert.equal(Number(shown[2]), lists);
  assert.deepEqual(faults, []);
  await page.close();
});

test("lists say why conditions that choose plays do not move them", async () => {
  const { page } = await open("/playlists?hours=22-2&platform=ios");
  for (const title of ["Side by side", "How far apart", "Does not fit"]) {
    const card = page.getByRole("region", { name: title, exact: true });
    await card.getByText("what chooses plays (hours, platform) does not change this").waitFor();
  }
  await page.goto(`${base}/playlists?genre=folk`);
  await settled(page);
  assert.equal(await page.getByText("does not change this").count(), 0);
  await page.close();
});

test("a cell of the clock becomes hours and weekday", async () => {
  const { page } = await open("/habits");
  const box = await page
    .getByRole("region", { name: "The week by the hour" })
    .locator(".chart")
    .boundingBox();
  await page.mouse.click(box.x + box.width / 2 + 20, box.y + box.height / 2);
  const params = new URL(page.url()).searchParams;
  assert.match(params.get("hours") ?? "", /^1[123]-1[234]$/);
  assert.match(params.get("weekdays") ?? "", /^(wed|thu)$/);
  await page.close();
});

test("every chart shows its table and is saved as CSV and PNG", async () => {
  const { page } = await open("/");
  const card = page.getByRole("region", { name: "Listening over time", exact: true });
  for (const [button, ending] of [
    ["CSV", /\.csv$/],
    ["PNG", /\.png$/],
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("button", { name: button }).click(),
    ]);
    assert.match(download.suggestedFilename(), ending);
  }
  await card.getByRole("button", { name: "Table" }).click();
  assert.ok((await card.locator("tbody tr").count()) > 10);
  await page.close();
});

test("what a click on a picture does, its table does by keyboard", async () => {
  for (const [path, name, row, wanted] of [
    ["/", "Listening over time", 2, { from: /^\d{4}-\d\d-01$/, to: /^\d{4}-\d\d-01$/ }],
    ["/", "Every day", 3, { from: /^\d{4}-\d\d-\d\d$/, to: /^\d{4}-\d\d-\d\d$/ }],
    ["/habits", "The week by the hour", 0, { hours: /^\d+-\d+$/, weekdays: /^mon$/ }],
    ["/taste", "Map", 1, { feature: /^(valence|energy)[<>]/ }],
    ["/taste", "Distribution", 1, { feature: /^\w+[<>]/ }],
    ["/playlists", "How far apart", 1, { list: /./ }],
  ]) {
    const { page } = await open(path);
    const card = page.getByRole("region", { name, exact: true });
    await card.getByRole("button", { name: "Table" }).focus();
    await page.keyboard.press("Enter");
    await card.locator("tbody tr").nth(row).getByRole("button").first().focus();
    await page.keyboard.press("Enter");
    const params = new URL(page.url()).searchParams;
    for (const [key, pattern] of Object.entries(wanted)) assert.match(params.get(key) ?? "", pattern, name);
    await settled(page);
    assert.equal(await page.locator("[role=alert]").count(), 0, name);
    await page.close();
  }
});

test("a number in a table opens to its plays, and a play to the rows that tell of it", async () => {
  const { page } = await open("/");
  const card = page.getByRole("region", { name: "Listening over time", exact: true });
  await card.getByRole("button", { name: "Table" }).click();
  const number = card.locator("tbody tr").first().locator("td.number").first();
  const plays = Number((await number.textContent()).replaceAll(",", ""));
  await number.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("tbody tr").first().waitFor();
  assert.equal(await dialog.locator("tbody tr").count(), Math.min(plays, 500));
  await dialog.locator("tbody tr").first().getByRole("button").first().click();
  await dialog.getByText("the play", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.close();
});

test("the ledger's numbers open to their rows", async () => {
  const { page } = await open("/data");
  const card = page.getByRole("region", { name: "Ledger", exact: true });
  await card.locator("td.number").getByRole("button").first().click();
  await page.getByRole("dialog").locator("tbody tr").first().waitFor();
  await page.close();
});

test("what the server refuses is told with a hint", async () => {
  const { page } = await open("/?hours=99-1");
  const told = await page.locator("[role=alert]").first().textContent();
  assert.match(told, /99-1/);
  assert.match(told, /Try:/);
  await page.close();
});

test("conditions that no play satisfies say so", async () => {
  const { page } = await open("/?artist=Nobody");
  assert.match(await page.locator(".hero").textContent(), /Nothing to count/);
  await page.close();
});

test("the theme can be changed and is remembered", async () => {
  const { page } = await open("/", { colorScheme: "light" });
  await page.getByRole("button", { name: "Use the dark theme" }).click();
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.close();
});

test("the weight of a stream is chosen, kept in the address and asked with", async () => {
  const { page } = await open("/taste");
  const asked = page.waitForRequest((r) => /taste_profile\?.*weight=ms/.test(r.url()));
  await page.getByRole("button", { name: "Time", exact: true }).click();
  await asked;
  assert.equal(new URL(page.url()).searchParams.get("weight"), "ms");
  await settled(page);
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await page.reload();
  await settled(page);
  const pressed = await page.getByRole("button", { name: "Time", exact: true }).getAttribute("aria-pressed");
  assert.equal(pressed, "true");
  await page.close();
});

test("the axes of the map are kept in the address, and any feature can be one", async () => {
  const { page } = await open("/taste?x=tempo");
  const map = page.getByRole("region", { name: "Map", exact: true });
  assert.equal(await map.getByLabel("Across").inputValue(), "tempo");
  const asked = page.waitForRequest((r) => /taste_map\?.*x=tempo.*y=key/.test(r.url()));
  await map.getByLabel("Up").selectOption("key");
  await asked;
  assert.equal(new URL(page.url()).searchParams.get("y"), "key");
  await settled(page);
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await page.close();
});

test("a list can be made longer and short again, by keyboard", async () => {
  const { page } = await open("/");
  const card = page.getByRole("region", { name: "Top artists" });
  assert.equal(await card.locator("li").count(), 10);
  await card.getByRole("button", { name: "Show 50" }).focus();
  await page.keyboard.press("Enter");
  await card.locator("li").nth(30).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await card.getByRole("button", { name: "Show 10" }).click();
  await page.waitForFunction(() => document.querySelectorAll("[aria-label='Top artists'] li").length === 10);
  await page.close();
});

test("any zone of the world can be chosen, and one that the address names is shown", async () => {
  const { page } = await open("/?tz=Asia/Kathmandu&min_ms=45000");
  assert.equal(await page.getByLabel("Zone", { exact: true }).inputValue(), "Asia/Kathmandu");
  assert.equal(await page.getByLabel("Count", { exact: true }).inputValue(), "45000");
  assert.ok((await page.getByLabel("Zone", { exact: true }).locator("option").count()) > 300);
  await page.close();
});

test("Tab goes from the skip link over views to conditions, and every stop is seen", async () => {
  const { page } = await open("/");
  const stops = [];
  for (let i = 0; i < 10; i += 1) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate(() => {
        const at = document.activeElement;
        const box = at.closest(".pill") ?? at;
        return { text: at.textContent.trim(), outline: getComputedStyle(box).outlineStyle };
      }),
    );
  }
  const texts = stops.map((s) => s.text);
  assert.deepEqual(texts.slice(0, 8), [
    "Skip to the figures",
    "Earprint",
    "Overview",
    "Habits",
    "Taste",
    "Playlists",
    "Live",
    "Data",
  ]);
  assert.equal(texts[9], "All time");
  for (const stop of stops) assert.notEqual(stop.outline, "none", `no focus is seen on ${stop.text}`);
  await page.close();
});

test("every chart has a sentence for those who cannot see it, and a table", async () => {
  for (const path of ["/", "/habits", "/taste", "/playlists"]) {
    const { page } = await open(path);
    const labels = await page
      .locator(".chart, .rings svg")
      .evaluateAll((all) => all.map((c) => [c.getAttribute("role"), c.getAttribute("aria-label")]));
    assert.ok(labels.length >= 2);
    for (const [role, label] of labels) {
      assert.equal(role, "img");
      assert.ok(label.length > 20 && !/undefined|NaN/.test(label), label);
    }
    const cards = page.locator(".card:has(.chart)");
    assert.equal(await cards.getByRole("button", { name: "Table" }).count(), await cards.count());
    await page.close();
  }
});

/** What every answer tells in these tests, whatever the listener has. */
const told = { feature_coverage_ms: 0.91, gaps: 2, estimated_plays: 12 };

/** Answers as they are, but for what they tell of what they rest on and what `change` makes of them. */
async function withLimits(page, change = (answer) => answer) {
  await page.route("**/api/v1/metrics/**", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const limits = { ...answer.limits, ...told };
    await route.fulfill({ response, json: response.ok() ? change({ ...answer, limits }) : answer });
  });
}

test("a figure that rests on a part of the listening says so, and leads to what tells more", async () => {
  const { page, faults } = await open("/taste");
  const cards = page.locator(".card:has(.chart)");
  const lines = cards.locator(".rests-on a", { hasText: /^Features known for 9\d\s% of the time heard$/ });
  assert.equal(await lines.count(), await cards.count());
  await lines.first().click();
  await page.waitForURL("**/data#features");
  await settled(page);
  const card = page.getByRole("region", { name: "Audio features" });
  await page.waitForFunction(() => {
    const top = document.getElementById("features").getBoundingClientRect().top;
    return top >= 0 && top < window.innerHeight / 2;
  });
  assert.ok(await card.evaluate((at) => at === document.activeElement), "a keyboard goes on from there");
  assert.deepEqual(faults, []);
  await page.close();
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 390],
]) {
  test(`every figure tells what it rests on in the same words, ${scheme}, ${width} px`, async () => {
    for (const path of ["/", "/habits", "/taste", "/playlists", "/data"]) {
      const look = { colorScheme: scheme, viewport: { width, height: 900 } };
      const { page, faults } = await open(path, look, withLimits);
      const figures = page.locator(".card:has(.tools button)");
      assert.ok((await figures.count()) >= 4);
      for (const words of [
        /^Features known for 91\s% of the time heard$/,
        /^2 known gaps: figures may be low$/,
        /^12 plays of estimated length: times are approximate$/,
      ]) {
        const names = await figures
          .filter({ hasNot: page.locator(".rests-on a", { hasText: words }) })
          .evaluateAll((all) => all.map((card) => card.getAttribute("aria-label")));
        assert.deepEqual(names, [], `${path}: without ${words}`);
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${path} is wider than the window by ${overflow} px`);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(faults, []);
      await page.close();
    }
  });
}

test("times that hold estimated ones are marked: totals, plays, and the statement that is believed", async () => {
  const mark = (answer) => {
    if (answer.metric !== "plays_behind") return answer;
    const at = answer.columns.findIndex((column) => column.name === "mark");
    return {
      ...answer,
      rows: answer.rows.map((row, i) =>
        row.map((cell, k) => (k === at ? (i === 1 ? "length estimated" : "") : cell)),
      ),
    };
  };
  const { page } = await open("/", {}, (opened) => withLimits(opened, mark));
  assert.match(await page.locator(".hero h1").innerText(), /≈/);
  assert.match(await page.locator(".stats div", { hasText: "On such a day" }).innerText(), /≈\s\d/);
  await page.locator(".stats .pick").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("tbody tr").nth(2).waitFor();
  const length = (row) => dialog.locator("tbody tr").nth(row).locator("td[data-name=Listened]").innerText();
  assert.match(await length(1), /≈\s\d/);
  assert.doesNotMatch(await length(0), /≈/);
  await dialog.getByText("12 plays of estimated length: times are approximate").waitFor();
  await dialog.locator("tbody tr").nth(1).getByRole("button").first().click();
  const believed = dialog.locator("tr:visible", { hasText: "the play" }).locator("td[data-name=Listened]");
  assert.match(await believed.first().innerText(), /≈\s\d/);
  await page.close();
});

test("a server that is gone is told of, and its return mends the page", async () => {
  const { page } = await open("/data");
  await page.route("**/api/v1/live", (route) => route.fulfill({ status: 503, body: "" }));
  await page.route("**/api/v1/metrics/**", (route) => route.abort());
  await page.goto(`${base}/habits`);
  await page.locator(".lost").waitFor();
  assert.match(await page.locator("[role=alert]").first().textContent(), /cannot be reached/);
  assert.deepEqual(await seriousFindings(page), []);
  await page.unroute("**/api/v1/metrics/**");
  await page.unroute("**/api/v1/live");
  await page.locator(".lost").waitFor({ state: "detached", timeout: 20_000 });
  await page.locator(".card canvas").first().waitFor();
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await page.close();
});

test("nothing moves for those who asked for less motion", async () => {
  const { page } = await open("/", { reducedMotion: "reduce" });
  await page.route("**/api/v1/metrics/**", () => {});
  await page.getByRole("button", { name: "Last year" }).click();
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await page.close();
});

test("while answers are awaited the page keeps its shape and says so", async () => {
  const { page } = await open("/data");
  await page.route("**/api/v1/metrics/**", () => {});
  await page.getByRole("link", { name: "Overview" }).click();
  await page.locator(".card .skeleton").first().waitFor();
  assert.ok((await page.locator(".card[aria-busy=true]").count()) >= 5);
  assert.deepEqual(await seriousFindings(page), []);
  await page.close();
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 390],
]) {
  const look = { colorScheme: scheme, viewport: { width, height: 900 } };

  test(`a new house is told what to do, ${scheme}, ${width} px`, async () => {
    const { page } = await open("/data", look);
    await page.route("**/api/v1/listeners", (route) =>
      route.fulfill({ json: { listeners: [], default: "me" } }),
    );
    await page.goto(`${base}/`);
    await page.getByRole("heading", { name: /what you play/ }).waitFor();
    assert.equal(await page.locator(".steps li").count(), 3);
    assert.equal(await page.locator("#import-files").count(), 1);
    assert.equal(await page.locator(".bar").count(), 0);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `wider than the window by ${overflow} px`);
    assert.deepEqual(await seriousFindings(page), []);
    await page.close();
  });

  test(`a new house keeps telling of its import until its figures are looked at, ${scheme}, ${width} px`, async () => {
    const { page } = await open("/data", look);
    let listeners = [];
    await page.route("**/api/v1/listeners", (route) => route.fulfill({ json: { listeners, default: "me" } }));
    await page.route("**/api/v1/import*", (route) => {
      listeners = ["me"];
      const sums = { read: 1, accepted: 1, duplicate: 0, rejected: 0, seconds: 0.1 };
      return route.fulfill({
        contentType: "text/event-stream",
        body: `event: done\ndata: ${JSON.stringify(sums)}\n\n`,
      });
    });
    await page.goto(`${base}/`);
    await page.locator("#import-files").setInputFiles({
      name: "a.json",
      mimeType: "application/json",
      buffer: Buffer.from("[]"),
    });
    await page.locator(".works .done").waitFor();
    await page.getByRole("button", { name: "See your figures" }).click();
    await page.locator(".hero h1").waitFor();
    await page.close();
  });

  test(`a failure says what to try, and asking again mends it, ${scheme}, ${width} px`, async () => {
    const { page } = await open("/data", look);
    const problem = {
      type: "about:blank",
      title: "no",
      status: 503,
      detail: "the disk is full",
      hint: "room",
    };
    await page.route("**/api/v1/metrics/clock*", (route) => route.fulfill({ status: 503, json: problem }));
    await page.getByRole("link", { name: "Habits" }).click();
    const card = page.getByRole("region", { name: "The week by the hour" });
    await card.getByRole("alert").waitFor();
    assert.match(await card.textContent(), /the disk is full.*Try: room/);
    await settled(page);
    assert.deepEqual(await seriousFindings(page), []);
    await page.unroute("**/api/v1/metrics/clock*");
    await card.getByRole("button", { name: "Ask again" }).click();
    await card.locator("canvas").first().waitFor();
    assert.equal(await page.locator("[role=alert]").count(), 0);
    await page.close();
  });
}

// The demo alone has music that plays.
if (process.env.E2E_IMPORT) {
  test("today's plays say which lengths are estimated", async () => {
    const names = "ended track_id track artist ms source witnesses mark play".split(" ");
    const play = (id, mark) => [
      new Date().toISOString(),
      "t",
      `Song ${id}`,
      "Ann",
      200_000,
      "recent",
      1,
      mark,
      id,
    ];
    const { page, faults } = await open("/live", { viewport: { width: 390, height: 800 } }, (opened) =>
      opened.route("**/api/v1/metrics/plays_behind*", async (route) => {
        const response = await route.fetch();
        const json = {
          ...(await response.json()),
          columns: names.map((name) => ({ name, type: name === "ms" ? "integer" : "text", unit: "" })),
          rows: [
            play("a", "length estimated"),
            play("b", ""),
            play("c", "length estimated, not in the export"),
          ],
          limits: { estimated_plays: 2 },
        };
        await route.fulfill({ response, json });
      }),
    );
    const today = page.getByRole("region", { name: "Today" });
    const lengths = (await today.locator(".plays .ms").allInnerTexts()).map((text) =>
      text.replaceAll("\u00a0", " "),
    );
    assert.deepEqual(
      lengths.map((text) => text.replace(/\s*\(estimated\)/, "")),
      ["≈ 3 min", "3 min", "≈ 3 min"],
    );
    assert.equal(await today.getByText("(estimated)").count(), 2, "it is said to those who hear the page");
    await today.getByText("2 plays of estimated length: times are approximate").waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    assert.deepEqual(faults, []);
    await page.close();
  });
}

// Defined only when wanted, so that nothing looks skipped; before the imports, which leave other listeners behind.
if (process.env.SCREENSHOTS) {
  test("pictures for docs/screenshots", () =>
    takeScreenshots(browser, base, process.env.OUT ?? "../../docs/screenshots"));
}

const looks = [
  { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  { viewport: { width: 390, height: 800 }, colorScheme: "dark" },
];

/** Whether anything is wider than the window, or serious for those who see or hear the page otherwise. */
async function isWhole(page) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `wider than the window by ${overflow} px`);
  assert.deepEqual(await seriousFindings(page), []);
}

/** How many plays of any length the listener has: an edit changes it, and its undoing changes it back. */
async function playsOf(page, span) {
  const answer = await (
    await page.request.get(`${base}/api/v1/metrics/plays_behind?${span}&min_ms=0&limit=100000`)
  ).json();
  return answer.rows.length;
}

for (const look of looks) {
  const name = `${look.colorScheme}, ${look.viewport.width} px`;

  test(`one play is left out and counts again, by keyboard, ${name}`, async () => {
    // A span that is over: nothing comes in while the test counts.
    const span = "from=2023-01-01&to=2023-07-01";
    const { page, faults } = await open(`/?${span}`, look);
    const before = await playsOf(page, span);
    await page.locator(".stats .pick").first().click();
    const dialog = page.getByRole("dialog");
    const row = dialog.locator("tbody tr").nth(2);
    await row.waitFor();
    const told = await row.locator("td").nth(1).innerText();
    await row.getByRole("button", { name: /^Not me: leave out / }).press("Enter");
    const undo = row.getByRole("button", { name: /^Undo: .* counts again$/ });
    await undo.waitFor();
    assert.equal(await row.locator("td").nth(1).innerText(), told, "it stays where it stood");
    assert.equal(await row.getAttribute("class"), "faint");
    assert.ok(await undo.evaluate((at) => at === document.activeElement), "who is there by keyboard stays");
    assert.match(await dialog.getByRole("status").innerText(), /^1 play left out\.$/);
    assert.equal(await playsOf(page, span), before - 1);
    await isWhole(page);
    await undo.press("Enter");
    await row.getByRole("button", { name: /^Not me/ }).waitFor();
    assert.equal(await playsOf(page, span), before);
    // Again, to be undone from the list of corrections.
    await row.getByRole("button", { name: /^Not me/ }).press("Enter");
    await undo.waitFor();
    await page.goto(`${base}/data`);
    await settled(page);
    const listed = page
      .getByRole("list", { name: "Corrections" })
      .locator("li", { hasText: "1 play left out" });
    await listed.getByRole("button", { name: /^Undo: Play left out: / }).press("Enter");
    await listed.waitFor({ state: "detached" });
    assert.equal(await playsOf(page, span), before);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test(`tracks become one recording and recordings of their own, ${name}`, async () => {
    const { page, faults } = await open("/", look);
    await page.getByRole("button", { name: "Recordings …" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Recordings" });
    const tracks = dialog.getByRole("checkbox");
    await tracks.nth(9).waitFor();
    const one = dialog.getByRole("button", { name: "Count as one" });
    assert.ok(await one.isDisabled(), "nothing is chosen");
    const titles = await dialog.locator(".choosing b").allInnerTexts();
    await dialog.getByRole("searchbox").fill(titles[4]);
    await tracks.first().press("Space");
    await dialog.getByRole("searchbox").fill(titles[6]);
    assert.ok(await one.isDisabled(), "one track is one recording");
    await tracks.nth(1).press("Space");
    const standing = dialog.getByRole("region", { name: "By recording" });
    await standing.getByText("as 2 recordings").waitFor();
    const streams = async () => {
      const details = await standing.locator(".detail").allInnerTexts();
      return details.map((text) => Number(/([\d,]+) stream/.exec(text)[1].replace(",", "")));
    };
    const apart = await streams();
    await one.press("Enter");
    await standing.getByText("as 1 recording").waitFor();
    assert.deepEqual(await streams(), [apart[0] + apart[1]], "their streams are counted together");
    const said = dialog.getByRole("list", { name: "What you said of recordings" });
    await said.getByText(/count these tracks as one/).waitFor();
    await isWhole(page);
    await said.getByRole("button", { name: /^Undo: One recording: / }).press("Enter");
    await standing.getByText("as 2 recordings").waitFor();
    assert.deepEqual(await streams(), apart);
    await dialog.getByRole("button", { name: "Count each by itself" }).press("Enter");
    await said.getByText(/count each by itself/).waitFor();
    await said.getByRole("button", { name: /^Undo: Recordings of their own: / }).press("Enter");
    await said.waitFor({ state: "detached" });
    await dialog.getByRole("button", { name: "Show figures by recording" }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).searchParams.get("by"), "recording");
    assert.deepEqual(faults, []);
    await page.close();
  });

  test(`travels are told beside the zone, and taken back, ${name}`, async () => {
    const { page, faults } = await open("/habits", look);
    await page.getByRole("button", { name: "Where I was" }).press("Enter");
    const panel = page.getByRole("region", { name: "Where I was" });
    assert.match(await panel.innerText(), /hours, weekdays and dates are those of that place/);
    const add = panel.getByRole("button", { name: "Add" });
    assert.ok(await add.isDisabled());
    await panel.getByLabel("From").fill("2024-07-01");
    await panel.getByLabel("Back on").fill("2024-07-15");
    await panel.getByLabel("In the zone of").selectOption("Asia/Tokyo");
    await add.press("Enter");
    const list = panel.getByRole("list", { name: "Where I was" });
    await list.getByText("I was in Tokyo").waitFor();
    assert.match(await list.innerText(), /1 Jul 2024, back on 15 Jul 2024/);
    await panel.getByText("Kept: you were in Tokyo.").waitFor();
    await isWhole(page);
    await panel.getByRole("button", { name: "Show figures wherever I was" }).press("Enter");
    assert.equal(new URL(page.url()).searchParams.get("tz"), "local");
    await settled(page);
    assert.match(await list.innerText(), /1 Jul 2024, back on 15 Jul 2024/, "days stay those of home");
    await list.getByRole("button", { name: "Undo: I was in Tokyo" }).press("Enter");
    await list.waitFor({ state: "detached" });
    assert.equal(await page.locator("[role=alert]").count(), 0);
    assert.deepEqual(faults, []);
    await page.close();
  });
}

test("a correction that the server refuses is told where it was made", async () => {
  const { page } = await open("/habits");
  await page.getByRole("button", { name: "Where I was" }).click();
  const panel = page.getByRole("region", { name: "Where I was" });
  await page.route("**/api/v1/edits", (route) =>
    route.fulfill({
      status: 400,
      json: { status: 400, detail: "it is not after from", hint: "a later day" },
    }),
  );
  await panel.getByLabel("From").fill("2024-07-01");
  await panel.getByLabel("Back on").fill("2024-07-15");
  await panel.getByLabel("In the zone of").selectOption("Asia/Tokyo");
  await panel.getByRole("button", { name: "Add" }).click();
  assert.match(await panel.getByRole("alert").innerText(), /[Ii]t is not after from[\s\S]*Try: a later day/);
  assert.equal(await panel.getByLabel("From").inputValue(), "2024-07-01", "what was typed is kept");
  await page.close();
});

// What the mock was corrected by; a real listener's corrections are their own.
if (!process.env.E2E_URL) {
  test("corrections are listed, made and undone, and rules stand side by side, by keyboard and on a phone", async () => {
    for (const look of [{}, { viewport: { width: 390, height: 800 }, colorScheme: "dark" }]) {
      const { page } = await open("/data", look);
      const sent = [];
      await page.route("**/api/v1/edits", (route) => {
        sent.push(route.request().postDataJSON());
        return route.fulfill({ status: 200, contentType: "application/json", body: '{"edit_id":"a3"}' });
      });
      await page.locator(".card[aria-label='Corrections'] .told li").first().waitFor();
      await page.getByRole("button", { name: "Undo: Artist hidden: Artist 40" }).press("Enter");
      await page.getByRole("button", { name: /^That was not me: In US/ }).press("Enter");
      await page.getByLabel("Artist", { exact: true }).fill("Ann");
      await page.getByRole("button", { name: "Hide" }).press("Enter");
      await page.waitForFunction(
        () => document.querySelector(".card[aria-label='Correct'] input:not([type])").value === "",
      );
      assert.deepEqual(
        sent.map((one) => [one.kind, one.edit ?? one.country ?? one.artist]),
        [
          ["undo", "a1"],
          ["exclude", "US"],
          ["hide", "Ann"],
        ],
      );
      assert.ok(sent.every((one) => one.listener));
      const rules = page.locator(".card[aria-label='Two rules, row by row']");
      await rules.getByLabel("Against").selectOption("any");
      await rules.getByText("Both rules count the same plays.").waitFor();
      const wrapped = page.locator(".card[aria-label='What did Wrapped count?']");
      assert.equal(await wrapped.getByText(/% off|exactly/).count(), 0);
      await wrapped.getByLabel("Minutes", { exact: true }).fill("41200");
      await wrapped.getByText("exactly as said").waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.equal(wide, false, "nothing is wider than the screen");
      assert.deepEqual(await seriousFindings(page), []);
      await page.close();
    }
  });
}

// An import changes the server's data: on a real one it happens only when asked for.
if (!process.env.E2E_URL || process.env.E2E_IMPORT) {
  const play = { ts: "2024-03-01T10:00:00Z", ms_played: 200000, master_metadata_track_name: "A song" };
  const file = {
    name: "Streaming_History_Audio_2024_0.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify([{ ...play, master_metadata_album_artist_name: "Someone" }])),
  };

  test("a dropped export is imported and its sums are told", async () => {
    const { page } = await open("/data");
    await page.locator("#import-files").setInputFiles(file);
    await page.locator(".works .done").waitFor({ timeout: 30_000 });
    assert.match(
      await page.locator(".works").textContent(),
      /read = .* accepted \+ .* duplicate \+ .* rejected/,
    );
    assert.equal(await page.locator(".listener").count(), 0, "one listener needs no picker");
    await page.close();
  });

  test("somebody is forgotten once their name was typed, and nobody else", async () => {
    const history = "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
    const gone = { name: "gone.csv", mimeType: "text/csv" };
    gone.buffer = Buffer.from(`${history}0000000000000000000001,2024-05-01 10:00:00,200000,Rain,Noise\n`);
    const before = await (await fetch(`${base}/api/v1/metrics/overview?listener=demo&min_ms=0`)).json();
    const sent = await fetch(`${base}/api/v1/import?name=gone.csv&listener=Gone`, {
      method: "POST",
      body: gone.buffer,
    });
    await sent.text();
    const { page } = await open("/data?listener=Gone");
    const leave = page.getByRole("region", { name: "Leave" });
    const erase = leave.getByRole("button", { name: "Erase for good" });
    assert.ok(await erase.isDisabled());
    await leave.getByLabel("Type “Gone” to go on").fill("gone");
    assert.ok(await erase.isDisabled());
    await leave.getByLabel("Type “Gone” to go on").fill("Gone");
    assert.deepEqual(await seriousFindings(page), []);
    await erase.click();
    await leave.getByText("Gone is forgotten.").waitFor({ timeout: 60_000 });
    assert.match(await leave.textContent(), /2 records erased, .*1 play \(csv\).*1 imported file/);
    const { listeners } = await (await fetch(`${base}/api/v1/listeners`)).json();
    assert.deepEqual(listeners, ["demo"]);
    const after = await (await fetch(`${base}/api/v1/metrics/overview?listener=demo&min_ms=0`)).json();
    assert.ok(after.rows[0][1] >= before.rows[0][1], "the demo's listener lost nothing");
    await page.close();
  });

  test("an erasure that is not over stays on the page and can be tried again", async () => {
    const sent = await fetch(`${base}/api/v1/import?name=half.csv&listener=Half`, {
      method: "POST",
      body: "spotify_track_uri,ts,ms_played,track_name,artist_name\n0000000000000000000002,2024-05-01 10:00:00,200000,Rain,Noise\n",
    });
    await sent.text();
    const { page } = await open("/data?listener=Half");
    const erased = {
      events: 2,
      kept_events: 9,
      seconds: 0.1,
      counts: [{ type: "play", source: "csv", events: 1 }],
      was_logged_in: true,
      stores: [],
      pending_stores: [{ store: "postgresql://away/ears", reason: "nobody answers" }],
    };
    const answers = [
      { status: 503, json: { detail: "no space left on the disk", hint: "make room" } },
      { status: 200, json: erased },
    ];
    await page.route("**/api/v1/forget", (route) =>
      answers.length > 0 ? route.fulfill(answers.shift()) : route.continue(),
    );
    const leave = page.getByRole("region", { name: "Leave" });
    await leave.getByText("every store").waitFor();
    await leave.getByLabel("Type “Half” to go on").fill("Half");
    await leave.getByRole("button", { name: "Erase for good" }).click();
    await leave.getByText("no space left on the disk").waitFor();
    const again = leave.getByRole("button", { name: "Erase what is left of Half" });
    await again.click();
    await leave.getByText("postgresql://away/ears: nobody answers").waitFor();
    await leave.getByText("the login at Spotify", { exact: true }).waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await again.click();
    await leave.getByText(/1 play \(csv\)/).waitFor({ timeout: 60_000 });
    await again.waitFor({ state: "detached" });
    await page.close();
  });

  test("an import goes on, and is told of, while other views are looked at", async () => {
    const { page } = await open("/data");
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route("**/api/v1/import*", async (route) => {
      await held;
      await route.continue();
    });
    await page.locator("#import-files").setInputFiles(file);
    await page.locator(".works .working").waitFor();
    await page.getByRole("link", { name: "Habits" }).click();
    await page.getByRole("progressbar", { name: "Progress of the import" }).waitFor();
    release();
    await page.locator(".importing").waitFor({ state: "detached", timeout: 30_000 });
    await page.getByRole("link", { name: "Data" }).click();
    // Whether it is new hangs on who was forgotten before.
    assert.match(await page.locator(".works .done").textContent(), /1 read = /);
    await page.close();
  });

  test("a file that is dragged over any view finds its place and is taken there", async () => {
    const { page } = await open("/?artist=Somebody");
    const data = await page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name, { type: "application/json" }));
        return transfer;
      },
      [file.name, file.buffer.toString()],
    );
    await page.dispatchEvent("body", "dragenter", { dataTransfer: data });
    await page.locator(".drop").waitFor();
    assert.equal(new URL(page.url()).pathname, "/data");
    assert.equal(new URL(page.url()).searchParams.get("artist"), "Somebody");
    await page.dispatchEvent("body", "dragover", { dataTransfer: data });
    await page.locator(".drop.over").waitFor();
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await page.locator(".works .done").waitFor({ timeout: 30_000 });
    await page.close();
  });

  // The last one: from here on there are two listeners.
  test("a household: an import for a new name, whose figures can then be chosen and are kept", async () => {
    const { page, faults } = await open("/data");
    const first = await page.getByLabel("For", { exact: true }).inputValue();
    await page.getByLabel("For", { exact: true }).selectOption({ label: "someone else …" });
    assert.ok(await page.getByRole("button", { name: "Choose files" }).isDisabled(), "no name, no import");
    await page.getByLabel("Name of the new listener").fill("Zoë");
    await page.locator("#import-files").setInputFiles(file);
    await page.locator(".works .done").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Show Zoë" }).click();
    assert.equal(new URL(page.url()).searchParams.get("listener"), "Zoë");
    const asked = page.waitForRequest((r) => /overview\?.*listener=Zo%C3%AB/.test(r.url()));
    await page.getByRole("link", { name: "Overview" }).click();
    await asked;
    await settled(page);
    const picker = page.getByLabel("Listener", { exact: true });
    assert.equal(await picker.inputValue(), "Zoë");
    assert.deepEqual(await seriousFindings(page), []);
    await picker.focus();
    await picker.selectOption(first);
    await settled(page);
    assert.equal(new URL(page.url()).searchParams.get("listener"), first);
    assert.equal(await page.locator("[role=alert]").count(), 0);
    await page.goBack();
    assert.equal(await picker.inputValue(), "Zoë");
    await page.goto(`${base}/?listener=${first}&artist=Someone&weekdays=sat`);
    await settled(page);
    await picker.selectOption("Zoë");
    const params = new URL(page.url()).searchParams;
    assert.equal(params.get("artist"), null, "another's music has other artists");
    assert.equal(params.get("weekdays"), "sat");
    assert.deepEqual(faults, []);
    await page.close();
  });

  for (const [scheme, width] of [
    ["light", 390],
    ["dark", 1280],
  ]) {
    test(`several listeners, none in the address: the first is shown, ${scheme}, ${width} px`, async () => {
      const { page, faults } = await open("/", { colorScheme: scheme, viewport: { width, height: 900 } });
      assert.notEqual(await page.getByLabel("Listener", { exact: true }).inputValue(), "");
      assert.equal(await page.locator("[role=alert]").count(), 0);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `wider than the window by ${overflow} px`);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(faults, []);
      await page.close();
    });
  }

  test("a listener who is not here is told apart from one who is", async () => {
    const { page } = await open("/?listener=Nobody");
    assert.match(await page.locator(".listener").textContent(), /Nobody \(not here\)/);
    if (process.env.E2E_URL)
      assert.match(await page.locator("[role=alert]").first().textContent(), /no such/);
    await page.close();
  });
}
