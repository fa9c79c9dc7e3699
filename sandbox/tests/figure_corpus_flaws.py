"""The second half of `figure_corpus.py`, which names what is used here."""

# What has a flaw.


@bad("ticks")
def long_categories(rng):
    _, ax = plt.subplots()
    ax.bar(LONG, rng.random(len(LONG)))


@bad("ticks")
def many_categories(rng):
    _, ax = plt.subplots()
    ax.bar([f"item {at}" for at in range(40)], rng.random(40))


@bad("ticks")
def dates_as_text(rng):
    _, ax = plt.subplots()
    days = pd.date_range("2024-01-01", periods=90).strftime("%Y-%m-%d")
    ax.plot(days, walk(rng, 90))
    titled(ax)


@bad("ticks")
def every_day_is_a_tick(rng):
    _, ax = plt.subplots()
    days = pd.date_range("2024-01-01", periods=60)
    ax.plot(days, walk(rng, 60))
    ax.xaxis.set_major_locator(mdates.DayLocator())
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%d %b"))


@bad("ticks")
def default_dates_in_a_small_figure(rng):
    _, ax = plt.subplots(figsize=(4, 3))
    ax.plot(pd.date_range("2024-01-01", periods=10), walk(rng, 10))


@bad("ticks")
def many_rows(rng):
    _, ax = plt.subplots()
    ax.barh([f"Customer {at}" for at in range(60)], rng.random(60))


@bad("ticks")
def large_font(rng):
    _, ax = plt.subplots()
    ax.bar(CITIES, rng.random(len(CITIES)))
    ax.tick_params(labelsize=22)


@bad("ticks")
def heatmap_with_many_names(rng):
    _, ax = plt.subplots()
    ax.imshow(rng.random((40, 40)))
    ax.set_xticks(range(40), [f"column {at}" for at in range(40)])
    ax.set_yticks(range(40), [f"row {at}" for at in range(40)])


@bad("overlap")
def narrow_subplots(rng):
    _, grid = plt.subplots(1, 6, figsize=(8, 3), sharey=True)
    for ax in grid:
        ax.plot(np.linspace(0, 100_000, 50), rng.random(50))


@bad("ticks")
def rotated_too_little(rng):
    _, ax = plt.subplots()
    ax.bar([f"{name} {at}" for at, name in enumerate(LONG * 2)], rng.random(16))
    ax.tick_params(axis="x", rotation=10)


@bad("ticks")
def rotated_but_too_many(rng):
    _, ax = plt.subplots()
    ax.bar([f"item {at}" for at in range(120)], rng.random(120))
    ax.tick_params(axis="x", rotation=90)


@bad("ticks")
def bars_of_pandas_with_times(rng):
    pd.Series(rng.random(20), index=pd.date_range("2024-01-01", periods=20)).plot.bar(rot=0)


