/** Browser tests: node --test tests/e2e.mjs; E2E_URL names a running server, else the mock answers. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { startMock } from "./mock/server.mjs";
import { settled, takeScreenshots, views } from "./screenshots.mjs";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
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
async function open(path, options = {}) {
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
  await page.goto(base + path);
  await settled(page);
  return { page, faults };
}

async function seriousFindings(page) {
  // Evaluated, not added as a script element, which the page's own policy would refuse.
  const { readFile } = await import("node:fs/promises");
  await page.evaluate(await readFile(axePath, "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
}

for (const [name, path] of Object.entries(views)) {
  for (const [scheme, width] of [
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
  ]) {
    test(`${name} is whole and accessible, ${scheme}, ${width} px`, async () => {
      const { page, faults } = await open(path, { colorScheme: scheme, viewport: { width, height: 900 } });
      assert.equal(await page.locator("[role=alert]").count(), 0);
      if (name !== "data") assert.ok((await page.locator("canvas").count()) >= 2);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `wider than the window by ${overflow} px`);
      assert.deepEqual(await seriousFindings(page), []);
      assert.deepEqual(faults, []);
      await page.close();
    });
  }
}

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

test("a dropped export is imported and its sums are told", { skip: skipImport() }, async () => {
  const { page } = await open("/data");
  const play = { ts: "2024-03-01T10:00:00Z", ms_played: 200000, master_metadata_track_name: "A song" };
  const body = JSON.stringify([{ ...play, master_metadata_album_artist_name: "Someone" }]);
  await page.locator("#import-files").setInputFiles({
    name: "Streaming_History_Audio_2024_0.json",
    mimeType: "application/json",
    buffer: Buffer.from(body),
  });
  await page.locator(".works .done").waitFor({ timeout: 30_000 });
  assert.match(
    await page.locator(".works").textContent(),
    /read = .* accepted \+ .* duplicate \+ .* rejected/,
  );
  await page.close();
});

test("taste is weighed by time heard when asked, and the address says so", async () => {
  const { page } = await open("/taste");
  const asked = page.waitForRequest(
    (request) => request.url().includes("/metrics/taste_profile") && request.url().includes("weight=ms"),
  );
  await page.getByRole("button", { name: "by time heard" }).click();
  await asked;
  assert.equal(new URL(page.url()).searchParams.get("weight"), "ms");
  await settled(page);
  assert.equal(await page.locator("[role=alert]").count(), 0);
  assert.equal(
    await page.getByRole("button", { name: "by time heard" }).getAttribute("aria-pressed"),
    "true",
  );
  await page.close();
});

/** An import changes the server's data: on a real one it happens only when asked for. */
function skipImport() {
  return process.env.E2E_URL && !process.env.E2E_IMPORT
    ? "a real server: set E2E_IMPORT=1 to change its data"
    : false;
}

if (process.env.SCREENSHOTS) {
  test("pictures for docs/screenshots", () =>
    takeScreenshots(browser, base, process.env.OUT ?? "../../docs/screenshots"));
}

// Last, since it leaves a second listener behind.
test("a second person's plays are a household: the picker tells them apart", {
  skip: skipImport(),
}, async () => {
  const { page } = await open("/data");
  const record = { ts: "2024-03-01T10:00:00Z", ms_played: 200000, master_metadata_track_name: "Her song" };
  const body = JSON.stringify([{ ...record, master_metadata_album_artist_name: "Herself" }]);
  await page.getByRole("region", { name: "Import" }).getByLabel("Whose plays").selectOption("");
  await page.getByRole("region", { name: "Import" }).getByLabel("Name").fill("zoe");
  await page.locator("#import-files").setInputFiles({
    name: "Streaming_History_Audio_2024_0.json",
    mimeType: "application/json",
    buffer: Buffer.from(body),
  });
  await page.locator(".works .done").waitFor({ timeout: 30_000 });
  await page.goto(`${base}/?artist=Somebody`);
  await page.locator(".header .listener select").waitFor();
  assert.notEqual(new URL(page.url()).searchParams.get("listener"), "zoe");
  assert.ok(new URL(page.url()).searchParams.get("listener"), "the first person is put into the address");
  await page.locator(".header .listener select").selectOption("zoe");
  await settled(page);
  const params = new URL(page.url()).searchParams;
  assert.equal(params.get("listener"), "zoe");
  assert.equal(params.get("artist"), null, "conditions on another's music are dropped");
  if (process.env.E2E_URL) {
    await page.getByRole("region", { name: "Top artists" }).getByText("Herself").waitFor();
  }
  await page.getByRole("link", { name: "Taste" }).click();
  assert.equal(new URL(page.url()).searchParams.get("listener"), "zoe");
  assert.deepEqual(await seriousFindings(page), []);
  await page.goBack();
  await page.goBack();
  assert.notEqual(new URL(page.url()).searchParams.get("listener"), "zoe");
  await page.close();
});
