"""What a newcomer types, on machines that are not there: `make test`, and what it installs."""

import os
import re
import shutil
import subprocess

import pytest

from tests.architecture.sources import ROOT

SAYS = "#!/bin/sh\necho \"{name} $*\" >> '{log}'\n{answer}\n"
ONCE = "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium fonts"
ASIDE = "apt-get install -y --no-install-recommends chromium fonts -qq"
CLOSING = "3 passed in 0.12s"


@pytest.fixture
def machine(tmp_path):
    """Make a machine whose only programs are these, each with its answer; `did` is what they were told."""
    log, folder = tmp_path / "did", tmp_path / "bin"

    class Machine:
        path = folder

        def has(self, where=folder, **programs):
            where.mkdir(exist_ok=True, parents=True)
            for name, answer in programs.items():
                program = where / (name if name == "pg_dump" else name.replace("_", "-"))
                program.write_text(SAYS.format(name=program.name, log=log, answer=answer), "utf-8")
                program.chmod(0o755)
            return self

        def run(self, *command, **environment):
            for tool in ("bash", "make", "dirname", "grep", "touch"):
                if not (folder / tool).exists():
                    (folder / tool).symlink_to(shutil.which(tool))
            clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
            return subprocess.run(
                command,
                env=clean | {"PATH": str(folder)} | environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )

        @property
        def did(self):
            return log.read_text("utf-8").splitlines() if log.exists() else []

    return Machine()


def install(machine):
    return machine.run("bash", "scripts/system.sh", "chromium", "fonts")


@pytest.mark.parametrize(
    "programs",
    [
        {"id": "echo 1000"},
        {"id": "echo 0"},
        {"id": "echo 1000", "apt_get": ""},
        {"id": "echo 1000", "apt_get": "", "sudo": "exit 1"},
    ],
    ids=["no apt, a user", "no apt, root", "no sudo", "sudo wants a password"],
)
def test_who_may_not_install_is_given_the_one_command(machine, programs):
    done = install(machine.has(**programs))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "Missing: chromium fonts. Please run this once, then the same make command again:",
        f"  {ONCE}",
    ]
    assert not [line for line in machine.did if "install" in line]


def test_root_installs(machine):
    done = install(machine.has(id="echo 0", apt_get=""))
    assert done.returncode == 0
    assert machine.did == ["id -u", "apt-get update -qq", ASIDE]


def test_who_may_use_sudo_without_a_password_installs_by_it(machine):
    done = install(machine.has(id="echo 1000", apt_get="", sudo=""))
    assert done.returncode == 0
    assert machine.did[-2:] == ["sudo -n apt-get update -qq", f"sudo -n {ASIDE}"]


def test_a_failed_installation_is_a_failure(machine):
    assert install(machine.has(id="echo 0", apt_get="exit 100")).returncode != 0


FONTS = "echo 'NotoSansCJK-Regular.ttc: Noto Sans CJK JP'"


@pytest.mark.parametrize(
    ("programs", "missing"),
    [
        ({"chromium": "", "fc_list": FONTS, "pg_dump": ""}, ""),
        ({"fc_list": FONTS, "pg_dump": ""}, "chromium"),
        ({"chromium": "", "fc_list": "", "pg_dump": ""}, "fonts-noto-cjk fontconfig"),
        ({"chromium": "", "pg_dump": ""}, "fonts-noto-cjk fontconfig"),
        ({"chromium": "", "fc_list": FONTS}, "postgresql-client"),
        ({}, "chromium fonts-noto-cjk fontconfig postgresql-client"),
    ],
)
def test_only_what_is_missing_is_asked_for(machine, programs, missing):
    done = machine.has(id="echo 1000", **programs).run("bash", "scripts/tools.sh")
    assert done.returncode == bool(missing)
    assert done.stdout.startswith(f"Missing: {missing}. " if missing else "")
    assert bool(done.stdout) == bool(missing)


PRESS = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@pytest.mark.parametrize(("python", "missing"), [("", ""), ("exit 1", PRESS)])
def test_what_pdf_files_need_is_asked_for_when_it_is_missing(machine, python, missing):
    done = machine.has(id="echo 1000", python=python).run("bash", "scripts/press.sh", "python")
    assert done.returncode == bool(missing)
    assert done.stdout.startswith(f"Missing: {missing}. " if missing else "")
    assert bool(done.stdout) == bool(missing)


@pytest.fixture
def newcomer(machine, tmp_path):
    """A machine with everything in place, whose tools succeed and whose test runner ends so."""

    def newcomer(runner, *command, **tools):
        venv = tmp_path / "venv"
        machine.has(chromium="", fc_list=FONTS, pg_dump="")
        machine.has(
            venv / "bin",
            **{"python": "", "ruff": "", "mypy": "", "lint_imports": "", "pytest": runner} | tools,
        )
        for stamp in (".run", ".dev"):
            (venv / stamp).touch()
        return machine.run(*command, f"VENV={venv}", CI="true")

    return newcomer


def test_make_test_checks_and_ends_with_the_line_of_the_runner(newcomer, machine):
    done = newcomer(f"echo '{CLOSING}'", "make", "test")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, CLOSING)
    told = [re.sub(r" .*", "", line) for line in machine.did if not line.startswith("fc-list")]
    assert told == ["python", "ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert machine.did[-1].startswith("pytest -n 2 --dist ")


@pytest.mark.parametrize("status", [1, 2, 3, 5])
def test_make_test_fails_when_the_runner_does(newcomer, status):
    done = newcomer(f"echo '1 failed'; exit {status}", "make", "test")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "1 failed"
    assert f"Error {status}" in done.stderr


@pytest.mark.parametrize("tool", ["ruff", "mypy", "lint_imports"])
def test_make_test_fails_when_the_style_does(newcomer, machine, tool):
    assert newcomer("", "make", "test", **{tool: "exit 1"}).returncode != 0
    assert not [line for line in machine.did if line.startswith("pytest")]


def test_ci_types_what_a_newcomer_types(machine):
    machine.has(make="echo $CI")
    done = machine.run("bash", ".ci/run", CI="false")
    assert (machine.did, done.stdout) == (["make test"], "true\n")
