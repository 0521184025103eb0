"""Dependencies point one way: which room may not import which."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_NOT = {
    "cards": {"cds", "flask", "fhir", "flask_cors", "gunicorn", "msgspec"},
    "cds/checks": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.call", "cds.evaluate", "time", "random"},
    "cds/recognise": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks", "cds.patient"},
    "cds/fhir": {"flask", "marshmallow", "cds.checks", "cds.hooks", "cds.evaluate"},
    "cds/hooks": {"fhir", "cds.fhir", "cds.checks", "cds.recognise"},
    "cds/patient.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks"},
    "cds/exposure.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks"},
    "cds/dosing": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks", "cds.patient", "time", "random"},
    "cds/history.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks"},
    "cds/dose.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks", "cds.patient"},
    "cds/config": {"flask", "fhir", "msgspec", "cards", "cds.fhir", "cds.hooks", "cds.checks", "cds.call", "cds.patient", "cds.evaluate"},
    "cds/tenancy.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks", "cds.evaluate"},
    "cds/trust": {
        "flask",
        "fhir",
        "marshmallow",
        "cards",
        "cds.fhir",
        "cds.hooks",
        "cds.checks",
        "cds.call",
        "cds.evaluate",
        "cds.store",
        "cds.tenancy",
    },
    "cds/trust/reasons.py": {"cds"},
    "cds/access": {"flask", "fhir", "marshmallow", "cds.fhir", "cds.hooks", "cds.checks", "cds.recognise", "cds.patient", "cds.evaluate"},
    "cds/call.py": {"flask", "fhir", "marshmallow", "msgspec", "httpx", "cds.fhir", "cds.hooks", "cds.checks", "cds.access", "cds.config"},
    "cds/completion.py": {"flask", "fhir", "marshmallow", "cds.hooks", "cds.access", "cds.config", "time"},
    "cds/evaluate.py": {"flask", "fhir", "marshmallow", "cds.hooks", "cds.config", "cds.access"},
    "cds/markup.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks", "cds.recognise", "cds.patient"},
    "cds/handbook.py": {"flask", "fhir", "marshmallow", "msgspec", "cds.fhir", "cds.hooks", "cds.checks", "cds.recognise", "cds.patient"},
    "cds/store": {
        "flask",
        "fhir",
        "marshmallow",
        "click",
        "cards",
        "cds.fhir",
        "cds.hooks",
        "cds.checks",
        "cds.recognise",
        "cds.call",
        "cds.evaluate",
    },
    "cds/commands": {"flask", "fhir", "marshmallow", "cds.fhir", "cds.hooks", "cds.checks", "cds.recognise", "cds.evaluate"},
    "cds/report.py": {"flask", "fhir", "marshmallow", "cds.hooks"},
    "cds/worker.py": {"flask", "fhir", "cds", "cards"},
}
# who alone may import what
ONLY = {
    "flask": {"cds/hooks", "cds/app.py"},
    "fhir": {"cds/fhir"},
    "gunicorn": {"cds/serve.py", "cds/worker.py"},
    "httpx": {"cds/access", "cds/trust"},
    "jwt": {"cds/trust"},
    "cryptography": {"cds/trust"},
    "sqlalchemy": {"cds/store"},
    "alembic": {"cds/store"},
    "httpcore": {"cds/access"},
}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, in full."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def files(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def reaches(modules: set[str], target: str) -> set[str]:
    return {name for name in modules if name == target or name.startswith(target + ".")}


@pytest.mark.parametrize(("room", "forbidden"), MAY_NOT.items(), ids=MAY_NOT)
def test_a_room_imports_nothing_that_is_forbidden_to_it(room: str, forbidden: set[str]) -> None:
    assert files(room)
    for path in files(room):
        for target in forbidden:
            assert not reaches(imported(path), target), f"{path.relative_to(ROOT)} imports {target}"


@pytest.mark.parametrize(("package", "rooms"), ONLY.items(), ids=ONLY)
def test_a_package_is_imported_in_its_room_only(package: str, rooms: set[str]) -> None:
    allowed = {path for room in rooms for path in files(room)}
    for path in [*files("cds"), *files("cards")]:
        if reaches(imported(path), package):
            assert path in allowed, f"{path.relative_to(ROOT)} imports {package}"


def test_every_module_says_what_its_room_is_for() -> None:
    for path in [*files("cds"), *files("cards")]:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
