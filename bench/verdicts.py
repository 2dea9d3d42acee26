"""How often `ab report` errs: simulated experiments, judged by the code that judges real ones.

    python bench/verdicts.py   # the tables of docs/explanation/verdicts.md; twenty minutes on a core
    python bench/verdicts.py --runs 200 # a quick look

Every experiment is looked at after every pair from the least number of pairs on, and goes on (is extended) to
the end whatever a look said: the error of all looks and extensions together is what is counted. Each figure
has its Monte Carlo interval (Clopper-Pearson, 95 %).
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
import numpy as np
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from migrator.plan import conclusions, jobs, ratios, sequential_evidence, statistics, tails
from migrator.plan import experiment_verdicts as judged
from migrator.plan.dataset_row import Row
from migrator.plan.results import Result

if TYPE_CHECKING:
    from migrator.plan.plan_records import Experiment

ALPHA, LEAST = 0.05, 30
SIZES = (10, 30, 50, 100, 300, 1_000, 2_000)
WALL = math.log(1 / ALPHA)


class Share(NamedTuple):
    """A share of simulated experiments."""

    hits: int
    runs: int

    def __str__(self) -> str:
        low, high = proportion_confint(self.hits, self.runs, 0.05, "beta")
        return f"{self.hits / self.runs:.2%} [{low:.2%}, {high:.2%}]"

    @property
    def low(self) -> float:
        """The lower end of its Monte Carlo interval."""
        return float(proportion_confint(self.hits, self.runs, 0.05, "beta")[0])


# -- shapes of paired differences, each with a given mean ------------------------------------------


def passes(
    rng: np.random.Generator, runs: int, pairs: int, mean: float, discordance: float = 0.12
) -> np.ndarray:
    """Pass or fail: -1, 0, 1."""
    draw, most = rng.random((runs, pairs)), max(discordance, abs(mean))
    lost, won = (most - mean) / 2, (most + mean) / 2
    return np.where(draw < lost, -1.0, np.where(draw < lost + won, 1.0, 0.0))


def even(rng: np.random.Generator, runs: int, pairs: int, mean: float) -> np.ndarray:
    """Bell-shaped scores."""
    return mean + 0.25 * (rng.beta(4, 4, (runs, pairs)) - 0.5) * 2


def few_lose_all(rng: np.random.Generator, runs: int, pairs: int, mean: float) -> np.ndarray:
    """Most answers are equal, a few lose everything."""
    if mean >= 0:
        return np.zeros((runs, pairs)) + mean
    return -(rng.random((runs, pairs)) < -mean).astype(float)


def few_lose_much(rng: np.random.Generator, runs: int, pairs: int, mean: float) -> np.ndarray:
    """Most answers are a little better, one in twenty loses much: the mean hides it."""
    lost, gain = 0.05, 0.02
    depth = (gain * (1 - lost) - mean) / lost
    return np.where(rng.random((runs, pairs)) < lost, -min(1.0, depth), gain) + max(0.0, depth - 1) * -lost


def long_tails(rng: np.random.Generator, runs: int, pairs: int, mean: float) -> np.ndarray:
    """Student's t with two degrees of freedom, cut to what scores allow, symmetric about the mean."""
    room = 1 - abs(mean)
    return mean + np.clip(0.08 * rng.standard_t(2, (runs, pairs)), -room, room)


def thirds(rng: np.random.Generator, runs: int, pairs: int, mean: float) -> np.ndarray:
    """Scores in steps of a half: differences of -1, -0.5, 0, 0.5, 1."""
    tilt = mean / 1.25
    shares = np.cumsum([0.15 - tilt / 2, 0.2 - tilt / 2, 0.3, 0.2 + tilt / 2, 0.15 + tilt / 2])
    values = np.array([-1, -0.5, 0, 0.5, 1])
    drawn = values[np.minimum(np.searchsorted(shares, rng.random((runs, pairs))), 4)]
    return drawn + (mean - 1.5 * tilt)


SHAPES = {f.__name__: f for f in (passes, even, few_lose_all, few_lose_much, long_tails, thirds)}
MARGINS = {"passes": 0.03}


