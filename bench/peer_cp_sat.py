"""CP-SAT on the full model, in a process of its own.

Usage: python -m bench.peer_cp_sat INSTANCE OUT SECONDS
"""

import numpy as np
from ortools.sat.python import cp_model

from bench.full_model import FEASIBLE, NOTHING, OPTIMAL, Outcome, run

THREADS = 2


def solve(model):
    whole, columns = given(model)
    own = columns[: len(model.allocations)]

    def search(seconds):
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = THREADS
        solver.parameters.random_seed = 1
        status = solver.solve(whole)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return Outcome(np.zeros(0, np.int64), None, NOTHING)
        chosen = [n for n, column in enumerate(own) if solver.boolean_value(column)]
        is_optimal = status == cp_model.OPTIMAL
        bound = solver.best_objective_bound
        return Outcome(np.array(chosen, np.int64), bound, OPTIMAL if is_optimal else FEASIBLE)

    return search


def given(model):
    """The model as the solver reads it: rows of ones as "at most one", which it reasons about best."""
    made = cp_model.CpModel()
    columns = [made.new_bool_var("") for _ in range(len(model.worth))]
    firsts, most = model.first.tolist(), model.most.tolist()
    which, entries = model.column.tolist(), model.entry.tolist()
    for row, first in enumerate(firsts[:-1]):
        span = slice(first, firsts[row + 1])
        held, amounts = [columns[n] for n in which[span]], entries[span]
        if all(one == 1 for one in amounts) and most[row] == 1:
            made.add_at_most_one(held)
        elif most[row] == 0 and min(amounts) < 0:  # ones, less the body that they serve
            made.add_at_most_one(
                one if amount > 0 else one.negated()
                for one, amount in zip(held, amounts, strict=True)
            )
        elif held:
            made.add(cp_model.LinearExpr.weighted_sum(held, amounts) <= most[row])
    made.maximize(cp_model.LinearExpr.weighted_sum(columns, model.worth.tolist()))
    return made, columns


if __name__ == "__main__":
    run(solve)
