"""A real PostgreSQL server of our own, in a folder of its own, for tests and scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# Where Debian, and a build by hand, put the programs.
_PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
           Path("/usr/local/pgsql/bin"))  # fmt: skip
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "autovacuum": "off",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "password_encryption": "scram-sha-256",
}
PASSWORD = "s3cr3t-w0rd"


def programs() -> Path | None:
    """The folder of initdb and postgres; None where they are not installed."""
    found = shutil.which("initdb")
    places = (Path(found).parent, *_PLACES) if found else _PLACES
    return next((one for one in places if (one / "initdb").is_file()), None)


class PostgresServer:
    """A server whose role ``trustbook`` owns the databases that ``new_database`` makes."""

    def __init__(self) -> None:
        bin_folder = programs()
        assert bin_folder is not None
        self._bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="tb-pg-"))
        self.data = self.folder / "data"
        # The server refuses to run as root.
        self._as = {"user": "nobody"} if os.name == "posix" and os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, "nobody")
        self.folder.chmod(0o755)
        self._run("initdb", "-D", str(self.data), "-A", "scram-sha-256", "--no-sync", "-U", "boss",
                  "--locale=C", "--encoding=UTF8", f"--pwfile={self._password_file()}")  # fmt: skip
        self.port = self._free_port()
        self._databases = 0
        self.start()
        self.ask(f"CREATE ROLE trustbook LOGIN PASSWORD '{PASSWORD}'")

    def _password_file(self) -> Path:
        path = self.folder / "pw"
        path.write_text(PASSWORD)
        return path

    @staticmethod
    def _free_port() -> int:
        import socket

        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            return int(one.getsockname()[1])

    def _run(self, program: str, *words: str) -> None:
        subprocess.run([str(self._bin / program), *words], check=True, capture_output=True,
                       cwd=self.folder, **self._as)  # type: ignore[call-overload]  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        settings = [f"-c {name}={value}" for name, value in _SETTINGS.items()]
        options = f"-p {self.port} -k {self.folder} {' '.join(settings)}"
        # With its output in a file: a pipe would stay open as long as the server runs.
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"),
                  "-o", options, "start")  # fmt: skip

    def stop(self) -> None:
        """Stop it at once, as when the power goes off."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def restart(self) -> None:
        """Stop it at once and start it again."""
        self.stop()
        self.start()

    def end(self) -> None:
        """Stop it and remove all of it."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, query: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Have the owner of the server do something."""
        import psycopg

        url = f"postgresql://boss:{PASSWORD}@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(url, autocommit=True) as opened:
            found = opened.execute(query)
            return found.fetchall() if found.description else []

    def new_database(self, ready: bool = True) -> str:
        """The address, with its password, of a new and empty database; ``ready`` for ledgers."""
        self._databases += 1
        name = f"book{self._databases}"
        self.ask(f"CREATE DATABASE {name} OWNER trustbook")
        url = f"postgresql://trustbook:{PASSWORD}@127.0.0.1:{self.port}/{name}"
        if ready:
            from trustbook.ledger.ledger_server import LedgerServer

            server = LedgerServer(url)
            server.make_directory()
            server.close()
        return url
