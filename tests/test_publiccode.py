"""publiccode.yml keeps to the standard 0.4 and says what the project is today.

The rules are those of https://yml.publiccode.tools (schema and controlled vocabularies).
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent

MANDATORY = {"publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus",
             "softwareType", "description", "legal", "maintenance", "localisation"}  # fmt: skip
OPTIONAL = {"applicationSuite", "landingURL", "isBasedOn", "softwareVersion", "releaseDate",
            "logo", "usedBy", "roadmap", "intendedAudience", "dependsOn"}  # fmt: skip
# Of the vocabularies only what this project may be.
CATEGORIES = {"collaboration", "communications", "contact-management", "crm", "data-analytics",
              "data-visualization", "network-management", "office"}  # fmt: skip
SCOPES = {"emergency-services", "local-authorities", "security", "society", "welfare"}
TYPES = {"standalone/desktop", "standalone/other", "library"}
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return found


def test_it_has_what_the_standard_asks_and_nothing_unknown(said: dict[str, Any]) -> None:
    assert said.keys() >= MANDATORY
    assert said.keys() <= MANDATORY | OPTIONAL
    assert said["publiccodeYmlVersion"] == "0.4"
    assert re.fullmatch(r"https://\S+", said["url"])
    assert set(said["platforms"]) == {"windows", "mac", "linux"}
    assert said["categories"] and set(said["categories"]) <= CATEGORIES
    assert said["softwareType"] in TYPES
    assert said["developmentStatus"] in STATUSES
    assert set(said["intendedAudience"]["scope"]) <= SCOPES
    assert said["intendedAudience"]["countries"] == ["nl"]


def test_every_description_has_the_lengths_the_standard_asks(said: dict[str, Any]) -> None:
    assert (
        set(said["description"]) == {"en", "nl"} == set(said["localisation"]["availableLanguages"])
    )
    assert said["localisation"]["localisationReady"] is True
    for text in said["description"].values():
        assert 0 < len(text["shortDescription"]) <= 150
        assert "\n" not in text["shortDescription"].strip()
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
        for picture in text.get("screenshots", []):
            assert (ROOT / picture).is_file()
    english, dutch = said["description"]["en"], said["description"]["nl"]
    assert len(english["features"]) == len(dutch["features"])


def test_maintenance_names_whom_the_standard_asks_for(said: dict[str, Any]) -> None:
    maintenance = said["maintenance"]
    needs = {
        "internal": "contacts",
        "community": "contacts",
        "contract": "contractors",
        "none": None,
    }
    asked = needs[maintenance["type"]]
    assert set(maintenance) == {"type", asked} - {None}
    assert asked is None or all(one["name"] for one in maintenance[asked])


def test_it_says_the_version_and_licence_of_the_project(said: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert said["name"] == project["name"]
    assert said["softwareVersion"] == project["version"]
    assert said["legal"]["license"] == project["license"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{said['softwareVersion']}] - {said['releaseDate']}\n" in changelog
