/** The official SDK, as published, against the fake: FAKE names its address, TOKEN a listener's token. */
import assert from "node:assert/strict";
import { test } from "node:test";

const sdk = "../../dashboards/web/node_modules/@spotify/web-api-ts-sdk/dist/mjs/index.js";
const { SpotifyApi } = await import(new URL(sdk, import.meta.url));

const token = { access_token: process.env.TOKEN, token_type: "Bearer", expires_in: 3600, refresh_token: "none" };
const statuses = [];
const client = SpotifyApi.withAccessToken("a client", token, {
  fetch: async (url, init) => {
    const answer = await fetch(String(url).replace("https://api.spotify.com", process.env.FAKE), init);
    statuses.push(answer.status);
    return answer;
  },
});

test("reads who is there", async () => {
  assert.equal((await client.currentUser.profile()).id, "listener1");
});

test("reads plays", async () => {
  const { items } = await client.player.getRecentlyPlayedTracks(50);
  assert.equal(items.length, 50);
  for (const { played_at: at, track } of items) assert.ok(Date.parse(at) > 0 && track.name.length > 0);
});

test("reads what plays, and that nothing does", async () => {
  const state = await client.player.getPlaybackState();
  assert.ok(state.is_playing && state.item.duration_ms > 0 && state.device.name);
});

test("pages through playlists with all kinds of entries", async () => {
  const lists = (await client.currentUser.playlists.playlists(50)).items.filter((each) => each);
  assert.ok(lists.length > 5);
  for (const list of lists) {
    let seen = 0;
    let page;
    do {
      page = await client.playlists.getPlaylistItems(list.id, undefined, undefined, 50, seen);
      seen += page.items.length;
    } while (page.next);
    assert.equal(seen, page.total, list.name);
  }
});

test("reads the library and top lists", async () => {
  assert.equal((await client.currentUser.tracks.savedTracks(50)).total, 130);
  assert.equal((await client.currentUser.topItems("artists", "short_term", 10)).items.length, 10);
  assert.ok((await client.currentUser.followedArtists(undefined, 5)).artists.items.length > 0);
});

test("reads the catalogue, in batches, and features", async () => {
  const { items } = await client.currentUser.tracks.savedTracks(20);
  const ids = items.map(({ track }) => track.id);
  assert.equal((await client.tracks.get(ids)).length, 20);
  const features = await client.tracks.audioFeatures(ids);
  assert.ok(features.some((each) => each !== null && each.tempo > 0));
  const track = await client.tracks.get(ids[0]);
  assert.ok((await client.albums.get(track.album.id)).total_tracks > 0);
  assert.ok((await client.search("a", ["track", "artist"], undefined, 5)).tracks.items.length > 0);
});

test("what is unknown is refused", async () => {
  await assert.rejects(client.tracks.get("0000000000000000000000"));
  assert.ok(statuses.includes(404));
});
