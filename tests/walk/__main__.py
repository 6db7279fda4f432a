"""Walks from many seeds, each in a process of its own; says which met a defect, and where its steps lie.

python -m tests.walk --seeds 1-20 [--steps 200] [--platform offscreen] [--out FOLDER]
python -m tests.walk --replay FOLDER/7/steps.jsonl
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.walk.run import Outcome, walk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-5", help="as 1-20")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--platform", default="offscreen")
    parser.add_argument("--out", type=Path, help="folder for what the walks write")
    parser.add_argument("--replay", type=Path, help="steps to take again")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no walk after so long")
    args = parser.parse_args()
    out = args.out or Path(tempfile.mkdtemp(prefix="walk-"))
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    begun, failed, taken = time.monotonic(), 0, 0
    for seed in seeds if args.replay is None else seeds[:1]:
        if time.monotonic() - begun > 60 * args.minutes:
            break
        outcome = walk(out / str(seed), seed=seed, steps=args.steps, platform=args.platform, replay=args.replay)
        failed += not outcome.is_clean
        taken += outcome.steps
        _tell(seed, outcome)
    print(f"{taken} steps, {failed} walks with defects; {out}")
    return 1 if failed else 0


def _tell(seed: int, outcome: Outcome) -> None:
    word = "clean" if outcome.is_clean else "DEFECT"
    print(f"seed {seed}: {word}, {outcome.steps} steps, {outcome.seconds:.0f} s {outcome.slow}", flush=True)
    if not outcome.is_clean:
        print(outcome.report(), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
