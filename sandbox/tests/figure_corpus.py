"""
Figures as people and models draw them, with random data by seed: here those that need no comment, in
`figure_corpus_flaws.py` those with a flaw that their decorator names. Sent to a kernel as cells, one after the other;
`draw(name, seed)` draws one. The data of a seed must not change what is right or wrong with a figure.
"""

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib_inline.backend_inline import set_matplotlib_formats

#: Name → (function, kinds of findings that it should have).
FIGURES = {}
#: Saved as large as the figure is, not cut to what is drawn.
WHOLE = set()
CITIES = ["Berlin", "Hamburg", "Munich", "Cologne", "Leipzig", "Bremen", "Dresden", "Essen"]
LONG = [f"{city} and its surrounding districts" for city in CITIES]


def good(function):
    FIGURES[f"good_{function.__name__}"] = (function, ())
    return function


def bad(*kinds):
    def register(function):
        FIGURES[f"bad_{function.__name__}"] = (function, kinds)
        return function

    return register


def whole(function):
    WHOLE.add(function)
    return function


def draw(name, seed):
    plt.close("all")
    set_matplotlib_formats("png", bbox_inches=None if FIGURES[name][0] in WHOLE else "tight")
    sns.reset_orig()
    plt.rcParams.update(figure_defaults)
    FIGURES[name][0](np.random.default_rng(seed))


figure_defaults = {"figure.figsize": (8, 5), "figure.dpi": 120, "font.family": plt.rcParams["font.family"]}


def walk(rng, count=100):
    return rng.normal(size=count).cumsum()


def titled(ax, title="Sales over time", x="Month", y="Sales (EUR)"):
    ax.set(title=title, xlabel=x, ylabel=y)
    return ax


# What needs no comment.


@good
def line(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    titled(ax)


@good
def lines_with_legend_outside(rng):
    _, ax = plt.subplots()
    for at in range(4):
        ax.plot(walk(rng), label=f"Series {at}")
    titled(ax)
    ax.legend(bbox_to_anchor=(1.02, 1), loc="upper left")


@good
def lines_with_legend_in_free_corner(rng):
    _, ax = plt.subplots()
    x = np.linspace(0, 10, 200)
    for at in (1, 2, 3):
        ax.plot(x, at * x**2 + rng.normal(size=200), label=f"power {at}")
    ax.legend(loc="upper left")
    titled(ax, "Growth", "x", "y")


@good
def scatter(rng):
    _, ax = plt.subplots()
    points = ax.scatter(*rng.normal(size=(2, 300)), c=rng.random(300), s=20)
    plt.colorbar(points, label="share")
    titled(ax, "Two measures", "first", "second")


@good
def bars(rng):
    _, ax = plt.subplots()
    ax.bar(CITIES, rng.integers(10, 100, len(CITIES)))
    titled(ax, "By city", "", "count")


@good
def bars_rotated(rng):
    _, ax = plt.subplots()
    ax.bar(LONG, rng.integers(10, 100, len(LONG)))
    ax.tick_params(axis="x", rotation=90)
    titled(ax, "By region", "", "count")


@good
def bars_at_45_degrees(rng):
    _, ax = plt.subplots()
    names = [f"Category number {at}" for at in range(15)]
    ax.bar(names, rng.integers(10, 100, 15))
    plt.setp(ax.get_xticklabels(), rotation=45, ha="right", rotation_mode="anchor")
    titled(ax, "By category", "", "count")


@good
def bars_across(rng):
    _, ax = plt.subplots(figsize=(8, 6))
    ax.barh(LONG, rng.integers(10, 100, len(LONG)))
    titled(ax, "By region", "count", "")


@good
def bars_across_many(rng):
    _, ax = plt.subplots(figsize=(8, 12))
    ax.barh([f"Customer {at}" for at in range(50)], rng.random(50))
    titled(ax, "Fifty customers", "share", "")


@good
def bars_with_values(rng):
    _, ax = plt.subplots()
    drawn = ax.bar(CITIES, rng.integers(10, 100, len(CITIES)))
    ax.bar_label(drawn, padding=2)
    ax.margins(y=0.1)
    titled(ax, "By city", "", "count")


@good
def bars_grouped(rng):
    table = pd.DataFrame(rng.integers(10, 50, (5, 3)), index=CITIES[:5], columns=["2021", "2022", "2023"])
    ax = table.plot.bar(rot=0)
    ax.set_ylim(0, 75)
    ax.legend(ncols=3, loc="upper center")
    titled(ax, "By city and year", "", "count")


@good
def bars_stacked(rng):
    table = pd.DataFrame(rng.integers(10, 50, (5, 3)), index=CITIES[:5], columns=list("ABC"))
    ax = table.plot.bar(stacked=True, rot=0)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    titled(ax, "Stacked", "", "count")


@good
def histogram(rng):
    _, ax = plt.subplots()
    ax.hist(rng.normal(50, 10, 2000), bins=40)
    titled(ax, "Ages", "age", "people")


@good
def histograms_over_each_other(rng):
    _, ax = plt.subplots()
    ax.hist(rng.normal(40, 5, 1000), bins=30, alpha=0.5, label="before")
    ax.hist(rng.normal(52, 5, 1000), bins=30, alpha=0.5, label="after")
    ax.set_xlim(15, 100)
    ax.legend(loc="upper right")
    titled(ax, "Before and after", "age", "people")


@good
def subplots_constrained(rng):
    fig, grid = plt.subplots(2, 2, layout="constrained")
    for at, ax in enumerate(grid.flat):
        ax.plot(walk(rng))
        titled(ax, f"Part {at}")
    fig.suptitle("Four parts")


@good
def subplots_tight(rng):
    fig, grid = plt.subplots(2, 3, figsize=(12, 7))
    for at, ax in enumerate(grid.flat):
        ax.hist(rng.normal(size=300), bins=20)
        titled(ax, f"Part {at}", "value", "count")
    fig.suptitle("Six histograms")
    fig.tight_layout()


@good
def subplots_shared(rng):
    fig, grid = plt.subplots(3, 1, sharex=True, figsize=(8, 8))
    for ax in grid:
        ax.plot(walk(rng))
        ax.set_ylabel("value")
    grid[0].set_title("Three rows")
    grid[-1].set_xlabel("day")


@good
def subplots_with_one_removed(rng):
    fig, grid = plt.subplots(2, 2, layout="constrained")
    for ax in grid.flat[:3]:
        ax.plot(walk(rng))
        titled(ax, "Part")
    grid.flat[3].set_visible(False)


@good
def subplots_with_one_off(rng):
    fig, grid = plt.subplots(2, 2, layout="constrained")
    for ax in grid.flat[:3]:
        ax.plot(walk(rng))
    grid.flat[3].axis("off")


@good
def dates_over_years(rng):
    _, ax = plt.subplots()
    ax.plot(pd.date_range("2015-01-01", periods=2000), walk(rng, 2000))
    titled(ax, "Eight years", "", "price")


@good
def dates_concise(rng):
    _, ax = plt.subplots()
    days = pd.date_range("2024-01-01", periods=60)
    ax.plot(days, walk(rng, 60))
    locator = mdates.AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    titled(ax, "Two months", "", "price")


@good
def dates_of_pandas(rng):
    ax = pd.Series(walk(rng, 400), index=pd.date_range("2023-01-01", periods=400)).plot()
    titled(ax, "By day", "", "value")


@good
def dates_turned(rng):
    fig, ax = plt.subplots()
    ax.plot(pd.date_range("2024-01-01", periods=20), walk(rng, 20))
    fig.autofmt_xdate()
    titled(ax, "Twenty days", "", "value")


@good
def twin_axes(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng), color="tab:blue")
    titled(ax, "Two measures")
    other = ax.twinx()
    other.plot(walk(rng) * 1000, color="tab:red")
    other.set_ylabel("Visitors")


