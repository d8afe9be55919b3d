import { basketStory } from "./basket.js";
import type { MakerOptions, StoryName } from "./options.js";
import { rainfallStory } from "./rainfall.js";
import type { Story } from "./story.js";
import { wettestMonthStory } from "./wettest-month.js";

const STORIES: Readonly<Record<StoryName, () => Story>> = {
  basket: basketStory,
  rainfall: rainfallStory,
  "wettest-month": wettestMonthStory,
};

/** The stories that are asked for. */
export function loadStories({ markets }: MakerOptions): readonly Story[] {
  return markets.map((name) => STORIES[name]());
}
