"""Start the server by itself: ``python -m tests.graph_server --port N``.

Prints the address of a ready workbook, the environment that leads here and the settings, and keeps
serving until it is interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import threading
from pathlib import Path

from trustbook.workbooks.template import starter

from .server import GraphServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.graph_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--folder", type=Path, help="the library; left out, one that goes again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        folder = asked.folder or Path(own)
        if not (folder / "network.xlsx").exists():
            (folder / "network.xlsx").write_bytes(starter("nl"))
        with GraphServer(folder.resolve(), asked.port) as server:
            print(server.address().replace(" ", "%20"))
            for name, value in server.variables().items():
                print(f"{name}={value}")
            print(server.settings, end="", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()


if __name__ == "__main__":
    main()
