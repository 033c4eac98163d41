"""The pages are true: written from the code, alike in both languages, every name in them exists."""

import ast
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "trustbook"

# Pages for people who use trustbook; those for who builds it are in English only.
ENGLISH = {"handleiding.md": "manual.md"}  # Dutch pages with a name of their own
TWINS = [
    *((ROOT / f"{name}.md", ROOT / f"{name}.nl.md") for name in ("README", "CHANGELOG")),
    *(
        (DOCS / ENGLISH.get(page.name, page.name), page)
        for page in sorted((DOCS / "nl").glob("*.md"))
    ),
]
FOR_BUILDERS = {"architecture.md", "glossary.md", "licences.md", "standard-for-public-code.md"}
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"))
    if page.name not in ("AGENTS.md", "CLAUDE.md")
)

_FENCE = re.compile(r"\s*```(\w*)")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_SPAN = re.compile(r"`([^`]+)`")
# What must be the same in every language: commands, options, settings files and paths.
_COMMAND = re.compile(
    r"(?:python -m )?trustbook [a-z]|-{1,2}[a-z]|.*[/\\]|.*\.(?:py|toml|sh|ps1|log)$"
)


@dataclass
class Page:
    """A page in the parts that can be compared: headings, code, tables, and commands by section."""

    levels: list[int] = field(default_factory=list)
    code: list[tuple[str, list[str]]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    spans: list[set[str]] = field(default_factory=lambda: [set()])
    items: list[int] = field(default_factory=lambda: [0])


def read(path: Path) -> Page:
    page = Page()
    kind: str | None = None
    before = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        fence = _FENCE.match(line)
        if fence or kind is not None:
            if not fence:
                page.code[-1][1].append(line.strip())
            elif kind is None:
                page.code.append((fence[1], []))
            kind = (fence[1] if kind is None else None) if fence else kind
        elif line.startswith("    ") and (not before.strip() or before.startswith("    ")):
            if not before.startswith("    "):
                page.code.append(("", []))
            page.code[-1][1].append(line.strip())
        else:
            _read_prose(page, line, before)
        before = line
    return page


def _read_prose(page: Page, line: str, before: str) -> None:
    if heading := re.match(r"(#+) ", line):
        page.levels.append(len(heading[1]))
        page.spans.append(set())
        page.items.append(0)
    if line.startswith("|"):
        if not before.startswith("|"):
            page.tables.append([])
        page.tables[-1].append([cell.strip() for cell in line.strip("| ").split(" | ")])
    page.items[-1] += bool(re.match(r"(?:[-*]|\d+\.) ", line))
    page.spans[-1] |= {span for span in _SPAN.findall(line) if _COMMAND.match(span)}


def without_remarks(lines: list[str]) -> list[str]:
    return [re.sub(r"\s*(?:^|\s)#.*$", "", line) for line in lines]


def numbers(cell: str) -> list[str]:
    """The numbers of a cell, however a language writes them: .719, 0,719 and 0.719 are one."""
    found = re.findall(r"\d*[.,]?\d+", re.sub(r"`[^`]*`", "", cell))
    return [number.replace(",", ".").lstrip("0") for number in found]


def names_in(lines: list[str]) -> list[str]:
    """The files and folders that a drawn floor plan names, in its order."""
    return [name for line in lines for name in re.findall(r"[\w.]+(?:/|\.py|\.toml)", line)]


both = pytest.mark.parametrize(
    ("english", "dutch"), TWINS, ids=[str(pair[1].relative_to(ROOT)) for pair in TWINS]
)


def test_every_page_for_users_has_its_dutch_twin() -> None:
    users = {page.name for page in DOCS.glob("*.md")} - FOR_BUILDERS
    assert users == {ENGLISH.get(page.name, page.name) for page in (DOCS / "nl").glob("*.md")}


@both
def test_twins_have_the_same_headings_lists_code_and_commands(english: Path, dutch: Path) -> None:
    one, other = read(english), read(dutch)
    assert one.levels == other.levels
    assert one.items == other.items
    assert [kind for kind, _ in one.code] == [kind for kind, _ in other.code]
    for (kind, lines), (_, theirs) in zip(one.code, other.code, strict=True):
        plain = names_in if kind == "text" else without_remarks
        assert plain(lines) == plain(theirs)
    for spans, theirs_too in zip(one.spans, other.spans, strict=True):
        assert {span.replace("docs/nl/", "docs/") for span in theirs_too} == spans


@both
def test_twins_have_the_same_tables(english: Path, dutch: Path) -> None:
    one, other = read(english), read(dutch)
    assert len(one.tables) == len(other.tables)
    for table, theirs in zip(one.tables, other.tables, strict=True):
        assert [len(row) for row in table] == [len(row) for row in theirs]
        if english.name == "workbook.md":
            continue  # written from one source; a label may hold a number in one language only
        for row, same in zip(table, theirs, strict=True):
            assert _SPAN.findall(row[0]) == _SPAN.findall(same[0]), (row, same)
            assert [numbers(cell) for cell in row] == [numbers(cell) for cell in same]


@both
def test_twins_lead_to_each_other_and_stay_in_their_language(english: Path, dutch: Path) -> None:
    dutch_pages = {pair[0]: pair[1] for pair in TWINS}
    for page, twin in ((english, dutch), (dutch, english)):
        targets = [(page.parent / target).resolve() for target in links(page)]
        assert twin in targets
        if page is dutch:
            assert not [target for target in targets if target in dutch_pages and target != twin]


def test_both_changelogs_tell_of_the_same_versions_and_of_this_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = [
        re.findall(r"^## \[(.+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("CHANGELOG.md", "CHANGELOG.nl.md")
    ]
    assert headings[0] == headings[1]
    assert headings[0][0] == "Unreleased]"
    assert headings[0][1].startswith(f"{project['version']}] - ")


def _script(name: str) -> ModuleType:
    """A script of the project, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_pages_written_from_the_code_are_up_to_date() -> None:
    for name, page in _script("build_docs").PAGES.items():
        assert (DOCS / name).read_text(encoding="utf-8") == page, "run scripts/build_docs.py"


def test_the_picture_of_the_architecture_is_what_its_script_draws() -> None:
    script = _script("draw_architecture")
    assert script.PICTURE.read_text(encoding="utf-8") == script.picture(), script.__doc__
    assert 'width="700"' in script.picture()


def links(page: Path) -> Iterator[str]:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_named_file_leads_somewhere(page: Path) -> None:
    for target in links(page):
        assert (page.parent / target).exists(), target
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(
        r"(?<![\w/.-])(?:docs|scripts|templates|tests|trustbook)/[\w./*-]*", text
    ):
        name = found[0].rstrip(".")
        if "*" in name:
            assert list(ROOT.glob(name)), name
        elif not text[: found.start()].endswith("path/to/"):
            assert (ROOT / name).exists(), name


def picture(readme: str) -> list[str]:
    """The lines of the house in a README."""
    lines = next(lines for kind, lines in read(ROOT / readme).code if kind == "text")
    assert lines[0] == "trustbook/"
    return lines


@pytest.mark.parametrize("readme", ["README.md", "README.nl.md"])
def test_the_house_in_the_readme_is_the_house(readme: str) -> None:
    lines = picture(readme)
    rooms = [line for line in lines[1:] if line.startswith(("├── ", "└── "))]
    drawn = {name.rstrip("/") for line in rooms for name in names_in([line.split("   ")[0]])}
    stands = {
        path.name for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }  # fmt: skip
    assert drawn == stands
    for line in rooms:
        first, *rest = names_in([line])
        for name in rest if first.endswith("/") else []:
            # A name behind a room stands in it, or is a settings file.
            assert name.endswith(".toml") or (PACKAGE / first / name).exists(), line
    for line in lines[len(rooms) + 1 :]:
        assert (ROOT / line.split()[0]).is_dir(), line


def test_the_readme_names_every_command() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`trustbook (\w+)", table))
    from trustbook.cli.main import cli

    assert named >= set(cli.commands)
    assert {name for name in named if name not in cli.commands} == set()


def test_every_option_that_a_page_names_is_one() -> None:
    from trustbook.cli.main import cli

    options = {flag for command in cli.commands.values() for parameter in command.params
               for flag in (*parameter.opts, *parameter.secondary_opts)}  # fmt: skip
    options |= {option for parameter in cli.params for option in parameter.opts} | {"--help"}
    for page in PAGES:
        for span in _SPAN.findall(page.read_text(encoding="utf-8")):
            if span.startswith("trustbook ") or re.match(r"--[a-z]", span):
                for option in re.findall(r"(?<!\S)--[a-z-]+", span):
                    assert option in options, f"{page.name}: {span}"


@pytest.mark.parametrize(
    ("page", "lang"), [("google-sheets.md", "en"), ("nl/google-sheets.md", "nl")]
)
def test_the_messages_that_the_page_on_google_explains_are_messages(page: str, lang: str) -> None:
    texts = [
        re.sub(r"\{\w+(?::[^}]*)?\}", "10 minuten minutes", entry[lang])
        for name in ("google", "errors")
        for entry in tomllib.loads(
            (ROOT / "templates" / "messages" / f"{name}.toml").read_text(encoding="utf-8")
        ).values()
        if isinstance(entry[lang], str)
    ]
    rows = read(DOCS / page).tables[-1][2:]
    assert len(rows) > 20
    for row in rows:
        for phrase in row[0].split(", "):
            words = r"\b.*?\b".join(re.escape(word) for word in phrase.split())
            assert any(re.search(words, text, re.IGNORECASE) for text in texts), phrase


def test_every_public_name_that_the_glossary_and_the_pages_for_builders_give_exists() -> None:
    """`room/file.py: name` and `file.py: name` in a table or a sentence is a name of that file."""
    found = 0
    for page in PAGES:
        for span in _SPAN.findall(page.read_text(encoding="utf-8")):
            if match := re.fullmatch(r"([\w/]+\.py): ([\w, .]+)", span):
                found += 1
                path = PACKAGE / match[1]
                assert path.is_file(), span
                defined = _defined(path)
                assert set(re.split(r", ", match[2])) <= defined, span
    assert found > 20


def _defined(path: Path) -> set[str]:
    """Every class, function and constant of a module, methods as Class.method."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            names |= {node.name} | {f"{node.name}.{inner.name}" for inner in node.body
                                    if isinstance(inner, ast.FunctionDef)}  # fmt: skip
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names
