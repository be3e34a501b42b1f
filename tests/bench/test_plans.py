"""The planner beside others: all plan the same instance, within the rules, and are told as they are."""

import json
import subprocess
import sys

import pytest

from bench.full_model import modelled
from bench.plan_figures import HAND, OURS, told
from bench.plans import PEERS, judge, ours, peer, proven, versions, watched
from talentshare.engine.planning.verify import verify
from tests.engine.planning import small

SECONDS = 60


@pytest.fixture
def source(tmp_path):
    """One with something pinned, where bodies and hours are scarce."""
    path = tmp_path / "in.json"
    path.write_text(json.dumps(small.instance(42, positions=7)), "utf-8")
    return path


@pytest.mark.parametrize("module", PEERS.values())
def test_another_solver_finds_the_best_plan_of_a_small_instance(module, source, capfd):
    given = json.loads(source.read_text("utf-8"))
    found = peer(module, source, SECONDS)
    assert found["status"] == "optimal", found
    judged = judge(given, found)
    assert judged["mistakes"] == []
    assert judged["value"] == judged["bound"] == small.best_worth(given)
    assert found["peak_mb"] > 10
    assert capfd.readouterr() == ("", "")


def test_ours_is_run_as_the_command_is_and_its_proof_is_computed_again(source):
    given = json.loads(source.read_text("utf-8"))
    found = ours(source, SECONDS)
    assert found["status"] == "optimal"
    assert judge(given, found)["value"] == found["bound"] == small.best_worth(given)
    assert proven(source, found, SECONDS) == "right"
    assert proven(source, found | {"bound": found["bound"] - 1}, SECONDS) == "wrong"
    assert proven(source, found, None) is None


@pytest.mark.parametrize("seed", range(30))
def test_the_full_model_holds_exactly_the_plans_that_keep_the_rules(seed):
    """Each pair of columns breaks a row where the two together break a rule."""
    given = small.instance(seed, positions=7)
    model = modelled(given)
    alone = [option for need in given["positions"] for option in small.options(given, need)]
    alone = [dict(zip(("position", "specialist", "start"), one, strict=True)) for one in alone]
    count = len(model.allocations)
    assert [keyed(one) for one in alone if one not in model.pinned and fits(given, model, one)] == [
        keyed(one) for one in model.allocations
    ]
    for one in range(count):
        for other in range(one, count):
            chosen = sorted({one, other})
            plan = model.pinned + [model.allocations[n] for n in chosen]
            verdict = verify(given, {"allocations": plan})
            assert verdict.is_honest == is_within(model, chosen)
            if verdict.is_honest:
                assert verdict.value == model.pinned_worth + model.worth[chosen].sum()


def keyed(one):
    return one["position"], one["specialist"], one["start"]


def fits(given, model, one):
    """Whether an allocation keeps the rules beside what is pinned."""
    return verify(given, {"allocations": [*model.pinned, one]}).is_honest


def is_within(model, chosen):
    """Whether no row is broken, with all bodies served that must be."""
    values = [int(n in chosen) for n in range(len(model.worth))]
    rows = [
        list(zip(model.column[a:b].tolist(), model.entry[a:b].tolist(), strict=True))
        for a, b in zip(model.first[:-1], model.first[1:], strict=True)
    ]
    for row in rows:
        for column, amount in row:
            if amount < 0 and any(values[n] for n, _ in row if n != column):
                values[column] = 1
    sums = [sum(values[n] * amount for n, amount in row) for row in rows]
    return all(total <= most for total, most in zip(sums, model.most.tolist(), strict=True))


def test_a_program_that_fails_or_never_ends_is_told_so(tmp_path):
    source = tmp_path / "in.json"
    source.write_text("{}", "utf-8")
    found = peer("peer_highs", source, 1)
    assert found["status"] == "failed"
    assert "KeyError" in found["reason"]
    with pytest.raises(RuntimeError, match="weeks must be a whole number"):
        ours(source, 1)
    forever = "import sys, time; print('.', file=sys.stderr, flush=True); time.sleep(600)"
    ran = watched([sys.executable, "-c", forever], -4.9)  # overdue after a fifth of a second
    assert ran.status is None
    assert ran.took < 60


def run(solver, value, **more):
    usual = {"size": "full", "seed": 101, "limit": 10, "by_hand": 2_000_000, "status": "feasible"}
    usual |= {"bound": None, "seconds": 3.0, "late": 0.0, "peak_mb": 300, "mistakes": []}
    return usual | {"solver": solver, "value": value, "proof": None} | more


def measured():
    return {
        "at": "2026-11-28 12:00 UTC",
        "machine": "a machine",
        "versions": versions(),
        "start": {"warm": 1.5},
        "left_out": 0,
        "runs": [
            run(OURS, 2_400_000, status="optimal", bound=2_400_000),
            run("HiGHS", 2_300_000, bound=2_500_000),
            run(HAND, 2_000_000),
            run(OURS, 2_420_000, seed=102, status="optimal", bound=2_420_000, seconds=5.0),
            run("HiGHS", 0, seed=102, status="nothing found"),
            run(HAND, 2_000_000, seed=102),
        ],
    }


def test_the_tables_tell_what_was_measured():
    text = told(measured())
    assert "### full: 400 specialists, 600 positions, 52 weeks; 10 s\n\nSeeds: 101, 102." in text
    ours_line = "| talentshare plan | 2.41 (2.40 – 2.42) | 20.5 % (20.0 – 21.0) | 0.0000 % |"
    assert f"{ours_line} 4.00 (3.00 – 5.00) | 300 MB | 2 of 2 | 0 of 2 |" in text
    assert "| HiGHS | 2.30 | 15.0 % | 8.6957 % | 3.00 | 300 MB | 0 of 2 | 1 of 2 |" in text
    assert "| full, 10 s: above the hand plan, median | ≥ 8 % | 20.5 % | met |" in text
    assert "NOT MET" not in text


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"status": "feasible", "bound": 2_400_001}, "of 2 not proven optimal | ≤ 0 | 1"),
        ({"late": 1.2}, "beyond the limit, most | ≤ 1 s | 1.2 s"),
        ({"value": 2_299_999}, "plans of others worth more | ≤ 0 | 1"),
        ({"mistakes": ["wrong"]}, "break a rule or tell a wrong worth | ≤ 0 | 1"),
        ({"bound": 2_200_000}, "worth more than what is proven to be the most | ≤ 0 | 2"),
        ({"status": "failed"}, "of 6 runs failed | ≤ 0 | 1"),
        ({"proof": "wrong"}, "of 1 proofs recomputed are wrong | ≤ 0 | 1"),
        ({"by_hand": 2_300_000, "value": 2_300_000}, "above the hand plan, median | ≥ 8 % |"),
    ],
)
def test_each_goal_can_be_missed(change, missed):
    found = measured()
    found["runs"][0] |= change
    lines = [line for line in told(found).splitlines() if missed in line]
    assert len(lines) == 1
    if "median" not in missed:
        assert lines[0].endswith("**NOT MET** |")


def test_a_gap_is_told_no_smaller_than_it_is():
    found = measured()
    found["runs"][0] |= {"limit": 3, "status": "feasible", "bound": 2_400_001}
    found["runs"] = found["runs"][:1]
    assert "| full, 3 s: largest gap | ≤ 0.02 % | 0.0001 % | met |" in told(found)


def test_what_was_measured_can_be_told_again(tmp_path):
    path = tmp_path / "plans.json"
    path.write_text(json.dumps(measured()), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bench.plans", "--read", path],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.rstrip("\n") == told(measured())
