"""Compiled code is kept between processes, and does without where nothing can be kept."""

import subprocess
import sys

from talentshare.engine.compiled import compiled

ASKED = """
from talentshare.engine import points
from talentshare.engine.rank import prepare
prepare()
print(sum(points.whole.stats.cache_hits.values()), sum(points.by_start.stats.cache_hits.values()))
"""


def test_a_second_process_takes_what_the_first_one_compiled():
    said = [
        subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert said[1].stdout.split() == ["1", "1"], said[1].stderr


def test_what_cannot_be_kept_is_compiled_all_the_same():
    made = {}
    exec("def doubled(number):\n    return 2 * number\n", made)  # stands in no file
    doubled = compiled(made["doubled"])
    assert doubled(21) == 42
    assert len(doubled.signatures) == 1
