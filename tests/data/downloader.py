"""Loads a data set in a process of its own, which other processes may do in the same folder.

`python -m tests.data.downloader NAME FILES SECONDS [FOLDER]`: FILES says in JSON what is served as name, folder, MD5
and size; for each report of progress it sleeps SECONDS. Prints what came of it.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

from explorer.data import datasets, sources


def main() -> None:
    name, files, seconds = sys.argv[1:4]
    served = tuple(
        sources.RemoteFile(each["name"], (each["place"],), each["md5"], each["size"]) for each in json.loads(files)
    )
    if served:
        sources.SOURCES[name] = sources.Source(sources.SOURCES[name].folder, served)  # type: ignore[index]
    said: list[str] = []

    def report(what: object, _: float | None) -> None:
        said.append(str(what))
        print(what, flush=True)
        time.sleep(float(seconds))

    print("ready", flush=True)
    sys.stdin.readline()  # until all are
    data = datasets.load(name, Path(sys.argv[4]) if len(sys.argv) > 4 else None, progress=report)
    digest = hashlib.sha256(data.train.images.numpy().tobytes() + data.train.labels.numpy().tobytes())
    waited = sum(line.startswith("Waiting") for line in said)
    print(json.dumps({"digest": digest.hexdigest(), "waited": waited}), flush=True)


if __name__ == "__main__":
    main()
