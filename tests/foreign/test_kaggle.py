"""The official client of Kaggle, as published, against the fake: what it can do there, it can do with Kaggle."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import urllib.request
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FAKE = (
    pathlib.Path(os.environ.get("EARPRINT_BINARY", ROOT / "build" / "dev" / "earprint")).parent
    / "earprint-fake-kaggle"
)
TOKEN, USERNAME, KEY = "KGAT_" + "7" * 32, "anna", "8" * 32
TRACKS = "track_id,energy\n" + "".join(f"{number:022d},0.{number:04d}\n" for number in range(1000, 9000))


class Kaggle:
    """The fake, and the client with a home of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.datasets = folder / "datasets"
        self.put("tracks.csv", TRACKS)
        self.put("notes/read me.txt", "nothing\n")
        self.process = subprocess.Popen(
            [FAKE, self.datasets, "--username", USERNAME, "--key", KEY, "--token", TOKEN],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def put(self, name: str, text: str) -> None:
        path = self.datasets / "bela" / "songs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def ask(self, path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data)) as answer:
            return json.load(answer)

    def client(self, *words: str, **credentials: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAGGLE_")}
        environment |= credentials | {
            "HOME": str(self.home),
            "FAKE_KAGGLE_ADDRESS": self.address,
            "NO_PROXY": "*",
            "PYTHONWARNINGS": "ignore",
        }
        return subprocess.run(
            [sys.executable, pathlib.Path(__file__).with_name("run_kaggle.py"), *words],
            env=environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def authorizations(self) -> set[str]:
        return {seen["authorization"] for seen in self.ask("/fake/requests") if not seen["storage"]}


@pytest.fixture
def acted_kaggle(tmp_path):
    kaggle = Kaggle(tmp_path)
    yield kaggle
    kaggle.process.terminate()
    kaggle.process.wait()


BY_TOKEN = {"KAGGLE_API_TOKEN": TOKEN}
BY_KEY = {"KAGGLE_USERNAME": USERNAME, "KAGGLE_KEY": KEY}


@pytest.mark.parametrize(("credentials", "form"), [(BY_TOKEN, "bearer"), (BY_KEY, "basic")])
def test_lists_the_files_of_a_dataset(acted_kaggle, credentials, form):
    run = acted_kaggle.client("datasets", "files", "bela/songs", "--csv", **credentials)
    assert run.returncode == 0, run.stderr
    rows = [line.split(",") for line in run.stdout.splitlines() if line.count(",") >= 2]
    assert [row[:2] for row in rows] == [
        ["name", "size"],
        ["notes/read me.txt", "8"],
        ["tracks.csv", str(len(TRACKS))],
    ]
    assert form in acted_kaggle.authorizations()


@pytest.mark.parametrize(("credentials", "form"), [(BY_TOKEN, "bearer"), (BY_KEY, "basic")])
def test_downloads_a_dataset_and_unpacks_it(acted_kaggle, credentials, form):
    acted_kaggle.ask("/fake/access", {"dataset": "bela/songs", "access": "account"})
    run = acted_kaggle.client("datasets", "download", "bela/songs", "--unzip", "-p", "here", **credentials)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (acted_kaggle.home / "here" / "tracks.csv").read_text() == TRACKS
    assert (acted_kaggle.home / "here" / "notes" / "read me.txt").read_text() == "nothing\n"
    assert form in acted_kaggle.authorizations()
    # The storage is another host: nothing of the account goes there.
    assert {seen["authorization"] for seen in acted_kaggle.ask("/fake/requests") if seen["storage"]} == {""}


def test_downloads_one_file_as_it_is_or_zipped(acted_kaggle):
    run = acted_kaggle.client("datasets", "download", "bela/songs", "-f", "tracks.csv", **BY_TOKEN)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (acted_kaggle.home / "tracks.csv").read_text() == TRACKS
    acted_kaggle.ask("/fake/switches", {"zipped_from_bytes": 1000})
    run = acted_kaggle.client("datasets", "download", "bela/songs", "-f", "tracks.csv", **BY_TOKEN)
    assert run.returncode == 0, run.stdout + run.stderr
    with zipfile.ZipFile(acted_kaggle.home / "tracks.csv.zip") as archive:
        assert archive.read("tracks.csv").decode() == TRACKS


def test_goes_on_where_a_download_was_cut(acted_kaggle):
    text = TRACKS * 8  # the client keeps what comes by the mebibyte
    acted_kaggle.put("tracks.csv", text)
    acted_kaggle.ask("/fake/reread", {})
    acted_kaggle.ask(
        "/fake/switches", {"cut_times": 1, "cut_after_bytes": 1_500_000, "zipped_from_bytes": 1 << 30}
    )
    run = acted_kaggle.client("datasets", "download", "bela/songs", "-f", "tracks.csv", **BY_KEY)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (acted_kaggle.home / "tracks.csv").read_text() == text
    downloads = [seen for seen in acted_kaggle.ask("/fake/requests") if seen["storage"]]
    assert [seen["range"] for seen in downloads] == ["", f"bytes={1 << 20}-"]
    assert downloads[1]["if_range"].startswith('"')


def test_gets_the_version_that_it_names(acted_kaggle):
    acted_kaggle.put("tracks.csv", "track_id,energy\n")
    acted_kaggle.ask("/fake/reread", {})
    for words, text in ((["bela/songs"], "track_id,energy\n"), (["bela/songs/1"], TRACKS)):
        run = acted_kaggle.client("datasets", "download", *words, "-f", "tracks.csv", "--force", **BY_TOKEN)
        assert run.returncode == 0, run.stdout + run.stderr
        assert (acted_kaggle.home / "tracks.csv").read_text() == text


@pytest.mark.parametrize(
    ("dataset", "access", "credentials", "words"),
    [
        ("bela/songs", "consent", BY_TOKEN, "You must accept this dataset's terms"),
        ("bela/songs", "owner", BY_TOKEN, "Permission 'datasets.get' was denied"),
        ("bela/other", "", BY_TOKEN, "Dataset not found"),
        ("bela/songs", "anyone", BY_KEY | {"KAGGLE_KEY": "9" * 32}, "Authentication required"),
    ],
)
def test_tells_why_it_is_refused(acted_kaggle, dataset, access, credentials, words):
    if access:
        acted_kaggle.ask("/fake/access", {"dataset": dataset, "access": access})
    run = acted_kaggle.client("datasets", "download", dataset, **credentials)
    assert run.returncode != 0
    assert words in run.stdout + run.stderr


def test_tells_that_requests_are_too_many(acted_kaggle):
    acted_kaggle.ask("/fake/switches", {"fail_times": 1, "fail_status": 429, "retry_after_seconds": 1})
    run = acted_kaggle.client("datasets", "files", "bela/songs", **BY_KEY)
    assert (run.returncode, "Too many requests" in run.stderr) == (1, True)
    assert "tracks.csv" in acted_kaggle.client("datasets", "files", "bela/songs", **BY_KEY).stdout
