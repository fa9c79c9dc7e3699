/**
 * A chart recreated from a screenshot: polls of four parties as a workbook, a picture of their chart, and the model that
 * draws it again, with a rolling average, and smooth.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxFixture } from './dockerFixture.ts';
import { randomFrom } from './random.ts';
import { cell, text } from './scriptedApiReplies.ts';
import { isAnswered, wordsOf, type Script } from './scriptedApiScenarios.ts';

export const PARTIES = { Red: '#d62728', Blue: '#1f77b4', Green: '#2ca02c', Gold: '#e6a817' };
export const QUESTIONS = [
  'Recreate this chart from polls.xlsx',
  'Use a six survey rolling average',
  'Smooth curves, please',
] as const;

/** Surveys, oldest first: days since 2024-01-01 and percent for each party. */
export interface Poll {
  day: number;
  percent: number[];
}

const SURVEYS = 48;

export function polls(seed = 7): Poll[] {
  const chance = randomFrom(seed);
  const level = [32, 28, 18, 9];
  let day = 0;
  return Array.from({ length: SURVEYS }, () => {
    day += 2 + Math.floor(chance() * 9);
    return {
      day,
      percent: level.map((start, at) => {
        level[at] = (level[at] ?? start) + (chance() - 0.5) * 1.2;
        return Math.round(((level[at] ?? start) + (chance() - 0.5) * 4) * 10) / 10;
      }),
    };
  });
}

/** The mean of the last `width` surveys, by party; none for the first ones. */
export const rollingMeans = (surveys: readonly Poll[], width: number): number[][] =>
  Object.keys(PARTIES).map((_, party) =>
    surveys
      .slice(width - 1)
      .map(
        (_, last) =>
          surveys.slice(last, last + width).reduce((sum, { percent }) => sum + (percent[party] ?? NaN), 0) /
          width,
      ),
  );

const DRAW = `
import json, pandas as pd
import matplotlib.pyplot as plt
surveys, parties = json.loads(GIVEN)
frame = pd.DataFrame([one["percent"] for one in surveys], columns=list(parties))
frame.insert(0, "Date", pd.Timestamp("2024-01-01") + pd.to_timedelta([one["day"] for one in surveys], unit="D"))
frame.sample(frac=1, random_state=1).to_excel("polls.xlsx", index=False, sheet_name="Polls")
fig, ax = plt.subplots(figsize=(9, 5))
for party, colour in parties.items():
    ax.plot(frame["Date"], frame[party], "o", color=colour, markersize=4)
    ax.plot(frame["Date"], frame[party].rolling(4, min_periods=1).mean(), color=colour, linewidth=2)
ax.set_ylabel("%")
fig.savefig("screenshot.png", dpi=110)
plt.close(fig)
`;

/** Writes `polls.xlsx` into the workspace, and gives the path of the picture, which lies elsewhere. */
export async function writePolls(workspace: string, elsewhere: string): Promise<string> {
  const fixture = await SandboxFixture.started();
  try {
    const given = JSON.stringify(JSON.stringify([polls(), PARTIES]));
    await fixture.ok('python', `GIVEN = ${given}${DRAW}`);
    await writeFile(join(workspace, 'polls.xlsx'), await fixture.readArtifact('polls.xlsx'));
    await mkdir(elsewhere, { recursive: true });
    const picture = join(elsewhere, 'screenshot.png');
    await writeFile(picture, await fixture.readArtifact('screenshot.png'));
    return picture;
  } finally {
    await fixture.close();
  }
}

/** The colours are those that are measured in the picture: what is not grey, most frequent first. */
const READ = (path: string): string => `import pandas as pd, numpy as np
from PIL import Image
import matplotlib.pyplot as plt
pixels = np.asarray(Image.open(${JSON.stringify(path)}).convert("RGB")).reshape(-1, 3)
vivid = pixels[pixels.max(axis=1).astype(int) - pixels.min(axis=1) > 90]
values, counts = np.unique(vivid, axis=0, return_counts=True)
colours = ["#%02x%02x%02x" % tuple(one) for one in values[np.argsort(-counts)][:4]]
print("colours:", sorted(colours))
polls = pd.read_excel("/workspace/polls.xlsx").sort_values("Date", ignore_index=True)
parties = [name for name in polls.columns if name != "Date"]
def colour_of(party):
    wanted = {"Red": (1, 0, 0), "Blue": (0, 0, 1), "Green": (0, 1, 0), "Gold": (1, .8, 0)}[party]
    def distance(one):
        rgb = np.array([int(one[at:at + 2], 16) for at in (1, 3, 5)]) / 255
        return np.abs(rgb / rgb.max() - np.array(wanted)).sum()
    return min(colours, key=distance)
def draw(title, curve):
    fig, ax = plt.subplots(figsize=(9, 5))
    for party in parties:
        colour = colour_of(party)
        ax.plot(polls["Date"], polls[party], "o", color=colour, markersize=4, alpha=.5, label="_" + party)
        x, y = curve(polls[party])
        ax.plot(x, y, color=colour, linewidth=2, label=party)
    ax.set(title=title, xlabel="Date", ylabel="%")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    fig.autofmt_xdate()
draw("Polls", lambda one: (polls["Date"], one.rolling(4, min_periods=1).mean()))`;

const ROLLING = `def six(one):
    mean = one.rolling(6).mean()
    return polls["Date"][mean.notna()], mean.dropna()
draw("Polls, average of six surveys", six)`;

const SMOOTH = `from statsmodels.nonparametric.smoothers_lowess import lowess
def smooth(one):
    days = (polls["Date"] - polls["Date"].iloc[0]).dt.days
    return polls["Date"], lowess(one, days, frac=.35, return_sorted=False)
draw("Polls, smoothed (LOWESS)", smooth)`;

/** Where the request says that the picture lies. */
const pathIn = (conversation: string): string =>
  /\\"imagePaths\\":\[\\"([^\\"]+)\\"/.exec(conversation)?.[1] ?? '/no/path/was/told';

export const pollScript: Script = (request) => {
  if (isAnswered(request)) return text('It is drawn. Compare it with the picture.');
  const words = wordsOf(request);
  if (words.includes('Recreate')) {
    return cell(
      'I measure the picture and draw.',
      READ(pathIn(JSON.stringify(request))),
      'Recreate the chart',
    );
  }
  return words.includes('six survey')
    ? cell('Six surveys each.', ROLLING, 'Average of six surveys')
    : cell('Now smooth.', SMOOTH, 'Smooth curves');
};
