"""Write docs/trustbook.cdx.json: what trustbook consists of, in the form of CycloneDX 1.6.

    python scripts/sbom.py               # after scripts/lock.py, in the environment it made
    python scripts/sbom.py --validate    # against the schema, by cyclonedx-python-lib

Versions and hashes are those of requirements.txt, so for every system; licences and what needs what
are as the installed libraries say. Tools that look at an environment leave out what only another
system needs, and write down paths of the machine. The same lock gives the same bytes.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import uuid
from pathlib import Path

from licences import direct, licence_of
from lock import locked, normal, tool

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "trustbook.cdx.json"
VALIDATOR = "cyclonedx-python-lib[json-validation]==11.12.0"
CHECK = """
import pathlib, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
sys.exit(str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) or "") or 0)
"""

Node = dict[str, object]


def address(name: str, version: str) -> str:
    """The package URL of a library of PyPI."""
    return f"pkg:pypi/{name}@{version}"


def component(name: str, version: str, hashes: set[str]) -> Node:
    """One library: its version, its licence and the hashes of all its files."""
    files = [{"alg": "SHA-256", "content": value} for value in sorted(hashes)]
    place = {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/#files"}
    return {
        "type": "library",
        "bom-ref": address(name, version),
        "name": name,
        "version": version,
        "purl": address(name, version),
        "licenses": [{"expression": licence_of(name)}],
        "externalReferences": [{**place, "hashes": files}],
    }


def needs(name: str, known: set[str]) -> list[str]:
    """The libraries of the lock that a library asks for; none where it is not for this system."""
    try:
        asked = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    plain = [line for line in asked if "extra ==" not in line]
    found = [re.match(r"[A-Za-z0-9_.-]+", line) for line in plain]
    return sorted({normal(match[0]) for match in found if match} & known)


def bill() -> Node:
    """The whole list, as JSON values."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    libraries = locked(ROOT / "requirements.txt")
    refs = {name: address(name, version) for name, (version, _) in libraries.items()}
    own = address("trustbook", project["version"])
    root = {"ref": own, "dependsOn": [refs[normal(name)] for name in direct()]}
    others = [
        {"ref": ref, "dependsOn": [refs[other] for other in needs(name, set(refs))]}
        for name, ref in refs.items()
    ]
    subject = {
        "type": "application",
        "bom-ref": own,
        "name": "trustbook",
        "version": project["version"],
        "purl": own,
        "licenses": [{"expression": project["license"]}],
    }
    parts = [component(name, *found) for name, found in libraries.items()]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts))}",
        "version": 1,
        "metadata": {"component": subject},
        "components": parts,
        "dependencies": [root, *others],
    }


def text() -> str:
    """The file's text."""
    return json.dumps(bill(), indent=1) + "\n"


def validate() -> int:
    """0 where the file keeps to the schema; says what does not."""
    with tempfile.TemporaryDirectory() as made:
        python = tool(Path(made) / "tool", VALIDATOR, "python")
        return subprocess.run([str(python), "-c", CHECK, str(FILE)], check=False).returncode


def main() -> int:
    """Write the file, or look whether it keeps to the schema."""
    if "--validate" in sys.argv[1:]:
        return validate()
    FILE.write_text(text(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