# -- what the report would have said at any look ---------------------------------------------------


def looked(differences: np.ndarray, least: float) -> np.ndarray:
    """The most that bets on "above `least`" have won at any look so far, from the least number of pairs
    on.
    """
    won = sequential_evidence.log_wealth((1 + differences) / 2, (1 + least) / 2)
    return np.maximum.accumulate(won, axis=-1)


def ever(differences: np.ndarray, least: float, wall: float = WALL) -> Share:
    """Experiments in which that was shown at some look."""
    if differences.shape[-1] < LEAST:
        return Share(0, len(differences))
    return Share(int((looked(differences, least)[:, -1] >= wall).sum()), len(differences))


def both(differences: np.ndarray, mean: float) -> Share:
    """Experiments whose interval held the true mean at every look (90 %, as `ab report` shows it)."""
    one, two = looked(differences, mean)[:, -1], looked(-differences, -mean)[:, -1]
    return Share(int(((one < WALL) & (two < WALL)).sum()), len(differences))


def errors(rng: np.random.Generator, runs: int) -> list[tuple[str, int, Share, Share, Share]]:
    """False go and false stop where the true drop is exactly the margin, and coverage there."""
    found = []
    for name, shape in SHAPES.items():
        margin = MARGINS.get(name, 0.05)
        for pairs in SIZES:
            d = np.concatenate([shape(rng, n, pairs, -margin) for n in parts(runs, pairs)])
            found.append((name, pairs, ever(d, -margin), ever(-d, margin), both(d, -margin)))
    return found


