"""Start the server by itself: ``python -m tests.sheets_server --port N``."""

from __future__ import annotations

import argparse
import contextlib
import threading

from .server import SheetsServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    port = parser.parse_args().port
    with SheetsServer(port) as server:
        print(f"ready at {server.url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
