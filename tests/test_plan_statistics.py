"""The method of `ab report` against scipy, statsmodels, plain loops and simulation."""

import itertools
import math
import random
import sys
from pathlib import Path

import msgspec
import pytest

from migrator.plan import sequential_evidence, statistics, tails
from migrator.plan.conclusions import holm
from migrator.plan.statistics import BETS, Condition, Steps

np = pytest.importorskip("numpy", reason="ab report needs the extra: pip install 'gpt55-migrate[statistics]'")
stats = pytest.importorskip(
    "scipy.stats", reason="ab report needs the extra: pip install 'gpt55-migrate[statistics]'"
)
sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import verdicts  # noqa: E402

RUNS = 400


@pytest.fixture
def rng():
    return np.random.default_rng(20)


def bet_by_bet(values, mean):
    """The p value by one plain loop."""
    most, stakes = 0.0, [1.0] * len(BETS)
    for value in values:
        stakes = [s * (1 + bet * (value / mean - 1)) for s, bet in zip(stakes, BETS, strict=True)]
        most = max(most, sum(stakes) / len(stakes))
    return min(1.0, 1 / most)


@pytest.mark.parametrize("mean", [0.2, 0.485, 0.5, 0.9])
def test_p_values_are_what_bets_have_won(mean):
    drawn = random.Random(1)
    for _ in range(20):
        values = [drawn.random() ** drawn.choice((0.3, 1, 3)) for _ in range(80)]
        assert sequential_evidence.p_above(values, mean) == pytest.approx(bet_by_bet(values, mean), rel=1e-9)


def test_bounds_are_where_p_values_meet_alpha():
    drawn = random.Random(2)
    for _ in range(10):
        differences = [drawn.choice((-1, -0.5, 0, 0, 0, 0.5)) for _ in range(120)]
        found = sequential_evidence.difference_bounds(differences, 0.05)
        assert found.low <= found.estimate <= found.high
        assert sequential_evidence.p_difference_above(differences, found.low) == pytest.approx(0.05, rel=1e-2)
        assert sequential_evidence.p_difference_below(differences, found.high) == pytest.approx(
            0.05, rel=1e-2
        )


def test_the_first_passage_is_inverse_gaussian():
    for mean, variance, wall in [(0.02, 0.01, 3.0), (0.005, 0.02, 5.4), (0.1, 0.05, 3.0)]:
        for pairs in (10, 100, 500, 2_000):
            wanted = stats.invgauss(variance / (mean * wall), scale=wall**2 / variance).cdf(pairs)
            assert statistics.crossing(pairs, Steps(mean, variance), wall) == pytest.approx(wanted, abs=1e-9)


def test_a_step_has_the_mean_and_variance_of_the_bets_logarithm(rng):
    for assumed in (Condition(0.03, 0.12, True), Condition(0.05, 0.25, False, -0.01)):
        values, shares = zip(*statistics._outcomes(assumed), strict=True)
        drawn = rng.choice(values, p=np.array(shares) / sum(shares), size=200_000)
        steps = np.log1p(0.3 * ((1 + drawn) / (1 - assumed.margin) - 1))
        found = statistics._steps(assumed, 0.3)
        assert found.mean == pytest.approx(steps.mean(), abs=4 * steps.std() / 447)
        assert found.variance == pytest.approx(steps.var(), rel=0.03)


def test_more_is_needed_for_less():
    def size(margin=0.05, spread=0.2, passes=True, alpha=0.05, wanted=0.8, difference=0.0):
        return statistics.pairs(Condition(margin, spread, passes, difference), alpha, wanted)

    base = size()
    assert size(margin=0.03) > base
    assert size(spread=0.3) > base
    assert size(alpha=0.01) > base
    assert size(wanted=0.9) > base
    assert size(difference=-0.02) > base
    with pytest.raises(ValueError, match="not smaller than the margin"):
        size(difference=-0.05)


def test_holm_is_holm():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    drawn = random.Random(3)
    for count in (1, 2, 11, 20):
        values = [drawn.random() ** 3 for _ in range(count)]
        assert holm(values) == pytest.approx(list(multitest.multipletests(values, method="holm")[1]))
    assert holm([]) == []