def parts(runs: int, pairs: int) -> list[int]:
    """Fewer runs where experiments are large, so that one fits in memory."""
    return [runs if pairs <= 300 else max(200, runs // 2)]


def powers(
    rng: np.random.Generator, runs: int
) -> list[tuple[str, float, float, int, int, Share, Share, float, Share]]:
    """Planned sizes: power at no difference, at a third of the margin lost, mean pairs to the decision."""
    cases = [
        (0.03, 0.12, True),
        (0.03, 0.2, True),
        (0.01, 0.02, True),
        (0.05, 0.25, False),
        (0.05, 0.1, False),
    ]
    found = []
    for margin, spread, rate in cases:
        for family in (1, 11):
            wall, assumed = math.log(family / ALPHA), statistics.Condition(margin, spread, rate)
            pairs = statistics.pairs(assumed, ALPHA / family, 0.8)
            count = parts(runs, pairs)[0]
            same = draw(rng, count, pairs, 0.0, assumed)
            won = looked(same, -margin)
            stop = np.where(won[:, -1] >= wall, (won >= wall).argmax(axis=1) + 1, pairs)
            worse = draw(rng, count, pairs, -margin / 3, assumed)
            found.append(
                (
                    "passes" if rate else "scores", margin, spread, family, pairs,
                    Share(int((won[:, -1] >= wall).sum()), count), ever(worse, -margin, wall),
                    float(stop.mean()), ever(-same, margin, math.log(2 * family / ALPHA)),
                )
            )  # fmt: skip
    return found


def draw(
    rng: np.random.Generator, runs: int, pairs: int, mean: float, assumed: statistics.Condition
) -> np.ndarray:
    """Differences as the plan assumes them, with another mean."""
    if assumed.passes:
        return passes(rng, runs, pairs, mean, assumed.spread)
    return np.clip(mean + assumed.spread * rng.standard_normal((runs, pairs)), -1, 1)


def families(
    rng: np.random.Generator, runs: int, pairs: int = 300, sizes: tuple[int, ...] = (1, 2, 5, 11, 20)
) -> list[tuple[int, Share, Share]]:
    """Families of experiments: any false no-go between identical models; any false go where all are worse."""
    found = []
    for family in sizes:
        stopped = gone = 0
        for _ in range(max(1, runs // 100)):
            batch = 100
            harm, limited, guarded, going = [], [], [], []
            for _ in range(family):
                d = passes(rng, batch, pairs, 0.0)
                harm.append(np.exp(-np.maximum(0, looked(-d, 0.03)[:, -1])))
                guarded += guards(rng, batch, pairs)
                limited += limits_of(rng, batch, pairs)
                worse = passes(rng, batch, pairs, -0.03)
                going.append(np.exp(-np.maximum(0, looked(worse, -0.03)[:, -1])))
            against = rejected(harm, ALPHA / 2)
            for tests in (limited, guarded):
                against |= rejected(tests, ALPHA * ratios.AGAINST)
            stopped += int(against.sum())
            gone += int(rejected(going, ALPHA).sum())
        total = max(1, runs // 100) * 100
        found.append((family, Share(stopped, total), Share(gone, total)))
    return found


def guards(rng: np.random.Generator, runs: int, pairs: int) -> list[np.ndarray]:
    """p values of five guardrails and a form grader between identical models."""
    found = []
    for share, allowance in (
        (0.03, 0.01),
        (0.01, 0.005),
        (0.3, 0.25),
        (0.01, 0.005),
        (0.02, 0.0),
        (0.05, 0.01),
    ):
        more = (rng.random((runs, pairs)) < share).astype(float) - (rng.random((runs, pairs)) < share)
        found.append(np.exp(-np.maximum(0, looked(more, allowance)[:, -1])))
    return found


def limits_of(rng: np.random.Generator, runs: int, pairs: int) -> list[np.ndarray]:
    """p values of latency, its 95 % quantile and cost between identical models."""
    old, new = (np.exp(0.5 * rng.standard_normal((runs, pairs))) for _ in range(2))
    won = sequential_evidence.log_wealth((new > 1.5 * old).astype(float), 0.5)
    slowest = [tails.p_above(a, b, 1.5) for a, b in zip(old, new, strict=True)]
    dear, cheap = (np.exp(rng.standard_normal((runs, pairs))) for _ in range(2))
    costly = np.exp(sequential_evidence.log_p_mean(dear - 1.5 * cheap).min(axis=1))
    return [np.exp(-np.maximum(0, won.max(axis=1))), np.array(slowest), costly]


def rejected(values: list[np.ndarray], alpha: float) -> np.ndarray:
    """Experiments families in which Holm's procedure rejects anything."""
    table = np.stack(values, axis=1)
    smallest = table.min(axis=1)
    some = int(np.argmin(smallest))
    assert (multipletests(table[some], alpha, "holm")[0].any()) == (smallest[some] < alpha / table.shape[1])
    return smallest < alpha / table.shape[1]


def limits(
    rng: np.random.Generator, runs: int, tailed: int = 500
) -> list[tuple[str, str, int, Share, Share, Share]]:
    """Latency and cost exactly at their limit: false held, false broken; and power at no difference.

    Of the 95 % quantile there are `tailed` runs; its power is at three times the old one.
    """
    found = []
    for name, sigma in (("narrow", 0.3), ("wide", 0.8), ("very wide", 1.5)):
        for pairs in (50, 300, 1_000):
            old, new = (np.exp(sigma * rng.standard_normal((runs, pairs))) for _ in range(2))
            held, broken = (
                Share(
                    int((sequential_evidence.log_wealth(x.astype(float), 0.5).max(axis=1) >= WALL).sum()),
                    runs,
                )
                for x in (1.5 * new <= 1.5 * old, 1.5 * new > 1.5 * old)
            )
            power = Share(
                int(
                    (
                        sequential_evidence.log_wealth((new <= 1.5 * old).astype(float), 0.5).max(axis=1)
                        >= WALL
                    ).sum()
                ),
                runs,
            )
            found.append(("latency", name, pairs, held, broken, power))
            over = 1.5 * new - 1.5 * old
            held, broken, power = (
                Share(int((sequential_evidence.log_p_mean(x).min(axis=1) < -WALL).sum()), runs)
                for x in (-over, over, 1.5 * old - new)
            )
            found.append(("cost", name, pairs, held, broken, power))
            found.append(("latency p95", name, pairs, *slowest(old[:tailed], new[:tailed])))
    return found


def slowest(old: np.ndarray, new: np.ndarray) -> tuple[Share, Share, Share]:
    """The 95 % quantile at 1.5 times the old one, and three times it: false held, false broken, power."""
    pairs = list(zip(old, new, strict=True))
    held = sum(tails.p_below(a, 1.5 * b, 1.5) < ALPHA for a, b in pairs)
    broken = sum(tails.p_above(a, 1.5 * b, 1.5) < ALPHA for a, b in pairs)
    power = sum(tails.p_above(a, 3 * b, 1.5) < ALPHA for a, b in pairs)
    return Share(held, len(pairs)), Share(broken, len(pairs)), Share(power, len(pairs))


def doubled(rng: np.random.Generator, runs: int) -> list[tuple[float, str, int, Share, Share]]:
    """A doubled cost against the limit of 1.5: the pairs that `statistics.pairs_of_mean` plans, and power at
    those and at 600, alone in its plan. `alike`: what the costs of a pair share, as a part of the variance
    of their logarithms.
    """
    found = []
    level = ALPHA * ratios.AGAINST / ratios.TESTED
    for sigma in (0.3, 0.8, 1.0, 1.5):
        for alike in (0.0, 0.5):
            effect = cost_effect(sigma, alike)
            planned = statistics.pairs_of_mean(effect, level, 0.8) or 0
            shares = []
            for pairs in (planned, 600):
                count = max(100, min(runs, 2_000_000 // pairs))
                common, one, two = rng.standard_normal((3, count, pairs))
                old, new = (
                    np.exp(sigma * (alike**0.5 * common + (1 - alike) ** 0.5 * own)) for own in (one, two)
                )
                shown = sequential_evidence.log_p_mean(2 * new - 1.5 * old).min(axis=1) < math.log(level)
                shares.append(Share(int(shown.sum()), count))
            found.append((sigma, f"{alike:.0%}", planned, shares[0], shares[1]))
    return found


def cost_effect(sigma: float, alike: float) -> float:
    """Mean over deviation of new - 1.5 old, where new costs twice as much, log-normal."""
    mean, square, product = np.exp([sigma**2 / 2, 2 * sigma**2, sigma**2 * (1 + alike)])
    variance = (4 + 1.5**2) * (square - mean**2) - 2 * 2 * 1.5 * (product - mean**2)
    return float(0.5 * mean / math.sqrt(variance))


# -- whole experiments, from answers to the verdict ------------------------------------------------


class World(NamedTuple):
    """Two models: shares of right answers, and how the new one's cost, time and length relate to the old
    one's; `tail` slows one answer in five.
    """

    old: float = 0.9
    new: float = 0.9
    cost: float = 1.0
    time: float = 1.0
    length: float = 1.0
    tail: float = 1.0


def planned() -> Experiment:
    """An experiment of the example project."""
    from click.testing import CliRunner

    from migrator.cli import cli
    from migrator.plan import folder

    with tempfile.TemporaryDirectory() as place:
        where = Path(place) / "plan"
        desk = Path(__file__).parents[1] / "fixtures" / "support_desk"
        CliRunner().invoke(cli, ["plan", str(desk), "-o", str(where)], catch_exceptions=False)
        return folder.load_experiment(where, "intents-classify-ticket")


def answered(rng: np.random.Generator, experiment: Experiment, pairs: int, world: World) -> tuple[list, list]:
    """Rows, and what both models answered: labels amid words of very different lengths, times and costs."""
    labels = experiment.primary.labels
    rows = [
        Row(vars={"ticket": f"ticket {n}", "expected": str(labels[rng.integers(len(labels))])})
        for n in range(pairs)
    ]
    there = []
    for row, job in ((one, job) for one in rows for job in jobs.answer_jobs(experiment, [one])):
        fresh = job.arm == "treatment"
        right = rng.random() < (world.new if fresh else world.old)
        wrong = next(name for name in labels if name != row.vars["expected"])
        words = int(np.exp(rng.normal(2, 1)) * (world.length if fresh else 1))
        slow = world.time * (world.tail if rng.random() < 0.2 else 1) if fresh else 1
        there.append(
            Result(
                key=job.key, row=row.key, arm=job.arm, model=job.body["model"], served=job.body["model"],
                output=" " * words + (row.vars["expected"] if right else wrong), finish="stop", batch=1,
                seconds=float(np.exp(rng.normal(0, 0.7)) * slow), tokens_in=100,
                tokens_out=words, usd=float(0.001 * np.exp(rng.normal(0, 1)) * (world.cost if fresh else 1)),
            )
        )  # fmt: skip
    return rows, there


def verdict(rng: np.random.Generator, experiment: Experiment, pairs: int, world: World) -> str:
    """What `ab report` says of one simulated experiment."""
    rows, there = answered(rng, experiment, pairs, world)
    found = conclusions.conclude([experiment], [judged.judge(experiment, rows, there)])
    return found[0].compared[0].verdict


WORLDS = {
    "identical": World(),
    "as bad as the margin": World(new=0.8),
    "worse by twice the margin": World(new=0.7),
    "twice the cost": World(cost=2.0),
    "twice the time": World(time=2.0),
    "a tail ten times as slow": World(tail=10.0),
    "cost at its limit": World(cost=1.5),
    "time at its limit": World(time=1.5),
    "old model answers by chance": World(old=0.2, new=0.2),
}


def wholes(rng: np.random.Generator, runs: int, pairs: int = 600) -> list[tuple[str, dict[str, Share]]]:
    """Shares of each verdict in some worlds, at a margin of ten points."""
    experiment = at_margin(planned(), 0.1)
    found = []
    for name, world in WORLDS.items():
        said = [verdict(rng, experiment, pairs, world) for _ in range(runs)]
        kinds = ("go", "no-go", "inconclusive", "void")
        found.append((name, {kind: Share(said.count(kind), runs) for kind in kinds}))
    return found


def at_margin(experiment: Experiment, margin: float) -> Experiment:
    """The experiment with another margin, alone in its plan."""
    size = msgspec.structs.replace(experiment.size, margin=margin, alpha_planned=experiment.size.alpha)
    return msgspec.structs.replace(experiment, size=size)


def tables(runs: int, seed: int = 5) -> str:
    """All tables as Markdown."""
    rng = np.random.default_rng(seed)
    lines = [
        "| shape | pairs | false go | false stop | coverage (90 %) |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, pairs, go, stop, cover in errors(rng, runs):
        lines.append(f"| {name.replace('_', ' ')} | {pairs:,} | {go} | {stop} | {cover} |")
    lines += [
        "",
        "| kind | margin | spread | experiments | planned pairs | power, no difference | power, a "
        "third of the margin lost | mean pairs | false stop |",
    ]
    lines += ["| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for kind, margin, spread, family, pairs, power, less, stop, harm in powers(rng, runs):
        lines.append(
            f"| {kind} | {margin:g} | {spread:g} | {family} | {pairs:,} | {power} | {less} | "
            f"{stop:,.0f} | {harm} |"
        )
    lines += [
        "",
        "| experiments in the plan | any false no-go, identical models | any false go, all as bad as "
        "the margin |",
        "| ---: | ---: | ---: |",
    ]
    lines += [f"| {family} | {stopped} | {gone} |" for family, stopped, gone in families(rng, runs)]
    lines += [
        "",
        "| limit | spread | pairs | false held | false broken | power |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {what} | {name} | {pairs:,} | {held} | {broken} | {power} |"
        for what, name, pairs, held, broken, power in limits(rng, runs)
    ]
    lines += [
        "",
        "| deviation of log cost | shared by a pair | pairs planned | no-go at those | no-go at 600 pairs |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {sigma:g} | {alike} | {planned:,} | {there} | {six} |"
        for sigma, alike, planned, there, six in doubled(rng, runs)
    ]
    lines += ["", "| whole experiments, 600 pairs, margin 10 points | go | no-go | inconclusive | void |"]
    lines += ["| --- | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {name} | {' | '.join(map(str, said.values()))} |"
        for name, said in wholes(rng, max(20, runs // 16))
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    print(tables(given.runs, given.seed))
