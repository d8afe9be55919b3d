import { createRandom } from "../../stage/rng.js";
import { openLaboratory } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import type { Experiment } from "../laboratory/study.js";
import { chainChapter } from "./chain-chapter.js";
import { learningChapter } from "./learning-chapter.js";
import { FULL, PEOPLE, SHORT } from "./model.js";
import { randomChapter } from "./random-chapter.js";
import { automatedChapter, ladderChapter } from "./schedules-chapter.js";
import { leftPicture, sequenceChapter } from "./sequence-chapter.js";
import { COUNTS, type MeasuredSequence, runSequences } from "./sequential.js";
import { singleChapter } from "./single-chapter.js";

export const experiment: Experiment = async ({ short, seed }, tell) => {
  const size = short ? SHORT : FULL;
  const laboratory = openLaboratory(await libraryGround(PEOPLE));
  tell(`Single auctions, ${size.grid} values by ${size.grid} noises`);
  const single = await singleChapter(laboratory, size);
  tell("A maker that estimates λ anew, an insider that answers it");
  const learned = await learningChapter(laboratory, size);
  tell("Auctions one after the other");
  const sequences = new Map<number, MeasuredSequence>();
  for (const count of COUNTS) {
    sequences.set(count, await runSequences(laboratory, count, size.pairs, createRandom(seed, `kyle ${count}`)));
  }
  tell("Price schedules that stand before");
  const ladders = await ladderChapter(laboratory, size);
  const automated = await automatedChapter(laboratory, size);
  tell(`${size.random} auctions at random`);
  const random = await randomChapter(laboratory, size, createRandom(seed, "kyle at random"));
  tell("The same on a chain");
  const chain = await chainChapter(size.onChain, seed);
  return {
    chapters: [single, learned.chapter, sequenceChapter(sequences), ladders, automated, random, chain],
    pictures: { "kyle-left": leftPicture(sequences), "kyle-lambda": learned.picture },
  };
};