@bad("ticks")
def tiny_tick_labels(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.tick_params(labelsize=2.5)


@bad("ticks")
def huge_figure(rng):
    _, ax = plt.subplots(figsize=(80, 50))
    ax.plot(walk(rng))


@bad("ticks")
def explicit_ticks(rng):
    _, ax = plt.subplots()
    ax.plot(range(1900, 2021), rng.random(121))
    ax.set_xticks(range(1900, 2021, 2))


@bad("overlap")
def subplots_without_layout(rng):
    _, grid = plt.subplots(2, 2)
    for at, ax in enumerate(grid.flat):
        ax.plot(walk(rng))
        titled(ax, f"Part {at}", "A label of the x axis", "value")


@bad("overlap")
def suptitle_on_title(rng):
    fig, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.set_title("The title of the axes")
    fig.suptitle("The title of the figure", y=0.92)


@bad("overlap")
def long_titles_beside_each_other(rng):
    _, grid = plt.subplots(1, 3)
    for ax in grid:
        ax.plot(rng.random(10))
        ax.set_title("A rather long title of this part")


@bad("overlap")
def crowded_point_labels(rng):
    _, ax = plt.subplots()
    x, y = rng.normal(size=(2, 150))
    ax.scatter(x, y)
    for at in range(150):
        ax.text(x[at], y[at], f"point {at}")


@bad("overlap")
def small_shares(rng):
    _, ax = plt.subplots()
    ax.pie([60, 35, 0.5, 0.4, 0.3, 0.2], labels=CITIES[:6], autopct="%1.1f%%")


@bad("overlap")
def value_labels_too_wide(rng):
    _, ax = plt.subplots()
    drawn = ax.bar(range(30), 100_000 + rng.random(30))
    ax.bar_label(drawn, fmt="%.2f")


@bad("overlap")
def cells_too_small(rng):
    _, ax = plt.subplots(figsize=(4, 4))
    sns.heatmap(rng.random((12, 12)), annot=True, fmt=".3f", ax=ax, xticklabels=False, yticklabels=False)


@bad("overlap")
def text_on_title(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.set_title("A title that is long enough to be met")
    ax.text(0.5, 1.03, "a note about the data", transform=ax.transAxes, ha="center")


@bad("overlap")
def y_labels_on_neighbour(rng):
    _, grid = plt.subplots(1, 2)
    for ax in grid:
        ax.plot(1e6 * rng.random(50))
        ax.set_ylabel("Revenue in euros")
        ax.yaxis.set_major_formatter("{x:,.2f} euros")


@bad("overlap")
def twin_labels(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    for at in range(2):
        other = ax.twinx()
        other.plot((at + 1) * 1000 * walk(rng))
        other.set_ylabel(f"Measure {at}")


@bad("overlap")
def stacked_annotations(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    for at in range(4):
        ax.annotate(f"event number {at}", (50 + at, 0))


@bad("overlap")
def legend_on_text(rng):
    _, ax = plt.subplots()
    ax.plot(np.arange(100), np.arange(100) + rng.random(100), label="a line")
    ax.text(0.03, 0.93, "n = 100 observations", transform=ax.transAxes)
    ax.legend(loc="upper left")


@bad("overlap")
def footnote_on_axis(rng):
    fig, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.set_xlabel("Month of the year")
    fig.text(0.5, 0.02, "Source: the office of statistics", ha="center")


@bad("empty")
def left_over(rng):
    _, grid = plt.subplots(2, 3, layout="constrained")
    for ax in grid.flat[:5]:
        ax.plot(walk(rng))


@bad("empty")
def nothing_at_all(rng):
    _, ax = plt.subplots()
    titled(ax)


@bad("empty")
def only_missing_values(rng):
    _, ax = plt.subplots()
    ax.plot([np.nan] * 20)
    titled(ax)


@bad("empty")
def no_rows(rng):
    table = pd.DataFrame({"x": rng.random(50), "y": rng.random(50)})
    ax = table[table.x > 2].plot.scatter(x="x", y="y")
    ax.set_title("After the filter")


@bad("empty")
def out_of_view(rng):
    _, ax = plt.subplots()
    ax.plot(rng.random(50))
    ax.set_ylim(100, 200)


@bad("empty")
def points_out_of_view(rng):
    _, ax = plt.subplots()
    ax.scatter(*rng.random((2, 50)))
    ax.set_xlim(1990, 2020)


@bad("empty")
def second_figure_part(rng):
    _, (first, second) = plt.subplots(1, 2, layout="constrained")
    first.bar(CITIES[:3], rng.random(3))
    second.set_title("Still to come")


@bad("glyphs")
def thai(rng):
    _, ax = plt.subplots()
    ax.bar(["กรุงเทพ", "เชียงใหม่"], rng.random(2))


@bad("glyphs")
def wrong_font(rng):
    plt.rcParams["font.family"] = "Liberation Sans"
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.set_title("日本語 の 題")


@bad("glyphs")
def private_use(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.set_xlabel("icon \ue0b0 here")


@bad("glyphs")
def hindi_legend(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng), label="दिल्ली")
    ax.legend(bbox_to_anchor=(1.02, 1), loc="upper left")


@bad("glyphs")
def wrong_font_in_ticks(rng):
    _, ax = plt.subplots()
    ax.bar(["東京", "大阪"], rng.random(2))
    for label in ax.get_xticklabels():
        label.set_fontfamily("Liberation Serif")


@bad("legend")
def legend_on_lines(rng):
    _, ax = plt.subplots()
    for at in range(5):
        ax.plot(np.linspace(0, 1, 100), 2 + 0.1 * at + 0.01 * rng.random(100), label=f"series number {at}")
    ax.set_ylim(1.95, 2.45)
    ax.legend(loc="center")


@bad("legend")
def legend_on_points(rng):
    _, ax = plt.subplots()
    for at in range(3):
        ax.scatter(*rng.random((2, 200)), label=f"group {at}")
    ax.legend(loc="upper right")


@bad("legend")
def legend_on_bars(rng):
    table = pd.DataFrame(rng.integers(80, 100, (6, 3)), index=CITIES[:6], columns=["2021", "2022", "2023"])
    ax = table.plot.bar(rot=0)
    ax.legend(loc="upper right")


@bad("legend")
def large_legend(rng):
    _, ax = plt.subplots()
    for at in range(14):
        ax.plot(walk(rng), label=f"a series with a long name, number {at}")
    ax.legend()


@bad("legend")
def legend_on_histogram(rng):
    _, ax = plt.subplots()
    ax.hist(rng.normal(size=3000), bins=30, label="measured values of the first run")
    ax.legend(loc="upper center", fontsize=16)


@bad("legend")
def legend_of_twins(rng):
    _, ax = plt.subplots()
    ax.plot(np.linspace(0, 10, 100), 8.8 + 0.2 * rng.random(100), label="left")
    other = ax.twinx()
    other.plot(np.linspace(0, 10, 100), 2 + rng.random(100), "r", label="right")
    ax.set_ylim(0, 9.5)
    other.set_ylim(0, 9.5)
    other.legend(loc="upper left")


@bad("legend")
def legend_on_area(rng):
    _, ax = plt.subplots()
    ax.stackplot(range(30), rng.random((4, 30)) + 1, labels=["one", "two", "three", "four"])
    ax.legend(loc="center left")


@bad("clipped")
def text_out_of_layout(rng):
    fig, ax = plt.subplots()
    ax.plot(walk(rng))
    note = fig.text(0.9, 0.5, "a note that is not in the layout")
    note.set_in_layout(False)


@bad("clipped")
def text_cut_by_axes(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng))
    ax.text(0.9, 0.5, "a text that is cut", transform=ax.transAxes, clip_on=True, clip_box=ax.bbox)


@bad("clipped")
@whole
def long_title(rng):
    _, ax = plt.subplots(figsize=(4, 3))
    ax.plot(walk(rng))
    ax.set_title("A very long title that goes on far beyond the width of this small figure")


@bad("clipped")
@whole
def rotated_labels_below_the_edge(rng):
    _, ax = plt.subplots()
    ax.bar(LONG, rng.random(len(LONG)))
    ax.tick_params(axis="x", rotation=90)


@bad("clipped")
@whole
def wide_row_names(rng):
    _, ax = plt.subplots()
    ax.barh(LONG, rng.random(len(LONG)))


@bad("clipped")
@whole
def legend_beyond_the_edge(rng):
    _, ax = plt.subplots()
    ax.plot(walk(rng), label="a series with a rather long name")
    ax.legend(bbox_to_anchor=(1.02, 1), loc="upper left")


@bad("clipped")
@whole
def label_below_the_edge(rng):
    _, ax = plt.subplots(figsize=(6, 2))
    ax.plot(walk(rng))
    ax.set_xlabel("days since the first observation", fontsize=20)
