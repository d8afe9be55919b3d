import { expect } from "chai";

import { startStudy } from "../start-study.js";

/** What is looked at of a study's document. */
interface Document {
  readonly study: string;
  readonly size: string;
  readonly ok: boolean;
  readonly figures: readonly {
    readonly chapter: string;
    readonly name: string;
    readonly measured: number;
    readonly expected: number;
    readonly tolerance: number;
    readonly ok: boolean;
  }[];
}

/** Runs a study's short form by its command. @returns the chapters that it has */
export function expectFigures(study: string): string[] {
  const { status, stdout, stderr } = startStudy(study, ["--short", "--json"]);
  const document = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
  const failed = document.figures.filter(({ ok }) => !ok);
  expect(failed, stderr).to.deep.equal([]);
  expect([status, document.study, document.size, document.ok]).to.deep.equal([0, study, "short", true]);
  for (const { name, measured, expected, tolerance } of document.figures) {
    expect(Math.abs(measured - expected) <= tolerance, name).to.equal(true);
  }
  expect(new Set(document.figures.map(({ chapter, name }) => chapter + name)).size).to.equal(document.figures.length);
  return [...new Set(document.figures.map(({ chapter }) => chapter))];
}
