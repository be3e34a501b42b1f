"""The source of the package as trees, for rules that a linter cannot know."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "talentshare"
TESTS = ROOT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def modules(folder: Path = PACKAGE) -> tuple[Path, ...]:
    return tuple(sorted(folder.rglob("*.py")))


def functions(path: Path) -> Iterator[Function]:
    """All functions of a file, methods and nested ones included."""
    return (n for n in ast.walk(tree(path)) if isinstance(n, Function))


def top_functions(path: Path) -> list[Function]:
    return [n for n in tree(path).body if isinstance(n, Function)]


def layer_files(layer: str) -> list[Path]:
    """The files of a layer in all features: `actions.py`, or those of the folder `actions`."""
    return sorted([*PACKAGE.glob(f"*/{layer}.py"), *PACKAGE.glob(f"*/{layer}/*.py")])


@dataclass(frozen=True)
class Layer:
    """One feature's layer: a file, or a folder whose `__init__` says what it gives."""

    feature: str
    files: tuple[Path, ...]

    @property
    def is_folder(self) -> bool:
        return self.files[0].name == "__init__.py"

    @property
    def functions(self) -> dict[str, Function]:
        """The functions at the top of its files, by name."""
        return {f.name: f for path in self.files for f in top_functions(path)}

    @property
    def given(self) -> list[str]:
        """What others may use: `__all__` of a folder, else every public function."""
        if not self.is_folder:
            return [name for name in self.functions if not name.startswith("_")]
        return exported(self.files[0])


def layers(name: str) -> list[Layer]:
    """One layer of every feature that has it."""
    files = [Layer(path.parent.name, (path,)) for path in sorted(PACKAGE.glob(f"*/{name}.py"))]
    folders = [
        Layer(init.parents[1].name, (init, *sorted(set(init.parent.glob("*.py")) - {init})))
        for init in sorted(PACKAGE.glob(f"*/{name}/__init__.py"))
    ]
    return sorted([*files, *folders], key=lambda layer: layer.feature)


def exported(init: Path) -> list[str]:
    """The names in `__all__`."""
    for node in tree(init).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def decorators(function: Function) -> set[str]:
    """The names of its decorators, without arguments and modules."""
    plain = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
    return {ast.unparse(d).rpartition(".")[2] for d in plain}


def parameters(function: Function) -> list[str]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return [a.arg for a in named if a.arg not in {"self", "cls"}]


def calls(node: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Everything that is called inside: the name as written, and the plain arguments."""
    for found in ast.walk(node):
        if isinstance(found, ast.Call):
            yield ast.unparse(found.func), [ast.unparse(a) for a in found.args]
