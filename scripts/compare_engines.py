"""Compare the engines on random networks: architectures, activations, losses, optimizers, and options.

    python scripts/compare_engines.py                   650 networks, half a minute
    python scripts/compare_engines.py --count 5000 --first 650

After three epochs parameters, loss, and predictions of both engines must agree within 1e-4 (float32) or 1e-10
(float64). Every network that exceeds this is listed with a proof that rounding is amplified as much within one engine:
by a change of one unit in the last place (ulp), or between float32 and float64. The exit status is 1 if there is a
network without proof.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.random_networks import judge, random_network


def compare(first: int, count: int) -> int:
    """Compare the engines on the networks of `count` seeds from `first`; return the number without proof."""
    proofs: Counter[str] = Counter()
    for seed in range(first, first + count):
        network = random_network(seed)
        judgement = judge(network)
        if not judgement.is_outlier:
            continue
        proof = judgement.proof or "NO PROOF"
        proofs[proof] += 1
        effects = ", ".join(f"{kind}: {effect:.2g}" for kind, effect in judgement.effects.items())
        print(f"seed {seed}, {network.dtype}: difference {judgement.difference:.2g}; {effects}; {proof}", flush=True)
        if judgement.proof is None:
            print(f"  {network}")
    print(f"{count} networks, {sum(proofs.values())} above the tolerance: {dict(proofs)}")
    return proofs["NO PROOF"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=650, help="number of networks")
    parser.add_argument("--first", type=int, default=0, help="seed of the first network")
    given = parser.parse_args()
    sys.exit(1 if compare(given.first, given.count) else 0)