@good
def secondary_axis_of_pandas(rng):
    table = pd.DataFrame({"price": walk(rng), "volume": 1000 * walk(rng)})
    ax = table.plot(secondary_y="volume", legend=False)
    titled(ax, "Price and volume", "day", "price")


@good
def polar(rng):
    _, ax = plt.subplots(subplot_kw={"projection": "polar"}, figsize=(6, 6))
    ax.plot(np.linspace(0, 2 * np.pi, 100), rng.random(100) + 2)
    ax.set_rticks([1, 2, 3])
    ax.set_title("Directions")


@good
def heatmap_with_colorbar(rng):
    _, ax = plt.subplots()
    image = ax.imshow(rng.random((12, 20)), aspect="auto")
    plt.colorbar(image, label="share")
    titled(ax, "Hours", "hour", "month")


@good
def heatmap_of_seaborn(rng):
    _, ax = plt.subplots(figsize=(9, 9))
    sns.heatmap(pd.DataFrame(rng.random((8, 8)), index=CITIES, columns=CITIES), annot=True, fmt=".2f", ax=ax)
    ax.set_title("Correlation")


@good
def mesh(rng):
    _, ax = plt.subplots()
    plt.colorbar(ax.pcolormesh(rng.random((20, 30))))
    titled(ax, "Mesh", "x", "y")


@good
def contour(rng):
    _, ax = plt.subplots()
    x, y = np.meshgrid(np.linspace(-2, 2, 60), np.linspace(-2, 2, 60))
    lines = ax.contour(x, y, np.exp(-(x**2) - y**2) + rng.random() * 0.01, levels=6)
    ax.clabel(lines)
    titled(ax, "Hill", "x", "y")


@good
def boxplot(rng):
    _, ax = plt.subplots()
    ax.boxplot([rng.normal(at, 1, 100) for at in range(6)], tick_labels=CITIES[:6])
    titled(ax, "Spread", "", "value")


@good
def boxplot_of_seaborn(rng):
    table = pd.DataFrame({"city": rng.choice(CITIES, 400), "value": rng.normal(size=400)})
    titled(sns.boxplot(table, x="city", y="value"), "Spread", "", "value")


@good
def violins(rng):
    table = pd.DataFrame({"city": rng.choice(CITIES[:4], 400), "value": rng.normal(size=400)})
    titled(sns.violinplot(table, x="city", y="value"), "Spread", "", "value")


