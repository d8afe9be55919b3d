import type { Perform } from "../command/command.js";
import { renderDocument } from "./document.js";
import type { MakerOptions } from "./options.js";
import { renderResult, renderStep } from "./report.js";
import { type MakerRun, runStory } from "./run.js";
import type { Story } from "./story.js";
import { verdictsOf } from "./verdicts.js";

export const perform: Perform<MakerOptions, readonly Story[]> = async (options, stories, tell) => {
  const runs: MakerRun[] = [];
  for (const story of stories) {
    tell.phase(story.title);
    const step = (of: Parameters<typeof renderStep>[0]): void => {
      tell.step(renderStep(of, story));
    };
    runs.push(await runStory(story, options.traders, options.seed, { phase: tell.phase, step }));
  }
  return {
    text: () => renderResult(runs),
    document: () => renderDocument(options, runs),
    proved: Object.values(verdictsOf(runs)).every((verdict) => verdict === true),
    sessions: () => runs.map(({ story, stage }) => ({ name: story.name, handle: stage.handle })),
    close: async () => {
      for (const { stage } of runs) await stage.chain.close();
    },
  };
};
