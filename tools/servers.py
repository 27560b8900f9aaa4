"""Starts and stops the real servers that tests and people use, each by its script in tools/servers.

Shape:   servers.py up          starts every server in .deps/servers, prints how to tell programs their addresses
         servers.py down        stops them; what they hold stays
         servers.py run [--only NAME,…] COMMAND…   fresh servers around a command, gone with all they held afterwards
         A script is tools/servers/<name>.sh start|stop|kill DIR [PORT]; `start` prints the address as its last line,
         which programs find in EARPRINT_TEST_<NAME>.
Effects: processes on free ports of the loopback. `run` gives back the command's exit code.
Errors:  exit code 1 when a server does not come up, with its script's words.
"""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "tools" / "servers"
KEPT = ROOT / ".deps" / "servers"


def names(scripts: pathlib.Path = SCRIPTS) -> list[str]:
    """Every server there is a script for; common.sh is none."""
    return sorted(script.stem for script in scripts.glob("*.sh") if script.stem != "common")


def variable(name: str) -> str:
    return f"EARPRINT_TEST_{name.upper()}"


def start(name: str, folder: pathlib.Path, scripts: pathlib.Path = SCRIPTS) -> str:
    """Starts one server and gives its address. Errors: RuntimeError, with the script's words."""
    told = subprocess.run(
        [str(scripts / f"{name}.sh"), "start", str(folder / name)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = told.stdout.split("\n")
    address = next((line for line in reversed(lines) if line), "")
    if told.returncode != 0 or not address:
        raise RuntimeError(f"{name} did not start:\n{told.stderr.strip()}")
    return address


def stop(name: str, folder: pathlib.Path, scripts: pathlib.Path = SCRIPTS, verb: str = "stop") -> None:
    subprocess.run([str(scripts / f"{name}.sh"), verb, str(folder / name)], check=False)


def start_all(
    wanted: list[str], folder: pathlib.Path, scripts: pathlib.Path = SCRIPTS
) -> tuple[dict[str, str], list[str]]:
    """Starts servers at once; gives the addresses of those that came up, and what the others said."""
    folder.mkdir(parents=True, exist_ok=True)
    addresses: dict[str, str] = {}
    failed: list[str] = []
    with concurrent.futures.ThreadPoolExecutor() as pool:
        begun = {name: pool.submit(start, name, folder, scripts) for name in wanted}
        for name, address in begun.items():
            try:
                addresses[name] = address.result()
            except RuntimeError as error:
                failed.append(str(error))
    return addresses, failed


def up() -> int:
    addresses, failed = start_all(names(), KEPT)
    for name, address in addresses.items():
        print(f"export {variable(name)}='{address}'")
    for words in failed:
        print(words, file=sys.stderr)
    return 1 if failed else 0


def down() -> int:
    for name in names():
        if (KEPT / name).exists():
            stop(name, KEPT)
    return 0


def run(wanted: list[str], command: list[str], scripts: pathlib.Path = SCRIPTS) -> int:
    # Not below the tree: a server may run as a user who cannot see into it.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="earprint-servers-"))
    folder.chmod(0o755)
    try:
        addresses, failed = start_all(wanted, folder, scripts)
        if failed:
            print("\n".join(failed), file=sys.stderr)
            return 1
        told = {variable(name): address for name, address in addresses.items()}
        return subprocess.run(command, env=os.environ | told, check=False).returncode
    finally:
        for name in wanted:
            stop(name, folder, scripts, "kill")
        shutil.rmtree(folder, ignore_errors=True)


def main(words: list[str]) -> int:
    match words:
        case ["up"]:
            return up()
        case ["down"]:
            return down()
        case ["run", "--only", some, *command] if command:
            return run(some.split(","), command)
        case ["run", *command] if command:
            return run(names(), command)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