def test_medians_and_means_without_bounds_hold_too(rng):
    ratios = list(np.exp(rng.standard_normal(200)))
    found = sequential_evidence.median_bounds(ratios, 0.05)
    assert found.low < found.estimate < found.high
    assert found.estimate == pytest.approx(np.median(ratios))
    assert sequential_evidence.p_median_below(ratios, found.high * 1.01) < 0.05
    assert sequential_evidence.p_median_above(ratios, found.low * 0.99) < 0.05


def test_a_quantile_is_bounded_where_its_p_values_meet_alpha(rng):
    old, new = np.exp(0.3 * rng.standard_normal((2, 600)))
    found = tails.bounds(old, new, 0.05)
    assert 0.7 < found.low < found.estimate < found.high < 3
    assert found.estimate == pytest.approx(np.quantile(new, 0.95) / np.quantile(old, 0.95))
    assert tails.p_above(old, new, found.low * 0.98) < 0.05 <= tails.p_above(old, new, found.low * 1.02)
    assert tails.p_below(old, new, found.high * 1.02) < 0.05 <= tails.p_below(old, new, found.high * 0.98)


def won_at(old, new, ratio, t):
    """The most that the four bets have won for one value of the quantile, bet by bet."""
    wealth = [[1.0] * len(BETS) for _ in range(4)]
    best = 1.0
    for a, b in zip(old, new, strict=True):
        a_over, a_there, b_over = ratio * a > t, ratio * a >= t, b > t
        gains = (
            int(b_over) - int(a_there),
            19 if a_over else -1,
            19 if b_over else -1,
            -1 if a_there else 1 / 0.95 - 1,
        )
        wealth = [
            [w * (1 + bet * gain) for w, bet in zip(row, BETS, strict=True)]
            for row, gain in zip(wealth, gains, strict=True)
        ]
        best = max(best, sum(map(sum, wealth)) / len(BETS) / 4)
    return best


@pytest.mark.parametrize("factor", [1.0, 2.0, 6.0])
def test_the_grid_costs_power_and_never_error(factor, rng):
    for _ in range(2):
        old, new = np.exp(0.5 * rng.standard_normal((2, 80)))
        new = np.where(rng.random(80) < 0.3, factor * new, new)
        edges = sorted({*(1.5 * old), *new})
        tried = [*edges, *((a + b) / 2 for a, b in itertools.pairwise(edges)), edges[0] / 2, edges[-1] * 2]
        exact = 1 / min(won_at(old, new, 1.5, t) for t in tried)
        assert tails.p_above(old, new, 1.5) >= exact - 1e-12


@pytest.mark.parametrize("values", [[1.0] * 500, [1.0, 2.0] * 250, [1.0] * 480 + [9.0] * 20])
def test_equal_durations_show_no_slower_tail(values):
    assert tails.p_above(values, values, 1.0) >= 0.05
    assert tails.p_above(values, [1.5 * v for v in values], 1.5) >= 0.05
    assert tails.p_below(values, [1.5 * v for v in values], 1.5) >= 0.05
    assert tails.p_above(values, [9 * v for v in values], 1.5) < 0.001


def test_few_pairs_show_nothing_of_a_tail(rng):
    old, new = np.exp(0.3 * rng.standard_normal((2, 40)))
    assert tails.p_below(old, new, 1.5) >= 0.05
    assert tails.bounds(old, new, 0.05).high == math.inf
    assert tails.p_above([], [], 1.5) == 1


def test_more_pairs_are_needed_for_less_money():
    def size(effect=0.15, alpha=0.05, wanted=0.8):
        return statistics.pairs_of_mean(effect, alpha, wanted)

    assert size(0.1) > size() < size(alpha=0.01)
    assert size() < size(wanted=0.9)
    assert size(0.0) is None
    assert statistics.pairs_of_share(0.9, 0.05, 0.8) < statistics.pairs_of_share(0.6, 0.05, 0.8)
    assert statistics.pairs_of_share(0.5, 0.05, 0.8) is None


# -- simulation: a bound that breaks fails here ----------------------------------------------------


