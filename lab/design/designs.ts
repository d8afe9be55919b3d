/** What an organiser may choose, and what is compared with what: each question is a few designs that differ in one thing. */
import type { Crowd } from "./world.js";

export interface Design {
  readonly name: string;
  /** How many sessions share the people who come, in turn. */
  readonly split: number;
  /** How many of the people come in all. */
  readonly arrivals: number;
  /** Windows one after the other, which share the arrivals. */
  readonly windows: number;
  /** Whether a window begins where the one before ended, or with what was known before anybody traded. */
  readonly isRolled: boolean;
  /** Liquidity of automated makers, lots, all sessions of a window together; 0 without any. */
  readonly liquidity: number;
  readonly crowd: Crowd;
}

export interface Question {
  readonly asks: string;
  readonly designs: readonly Design[];
}

/** Nobody is kept out. */
export const OPEN: Crowd = { informedShare: 0.3, errorPart: 1, keptOut: 0 };
const PLAIN: Omit<Design, "name"> = { split: 1, arrivals: 120, windows: 1, isRolled: false, liquidity: 0, crowd: OPEN };

const splits = (liquidity: number): Design[] =>
  [1, 2, 4, 8].map((split) => ({
    ...PLAIN,
    name: split === 1 ? "one session" : `${split} sessions`,
    split,
    liquidity,
  }));

const gates = (liquidity: number): Design[] => [
  { ...PLAIN, name: "open", liquidity },
  { ...PLAIN, name: "half of those who know nothing kept out", liquidity, crowd: { ...OPEN, keptOut: 0.5 } },
  { ...PLAIN, name: "all of them kept out", liquidity, crowd: { ...OPEN, keptOut: 1 } },
  { ...PLAIN, name: "as many, half of them informed", liquidity, crowd: { ...OPEN, informedShare: 0.5 } },
  { ...PLAIN, name: "as many, signals of half the error", liquidity, crowd: { ...OPEN, errorPart: 0.5 } },
];

export const QUESTIONS: readonly Question[] = [
  { asks: "The same order flow in one session, and split; no maker", designs: splits(0) },
  { asks: "The same with makers, whose liquidity is split as well", designs: splits(200) },
  {
    asks: "How long the window is",
    designs: [15, 30, 60, 120].map((arrivals) => ({ ...PLAIN, name: `${arrivals} come`, arrivals, liquidity: 200 })),
  },
  {
    asks: "Two windows: the second from where the first ended, or anew",
    designs: [
      { ...PLAIN, name: "one window of both", liquidity: 200 },
      { ...PLAIN, name: "rolled", windows: 2, isRolled: true, liquidity: 200 },
      { ...PLAIN, name: "anew", windows: 2, liquidity: 200 },
    ],
  },
  { asks: "Who may come; no maker", designs: gates(0) },
  { asks: "Who may come; with a maker", designs: gates(200) },
  {
    asks: "With and without a maker",
    designs: [0, 50, 200, 800].map((liquidity) => ({
      ...PLAIN,
      name: liquidity === 0 ? "none" : `b = ${liquidity} lots`,
      liquidity,
    })),
  },
];
