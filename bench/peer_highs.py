"""HiGHS on the full model, in a process of its own.

Usage: python -m bench.peer_highs INSTANCE OUT SECONDS
"""

import highspy
import numpy as np

from bench.full_model import FEASIBLE, NOTHING, OPTIMAL, Outcome, run

SCALE = 1e-3  # so that what is earned is of the size that its tolerances are made for
OPTIONS = {
    "output_flag": False,
    "log_to_console": False,
    "threads": 2,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5 * SCALE,
}


def solve(model):
    solver = highspy.Highs()
    for name, value in OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(given(model))

    def search(seconds):
        solver.setOptionValue("time_limit", seconds)
        solver.run()
        return outcome(solver, len(model.allocations))

    return search


def outcome(solver, columns):
    """A plan only where there is one: stopped early, the values may be none."""
    info = solver.getInfo()
    bound = info.mip_dual_bound / SCALE if np.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(np.zeros(0, np.int64), bound, NOTHING)
    values = np.array(solver.getSolution().col_value)[:columns]
    is_optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Outcome(np.flatnonzero(values > 1 / 2), bound, OPTIMAL if is_optimal else FEASIBLE)


def given(model):
    """The model as the solver reads it."""
    made, count = highspy.HighsLp(), len(model.worth)
    made.num_col_, made.num_row_ = count, len(model.most)
    made.sense_ = highspy.ObjSense.kMaximize
    made.col_cost_ = model.worth * SCALE
    made.col_lower_, made.col_upper_ = np.zeros(count), np.ones(count)
    made.row_lower_ = np.full(len(model.most), -highspy.kHighsInf)
    made.row_upper_ = model.most.astype(float)
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.num_col_, made.a_matrix_.num_row_ = count, len(model.most)
    made.a_matrix_.start_ = model.first.astype(np.int32)
    made.a_matrix_.index_ = model.column.astype(np.int32)
    made.a_matrix_.value_ = model.entry.astype(float)
    own = len(model.allocations)  # whether a body is served follows from these
    whole, any_ = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    made.integrality_ = [whole] * own + [any_] * (count - own)
    return made


if __name__ == "__main__":
    run(solve)