@pytest.mark.parametrize("shape", verdicts.SHAPES)
@pytest.mark.parametrize("pairs", [10, 50, 300, 1_000])
def test_errors_hold_at_every_look_and_extension(shape, pairs, rng):
    margin = verdicts.MARGINS.get(shape, 0.05)
    differences = verdicts.SHAPES[shape](rng, RUNS, pairs, -margin)
    assert verdicts.ever(differences, -margin).low <= 0.05, "false go"
    assert verdicts.ever(-differences, margin).low <= 0.05, "false stop"
    covered = verdicts.both(differences, -margin)
    assert verdicts.Share(covered.runs - covered.hits, covered.runs).low <= 0.10


@pytest.mark.parametrize("family", [1, 11, 20])
def test_errors_hold_over_a_family(family, rng):
    ((_, stopped, gone),) = verdicts.families(rng, 100, 300, (family,))
    assert stopped.low <= 0.05
    assert gone.low <= 0.05


def test_latency_and_cost_limits_hold(rng):
    for what, name, pairs, held, broken, power in verdicts.limits(rng, RUNS, tailed=50):
        assert held.low <= 0.06, (what, name, pairs)
        assert broken.low <= 0.06, (what, name, pairs)
        assert pairs < 1_000 or name == "very wide" or power.hits > 0.8 * power.runs, (what, name)


def test_a_doubled_cost_is_seen_at_the_planned_size(rng):
    for sigma, alike, planned, there, _ in verdicts.doubled(rng, 200):
        assert there.hits / there.runs > 0.65, (sigma, alike, planned)


@pytest.mark.parametrize("family", [1, 11])
@pytest.mark.parametrize(("margin", "spread", "passes"), [(0.05, 0.2, True), (0.05, 0.25, False)])
def test_a_planned_size_has_its_power(margin, spread, passes, family, rng):
    assumed = Condition(margin, spread, passes)
    pairs = statistics.pairs(assumed, 0.05 / family, 0.8)
    same = verdicts.draw(rng, RUNS, pairs, 0.0, assumed)
    shown = verdicts.ever(same, -margin, math.log(family / 0.05))
    assert shown.hits / shown.runs >= 0.75


# -- whole experiments -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def experiment():
    return verdicts.at_margin(verdicts.planned(), 0.1)


@pytest.mark.parametrize(
    ("world", "never", "mostly"),
    [
        ("identical", "no-go", "go"),
        ("as bad as the margin", "go", ""),
        ("worse by twice the margin", "go", "no-go"),
        ("twice the time", "go", "no-go"),
        ("a tail ten times as slow", "go", "no-go"),
        ("cost at its limit", "no-go", ""),
        ("old model answers by chance", "go", "void"),
    ],
)
def test_verdicts_on_whole_experiments(experiment, world, never, mostly, rng):
    said = [verdicts.verdict(rng, experiment, 500, verdicts.WORLDS[world]) for _ in range(3)]
    assert never not in said
    assert not mostly or said.count(mostly) >= 2, said


def test_the_order_in_which_answers_come_decides_nothing(experiment, rng):
    from migrator.plan import pairing
    from migrator.plan.grading import Scorer

    rows, there = verdicts.answered(rng, experiment, 60, verdicts.World(new=0.7))

    def order(results):
        have = pairing.found(experiment, rows, results)
        pairs = pairing.paired(experiment, rows, have, "treatment", Scorer(experiment.primary)).pairs
        return [p.row.key for p in pairs]

    assert order(there) == order(there[::-1]) == order(sorted(there, key=lambda r: r.seconds))
    later = [msgspec.structs.replace(r, batch=2) if n < 20 else r for n, r in enumerate(there)]
    assert set(order(later)[-10:]) == {r.row for r in there[:20]}, "rows of a later run come after"


def test_models_that_vary_alike_trip_guardrails_alike(experiment, rng):
    rows, there = verdicts.answered(rng, experiment, 400, verdicts.World())
    one = verdicts.judged.judge(experiment, rows, there).compared[0]
    rates = {rate.id: rate for rate in one.guardrails}
    assert rates["longer"].control > 0.2
    assert abs(rates["longer"].more.estimate) < 0.1
    assert all(rate.p_broken > 0.05 for rate in one.guardrails)
