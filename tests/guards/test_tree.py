"""The house stays as it is described: sizes, templates, licences, nothing that belongs to one machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "app" / "static").rglob("*.js"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_over_400_lines_and_every_module_says_what_it_owns(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text)), "a module needs a docstring"


def test_functions_are_short() -> None:
    sizes = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                sizes[f"{path.relative_to(ROOT)}:{node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    long = {name: size for name, size in sizes.items() if size > 50}
    assert not long
    assert sum(size <= 30 for size in sizes.values()) >= 0.9 * len(sizes)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_have_no_inline_code_and_mark_only_sanitised_html_as_safe(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", text)
    assert not re.search(r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))", text)
    allowed = {"document.html|safe", "SHAPES[name]|safe"}
    assert set(re.findall(r"[\w.\[\]]+\s*\|\s*safe", text)) <= allowed


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_scripts_are_small_and_never_build_html_from_text(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*TEMPLATES, *SCRIPTS, *(ROOT / "app" / "static").rglob("*.css")]:
        found = re.findall(r"(?:src|href|url|import|from)\s*[=(]?\s*[\"'(]https?://[^\"')]+", path.read_text("utf-8"))
        assert not found, path


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"/(?:home|Users|root|work)/\w")
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".html", ".js", ".css") and path.is_file() and path != Path(__file__):
            assert not pattern.search(path.read_text("utf-8")), name
