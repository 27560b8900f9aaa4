/** Serves dist/ and the API's form without the real server: node tests/mock/server.mjs [port]. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { answer, audit, metrics, takeEdit, values } from "./answers.mjs";

const dist = new URL("../../dist/", import.meta.url);
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function json(response, status, body) {
  const type = status === 200 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "Content-Type": type }).end(JSON.stringify(body));
}

function refuse(response, status, detail, hint) {
  json(response, status, { type: "about:blank", title: "refused", status, detail, hint });
}

function events(response, list, isOpen = false) {
  if (!isOpen) response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (const [name, data] of list) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Whose plays the mock has; an import for a new name adds it. */
const listeners = new Set(["me"]);

async function takeImport(request, response, query) {
  let bytes = 0;
  if (query.get("listener")) listeners.add(query.get("listener"));
  for await (const piece of request) bytes += piece.length;
  const file = query.get("name");
  const sums = { read: 10, accepted: 7, duplicate: 2, rejected: 1 };
  const progress = { phase: "read", bytes, total_bytes: bytes, rows: 10, rows_per_s: 1000, seconds_left: 0 };
  events(response, [
    ["progress", progress],
    ["file", { file, kind: "extended streaming history", ...sums }],
    ["done", { ...sums, seconds: 0.01, data_version: "mock2" }],
  ]);
  response.end();
}

/** The pages that follow the data version, and how often it has changed. */
const followers = new Set();
let versions = 0;

async function edits(request, response) {
  let body = "";
  for await (const piece of request) body += piece;
  const id = takeEdit(JSON.parse(body));
  versions += 1;
  for (const each of followers) events(each, [["version", { data_version: `mock${versions}` }]], true);
  json(response, 200, { edit_id: id });
}

/** Whether somebody agreed to have ReccoBeats asked. */
let agreed = null;

async function reccobeats(request, response) {
  if (request.method === "POST") {
    let body = "";
    for await (const piece of request) body += piece;
    agreed = JSON.parse(body).agree === "yes" ? "2026-11-28T10:00:00Z" : null;
  }
  json(response, 200, { offered: true, what_is_sent: "Spotify ids, and nothing else.", agreed_at: agreed });
}

async function page(response, path) {
  const wanted = extname(path) ? path.slice(1) : "index.html";
  const body = await readFile(new URL(wanted, dist));
  response.writeHead(200, {
    "Content-Type": types[extname(wanted)] ?? "application/octet-stream",
    "Content-Security-Policy":
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:",
  });
  response.end(body);
}

async function handle(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/api/v1/import") return takeImport(request, response, searchParams);
  if (pathname === "/api/v1/edits") return edits(request, response);
  if (pathname === "/api/v1/live") {
    const alive = () => events(response, [["alive", { now_ms: Date.now(), next_ms: 15_000 }]], true);
    events(response, [["version", { data_version: `mock${versions}` }]]);
    alive();
    const signs = setInterval(alive, 10_000);
    followers.add(response);
    return response.on("close", () => {
      clearInterval(signs);
      followers.delete(response);
    });
  }
  if (pathname === "/api/v1/reccobeats") return reccobeats(request, response);
  if (pathname === "/api/v1/audit") return json(response, 200, audit());
  if (pathname === "/api/v1/listeners") {
    const names = [...listeners].sort();
    return json(response, 200, { listeners: names, default: names[0] });
  }
  if (pathname === "/api/v1/values") {
    const found = values(searchParams.get("dimension"), searchParams.get("q") ?? "");
    return json(response, 200, { values: found });
  }
  if (pathname.startsWith("/api/v1/metrics/")) {
    const name = pathname.split("/").at(-1);
    if (!metrics[name]) return refuse(response, 404, `no metric is called ${name}`, "earprint metrics");
    if (listeners.size > 1 && !listeners.has(searchParams.get("listener")))
      return refuse(response, 400, "there are several listeners", [...listeners].join(", "));
    if (searchParams.get("hours") === "99-1")
      return refuse(response, 400, "hours: '99-1' is not allowed", "a span such as 0-24");
    return json(response, 200, { ...answer(name, searchParams), data_version: `mock${versions}` });
  }
  if (pathname.startsWith("/api/")) return refuse(response, 404, "no such address", "");
  return page(response, pathname);
}

/** Starts the mock on a port (0: any free one) and says where it is. */
export async function startMock(port = 0) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => refuse(response, 404, String(error), ""));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { url } = await startMock(Number(process.argv[2] ?? 8300));
  console.log(url);
}
