"""The plan's formulae against scipy, statsmodels, and simulation."""

import math
import random

import pytest

from migrator.plan import distributions as d
from migrator.plan import statistics as s

TABLES = [
    s.PairedTable(80, 7, 5, 8),
    s.PairedTable(40, 0, 3, 2),
    s.PairedTable(180, 12, 1, 7),
    s.PairedTable(5, 4, 4, 5),
]


def test_normal_and_student_agree_with_scipy():
    stats = pytest.importorskip(
        "scipy.stats", reason="scipy checks the formulae: pip install 'gpt55-migrate[dev]'"
    )
    for freedom in (1, 2, 5, 29, 400, 10_000):
        for x in (-40, -3.2, -0.5, 0, 1e-6, 0.7, 2.1, 12):
            assert d.student_cdf(x, freedom) == pytest.approx(stats.t.cdf(x, freedom), rel=1e-9, abs=1e-13)
        for p in (0.0005, 0.05, 0.5, 0.9, 0.999):
            assert d.student_quantile(p, freedom) == pytest.approx(
                stats.t.ppf(p, freedom), rel=1e-8, abs=1e-9
            )
    for p in (1e-6, 0.025, 0.8):
        assert d.normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9)


def test_beta_and_binomial_agree_with_scipy():
    special = pytest.importorskip("scipy.special")
    stats = pytest.importorskip("scipy.stats")
    for a, b, x in [(0.5, 0.5, 0.3), (2, 7, 0.01), (300, 0.5, 0.99), (5000, 0.5, 0.9999)]:
        assert d.beta_regularised(a, b, x) == pytest.approx(special.betainc(a, b, x), rel=1e-8)
    for k, n in [(0, 0), (0, 5), (3, 12), (50, 120), (400, 1000)]:
        assert d.binomial_two_sided(k, n) == pytest.approx(
            stats.binomtest(k, n).pvalue if n else 1.0, rel=1e-9
        )


@pytest.mark.parametrize("table", TABLES)
def test_the_score_test_at_zero_is_mcnemar(table):
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    p = tables.mcnemar(
        [[table.both, table.lost], [table.won, table.neither]], exact=False, correction=False
    ).pvalue
    assert 2 * (1 - d.normal_cdf(abs(s.tango_z(table, 0.0)))) == pytest.approx(p, rel=1e-9)
    exact = tables.mcnemar([[table.both, table.lost], [table.won, table.neither]], exact=True).pvalue
    assert d.binomial_two_sided(table.lost, table.lost + table.won) == pytest.approx(exact, rel=1e-9)


def test_the_size_for_rates_is_the_normal_formula_of_statsmodels():
    power = pytest.importorskip("statsmodels.stats.power")
    for margin, spread, alpha in [(0.03, 0.12, 0.05), (0.01, 0.02, 0.01), (0.05, 0.3, 0.05 / 9)]:
        wanted = power.normal_sample_size_one_tail(margin, 0.8, alpha, math.sqrt(spread), math.sqrt(spread))
        assert s.pairs_for_rates(margin, spread, alpha, 0.8) == math.ceil(wanted)
        shifted = s.pairs_for_rates(margin, spread, alpha, 0.8, -margin / 2)
        variance = spread - (margin / 2) ** 2
        wanted = power.normal_sample_size_one_tail(
            margin / 2, 0.8, alpha, math.sqrt(variance), math.sqrt(variance)
        )
        assert shifted == math.ceil(wanted)


def test_the_size_for_scores_is_within_one_of_the_t_test_of_statsmodels():
    power = pytest.importorskip("statsmodels.stats.power")
    for margin, spread, alpha in [(0.05, 0.25, 0.05), (0.03, 0.2, 0.005), (0.2, 0.25, 0.05)]:
        wanted = power.TTestPower().solve_power(margin / spread, None, alpha, 0.8, alternative="larger")
        assert abs(s.pairs_for_scores(margin, spread, alpha, 0.8) - math.ceil(wanted)) <= 1


def test_detectable_drops_invert_the_sizes():
    for margin, spread in [(0.03, 0.12), (0.05, 0.3)]:
        pairs = s.pairs_for_rates(margin, spread, 0.05, 0.8)
        assert (
            s.detectable_rate_drop(pairs, spread, 0.05, 0.8)
            <= margin
            < s.detectable_rate_drop(pairs - 1, spread, 0.05, 0.8)
        )
        pairs = s.pairs_for_scores(margin, spread, 0.05, 0.8)
        assert (
            s.detectable_score_drop(pairs, spread, 0.05, 0.8)
            <= margin
            < s.detectable_score_drop(pairs - 1, spread, 0.05, 0.8)
        )
    assert s.detectable_rate_drop(0, 0.1, 0.05, 0.8) == s.detectable_score_drop(1, 0.1, 0.05, 0.8) == 1.0