@good
def seaborn_theme(rng):
    sns.set_theme()
    table = pd.DataFrame({"day": np.tile(np.arange(50), 2), "value": rng.random(100), "kind": ["a"] * 50 + ["b"] * 50})
    ax = sns.lineplot(table, x="day", y="value", hue="kind")
    ax.set_ylim(0, 1.6)
    ax.legend(loc="upper right")
    ax.set_title("Two kinds")


@good
def facets(rng):
    table = pd.DataFrame({"x": rng.random(300), "y": rng.random(300), "city": rng.choice(CITIES[:4], 300)})
    sns.relplot(table, x="x", y="y", col="city", col_wrap=2, height=3)


@good
def pairs(rng):
    sns.pairplot(pd.DataFrame(rng.normal(size=(80, 3)), columns=["length", "width", "mass"]), height=2)


@good
def pie(rng):
    _, ax = plt.subplots()
    ax.pie(rng.integers(20, 40, 5), labels=CITIES[:5], autopct="%1.0f%%")
    ax.set_title("Shares")


@good
def error_bars(rng):
    _, ax = plt.subplots()
    ax.errorbar(range(10), rng.random(10), yerr=0.1, fmt="o", capsize=3)
    titled(ax, "Measured", "run", "value")


@good
def area(rng):
    _, ax = plt.subplots()
    ax.stackplot(range(30), rng.random((3, 30)) + 1, labels=list("ABC"))
    ax.set_ylim(0, 8)
    ax.legend(loc="upper right", ncols=3)
    titled(ax, "Stacked", "day", "hours")


@good
def annotated(rng):
    _, ax = plt.subplots()
    values = walk(rng)
    ax.plot(values)
    ax.annotate("highest", (values.argmax(), values.max()), (values.argmax(), values.max() + 3), arrowprops={"arrowstyle": "->"})
    ax.set_ylim(values.min() - 2, values.max() + 6)
    titled(ax)


@good
def reference_lines(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.axhline(0, color="gray", linestyle="--")
    ax.axvspan(20, 40, alpha=0.2)
    titled(ax, "With a span", "day", "value")


@good
def logarithmic(rng):
    _, ax = plt.subplots()
    ax.loglog(np.logspace(0, 5, 50), np.logspace(0, 4, 50) * (1 + rng.random(50)), "o")
    titled(ax, "Power law", "size", "count")


@good
def three_dimensions(rng):
    ax = plt.figure(figsize=(7, 7)).add_subplot(projection="3d")
    ax.scatter(*rng.normal(size=(3, 100)))
    ax.set_title("Points in space")


@good
def other_scripts(rng):
    _, ax = plt.subplots()
    ax.bar(["日本語", "中文", "한국어", "Ελλάδα", "Привет", "€ ✓ 📈"], rng.random(6))
    ax.set_title("Größe, 大小, размер")


@good
def mathematics(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    titled(ax, r"$\sum_{i=1}^n x_i^2 \geq \alpha$", r"$t$ in $\mu s$", r"$\Delta x$")


@good
def inset(rng):
    _, ax = plt.subplots()
    ax.plot(np.arange(100), np.arange(100) + rng.random(100))
    small = ax.inset_axes([0.08, 0.6, 0.3, 0.3])
    small.plot(walk(rng, 20))
    titled(ax, "With an inset", "x", "y")


@good
def mosaic(rng):
    fig, parts = plt.subplot_mosaic("AAB;CCB", layout="constrained", figsize=(9, 6))
    for name, ax in parts.items():
        ax.plot(walk(rng))
        ax.set_title(name)


@good
def small_table(rng):
    _, ax = plt.subplots(figsize=(6, 3))
    ax.axis("off")
    ax.table(cellText=rng.integers(0, 100, (4, 3)).astype(str).tolist(), colLabels=list("ABC"), loc="center")


@good
def large_numbers(rng):
    _, ax = plt.subplots()
    ax.plot(1e9 + 1e6 * walk(rng))
    titled(ax, "Balance", "day", "EUR")


@good
def lines_named_at_their_ends(rng):
    _, ax = plt.subplots()
    for at in range(4):
        values = at * 10 + rng.random(50)
        ax.plot(values)
        ax.text(50, values[-1], f"group {at}", va="center")
    titled(ax, "Named lines", "day", "value")


@good
def sparse_texts(rng):
    _, ax = plt.subplots()
    x, y = np.arange(8), rng.permutation(8)
    ax.scatter(x, y)
    for name, at_x, at_y in zip(CITIES, x, y):
        ax.annotate(name, (at_x, at_y), xytext=(4, 4), textcoords="offset points")
    titled(ax, "Named points", "x", "y")


@good
@whole
def whole_and_constrained(rng):
    _, ax = plt.subplots(layout="constrained")
    ax.bar(LONG, rng.random(len(LONG)))
    ax.tick_params(axis="x", rotation=90)
    titled(ax, "Saved whole", "", "count")


@good
@whole
def whole_and_small(rng):
    _, ax = plt.subplots(figsize=(5, 4))
    ax.plot(walk(rng))
    titled(ax)
