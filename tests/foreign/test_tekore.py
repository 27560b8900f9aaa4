"""tekore, whose models are strict about every field and null, against the profile of an old application."""

from __future__ import annotations

import pydantic
import pytest
import tekore as tk
import tekore._auth.expiring.client as expiring
import tekore._client.base as client_base


@pytest.fixture
def client(extended, monkeypatch) -> tk.Spotify:
    monkeypatch.setattr(client_base, "prefix", f"{extended.address}/v1/")
    return tk.Spotify(extended.tokens()["access_token"])


def test_reads_who_is_there(client):
    assert client.current_user().id == "listener1"


def test_reads_plays_to_the_end_of_the_list(client):
    page = client.playback_recently_played(limit=20)
    assert len(page.items) == 20
    assert all(item.track.id for item in page.items)


def test_reads_the_player(extended, client):
    assert client.playback() is None
    extended.play_track(5)
    state = client.playback()
    assert state.is_playing and state.device.name
    assert client.playback_currently_playing().item.id == state.item.id


def test_reads_playlists_with_the_entries_that_it_knows(extended, client):
    page = client.playlists("listener1", limit=6)
    assert page.items[0].images is None
    kinds = set()
    for each in page.items:
        # What its models hold to be impossible though it is told: no time of adding, as in very old lists, and a local
        # file, which it tries as an ordinary track first, falling over the album type that its own local file wants null.
        is_beyond = any(
            entry["is_local"] or entry["added_at"] is None for entry in extended.items_of(each.id)
        )
        try:
            for entry in client.all_items(client.playlist_items(each.id)):
                kinds.add(None if entry.track is None else entry.track.type)
            assert not is_beyond
        except (AttributeError, pydantic.ValidationError):
            assert is_beyond
    assert "track" in kinds
    assert client.playlist(page.items[1].id).tracks.total == 15


def test_reads_the_library_and_top_lists(client):
    assert client.saved_tracks(limit=50).total == 130
    assert client.saved_albums(limit=1).items[0].album.name
    assert client.followed_artists(limit=3).cursors.after
    assert len(client.current_user_top_tracks(limit=10).items) == 10
    assert len(client.current_user_top_artists(limit=10).items) == 10


def test_reads_the_catalogue(client):
    saved = [item.track for item in client.saved_tracks(limit=20).items]
    track = client.track(saved[0].id)
    assert client.album(track.album.id).total_tracks > 0
    assert client.artist(track.artists[0].id).followers.total >= 0
    assert client.artist_albums(track.artists[0].id).total > 0
    assert len(client.tracks([each.id for each in saved])) == 20
    assert len(client.tracks_audio_features([each.id for each in saved])) == 20
    found = client.search("a", types=("track", "artist", "album", "playlist"), limit=5)
    assert len(found) == 4


def test_refuses_what_was_not_granted_and_what_is_unknown(extended, client):
    narrow = tk.Spotify(
        extended.control("tokens", listener="listener1", scopes=["user-top-read"])["access_token"]
    )
    with pytest.raises(tk.Forbidden):
        narrow.saved_tracks()
    with pytest.raises(tk.Unauthorised):
        narrow.playback_recently_played()
    with pytest.raises(tk.NotFound):
        client.track("0000000000000000000000")
    with pytest.raises(tk.BadRequest):
        client.track("nonsense")


def test_gets_tokens(extended, monkeypatch):
    monkeypatch.setattr(expiring, "OAUTH_TOKEN_URL", f"{extended.address}/api/token")
    monkeypatch.setattr(client_base, "prefix", f"{extended.address}/v1/")
    app = extended.control("app")
    credentials = tk.Credentials(app["client_id"], app["client_secret"], "http://127.0.0.1:9/callback")
    assert credentials.request_client_token().access_token
    fresh = credentials.refresh_user_token(extended.tokens()["refresh_token"])
    assert tk.Spotify(fresh).current_user().id == "listener1"
