/** The card of what files are made of, as golden pictures: with its columns, and without values. */
import { looks } from './looks.ts';
import { profiled, sales } from './profileScenes.ts';
import { claude, panelState } from './scenes.ts';

looks('pictures of what files are made of', {
  profile: {
    heights: [900, 800, 760],
    open: () => ({ state: panelState({ model: claude }), events: profiled().events }),
    act: async ({ page }) => page.locator('.profile summary').first().click(),
  },
  'profile-withheld': {
    heights: [520, 480, 480],
    open: () => ({
      state: panelState({ model: claude, privacy: 'schema' }),
      events: profiled(
        [
          {
            ...sales,
            columns: [
              { name: 'region', dtype: 'object', missing: 30, distinct: 4 },
              { name: null, dtype: 'int64', missing: 0, distinct: 7 },
            ],
            columnCount: 2,
            keys: [],
            notes: [],
          },
        ],
        true,
      ).events,
    }),
    act: async ({ page }) => page.locator('.profile summary').first().click(),
  },
});
