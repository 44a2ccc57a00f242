/** No rule of any gateway breaks a promise, in every run with one surprise and in random ones. */
import { describe, expect, test } from 'vitest';
import { explore } from '../../tools/explore/exhaustive.ts';
import { MODELS } from '../../tools/explore/models/index.ts';
import { scenarios } from '../../tools/explore/scenarios.ts';
import { storyOfSeed } from '../../tools/explore/story.ts';
import { firstBadWalk } from './broken.ts';

describe.each(MODELS)('$name', (model) => {
  test('no run with one surprise breaks a promise', () => {
    const results = scenarios(model).map((_, scenario) => explore({ model, scenario, depth: 1, hear: () => {} }));
    expect(results.flatMap(({ findings }) => findings)).toEqual([]);
    expect(results.reduce((sum, { transitions }) => sum + transitions, 0)).toBeGreaterThan(20_000);
  });

  test('500 random walks break none', () => {
    expect(firstBadWalk(model, 500)).toBeUndefined();
  });

  test('a seed tells the same story every time', () => {
    for (const seed of [1, 17, 4711]) {
      const story = storyOfSeed(model, seed);
      expect(story.length).toBeGreaterThan(3);
      expect(storyOfSeed(model, seed)).toEqual(story);
    }
  });
});