def test_no_size_helps_where_the_assumed_drop_is_the_margin():
    with pytest.raises(ValueError, match="no number of pairs"):
        s.pairs_for_rates(0.03, 0.1, 0.05, 0.8, -0.03)
    with pytest.raises(ValueError, match="no number of pairs"):
        s.pairs_for_scores(0.03, 0.1, 0.05, 0.8, -0.04)


def test_means_agree_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    generator = random.Random(5)
    values = [generator.gauss(-0.01, 0.2) for _ in range(83)]
    found = stats.ttest_1samp(values, -0.05, alternative="greater")
    assert s.score_non_inferiority(values, 0.05) == pytest.approx(found.pvalue, rel=1e-8)
    wanted = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert s.mean_interval(values, 0.9)[1:] == pytest.approx(tuple(wanted), rel=1e-8)


def test_wilson_and_holm_agree_with_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    for hits, total in [(0, 20), (3, 90), (90, 90)]:
        wanted = proportion.proportion_confint(hits, total, 0.1, "wilson")
        assert s.wilson(hits, total, 0.9)[1:] == pytest.approx(wanted, abs=1e-12)
    values = [0.04, 0.001, 0.2, 0.04, 0.9, 0.012]
    assert s.holm(values) == pytest.approx(list(multitest.multipletests(values, method="holm")[1]))
    assert s.holm([]) == []


def test_percentiles_agree_with_numpy():
    numpy = pytest.importorskip("numpy")
    values = [3.0, 1.0, 7.5, 2.2, 9.1, 4.4]
    for share in (0, 0.05, 0.5, 0.95, 1):
        assert s.percentile(values, share) == pytest.approx(numpy.quantile(values, share))


def test_the_bootstrap_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    numpy = pytest.importorskip("numpy")
    generator = random.Random(3)
    one = [generator.lognormvariate(0, 0.4) for _ in range(120)]
    two = [x * generator.lognormvariate(-0.2, 0.2) for x in one]

    def ratio(a, b, axis):
        return numpy.quantile(b, 0.5, axis=axis) / numpy.quantile(a, 0.5, axis=axis)

    wanted = stats.bootstrap(
        (one, two), ratio, paired=True, method="percentile", confidence_level=0.9, random_state=1
    )
    found = s.percentile_ratio(one, two, 0.5, 0.9)
    assert found.low == pytest.approx(wanted.confidence_interval.low, rel=0.03)
    assert found.high == pytest.approx(wanted.confidence_interval.high, rel=0.03)


@pytest.mark.parametrize("table", TABLES)
def test_the_interval_inverts_the_test(table):
    found = s.rate_interval(table, 0.9)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    for limit in (found.low, found.high):
        if abs(limit) < 1:
            assert abs(s.tango_z(table, limit)) == pytest.approx(d.normal_quantile(0.95), abs=1e-6)


def simulated(pairs, lost, won, generator):
    counts = [0, 0, 0]
    for _ in range(pairs):
        draw = generator.random()
        counts[0 if draw < lost else 1 if draw < lost + won else 2] += 1
    return s.PairedTable(counts[2], counts[0], counts[1], 0)


def test_the_stated_size_has_the_stated_power_and_error():
    """2,000 simulated experiments each: no difference (power), and a drop as large as the margin (error)."""
    generator, margin, spread = random.Random(11), 0.05, 0.15
    pairs = s.pairs_for_rates(margin, spread, 0.05, 0.8)
    runs = 2_000
    same = [simulated(pairs, spread / 2, spread / 2, generator) for _ in range(runs)]
    power = sum(s.rate_non_inferiority(t, margin) < 0.05 for t in same) / runs
    worse = [simulated(pairs, (spread + margin) / 2, (spread - margin) / 2, generator) for _ in range(runs)]
    error = sum(s.rate_non_inferiority(t, margin) < 0.05 for t in worse) / runs
    assert 0.76 <= power <= 0.85
    assert 0.035 <= error <= 0.065


def test_degenerate_data_give_careful_answers():
    nothing = s.PairedTable(0, 0, 0, 0)
    assert s.rate_non_inferiority(nothing, 0.03) == 1.0
    assert nothing.difference == nothing.discordance == 0.0
    assert s.score_non_inferiority([0.1], 0.05) == 1.0
    assert s.score_non_inferiority([0.0, 0.0], 0.05) == 0.0
    assert s.mean_interval([0.1], 0.9).high == math.inf
    assert s.wilson(0, 0, 0.9) == (0.0, 0.0, 1.0)
    agree = s.PairedTable(50, 0, 0, 0)
    assert s.rate_non_inferiority(agree, 0.03) > 0.05, "50 equal pairs cannot exclude a drop of 3 points"
    assert s.rate_non_inferiority(s.PairedTable(500, 0, 0, 0), 0.03) < 0.001
