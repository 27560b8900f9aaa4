"""spotipy against the fake, in the profiles of an old application and of a new one."""

from __future__ import annotations

import pytest
import spotipy
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyException
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyPKCE


def client_of(fake) -> spotipy.Spotify:
    # It tells every status that it would have tried again as 429.
    client = spotipy.Spotify(auth=fake.tokens()["access_token"], retries=0, status_forcelist=(599,))
    client.prefix = f"{fake.address}/v1/"
    return client


@pytest.fixture(params=["extended", "dev_new"])
def fake(request):
    return request.getfixturevalue(request.param)


def test_reads_who_is_there(fake):
    me = client_of(fake).me()
    assert me["id"] == "listener1"
    assert ("product" in me) == (fake.profile == "extended")


def test_reads_plays_and_follows_the_page_to_its_end(fake):
    client = client_of(fake)
    page = client.current_user_recently_played(limit=50)
    assert len(page["items"]) == 50
    times = [item["played_at"] for item in page["items"]]
    assert times == sorted(times, reverse=True)
    older = client.next(page)
    assert (older["items"], older["next"], older["cursors"]) == ([], None, None)


def test_reads_what_plays(fake):
    client = client_of(fake)
    assert client.current_playback() is None
    fake.play_track(3)
    playing = client.current_playback()
    assert playing["is_playing"] and playing["progress_ms"] == 20_000
    assert client.currently_playing()["item"]["uri"] == playing["item"]["uri"]


def test_pages_through_playlists_and_saved_tracks(fake):
    client = client_of(fake)
    lists = [each for each in client.current_user_playlists(limit=3)["items"] if each]
    longest = [each for each in client.current_user_playlists()["items"] if each][5]
    page = client.playlist_items(longest["id"], limit=50)
    seen = len(page["items"])
    while page["next"]:
        page = client.next(page)
        seen += len(page["items"])
    assert seen == page["total"] == longest["items"]["total"]
    assert len(lists) == 3
    assert client.current_user_saved_tracks()["total"] == 130
    assert len(client.current_user_top_artists(limit=5)["items"]) == 5
    assert client.current_user_followed_artists(limit=5)["artists"]["cursors"]["after"]


def test_makes_and_fills_a_playlist(fake):
    client = client_of(fake)
    uris = [item["track"]["uri"] for item in client.current_user_saved_tracks(limit=3)["items"]]
    made = client.current_user_playlist_create("made by a test", public=False)
    first = client.playlist_add_items(made["id"], uris)["snapshot_id"]
    assert client.playlist_items(made["id"])["total"] == 3
    second = client.playlist_remove_all_occurrences_of_items(made["id"], uris[:1])["snapshot_id"]
    assert first != second
    assert client.playlist_items(made["id"])["total"] < 3


def test_searches_within_the_limit_of_the_profile(fake):
    client = client_of(fake)
    assert len(client.search("a", limit=10, type="track,artist,album")["tracks"]["items"]) == 10
    if fake.profile == "extended":
        assert client.search("a", limit=50)["tracks"]["limit"] == 50
    else:
        with pytest.raises(SpotifyException) as refused:
            client.search("a", limit=11)
        assert refused.value.http_status == 400


def test_features_and_batches_are_only_for_old_applications(fake):
    client = client_of(fake)
    ids = [item["track"]["id"] for item in client.current_user_saved_tracks(limit=20)["items"]]
    assert client.track(ids[0])["external_ids"]["isrc"]
    if fake.profile == "extended":
        assert any(features and features["tempo"] > 0 for features in client.audio_features(ids))
        return
    with pytest.raises(SpotifyException) as refused:
        client.audio_features(ids[:1])
    assert refused.value.http_status == 403


def test_client_credentials_and_pkce_refresh_are_taken(fake):
    app = fake.control("app")

    class Credentials(SpotifyClientCredentials):
        OAUTH_TOKEN_URL = f"{fake.address}/api/token"

    class Pkce(SpotifyPKCE):
        OAUTH_TOKEN_URL = f"{fake.address}/api/token"

    manager = Credentials(app["client_id"], app["client_secret"], cache_handler=MemoryCacheHandler())
    client = spotipy.Spotify(auth=manager.get_access_token(as_dict=False), retries=0)
    client.prefix = f"{fake.address}/v1/"
    with pytest.raises(SpotifyException):
        client.me()
    pkce = Pkce(app["client_id"], "http://127.0.0.1:8765/callback", cache_handler=MemoryCacheHandler())
    fresh = pkce.refresh_access_token(fake.tokens()["refresh_token"])
    assert fresh["access_token"]


def test_a_short_wait_is_told_and_a_500_is_an_error(fake):
    client = client_of(fake)
    fake.control("switches", forced=[{"kind": "rate", "times": 1}, {"kind": "500", "times": 1}])
    for status in (429, 500):
        with pytest.raises(SpotifyException) as refused:
            client.me()
        assert refused.value.http_status == status
    assert client.me()["id"] == "listener1"
