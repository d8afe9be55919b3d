/** What holds of every picture. */
import { expect } from "chai";

import { printPicture } from "../../src/pictures/svg/print.js";
import type { Mark, Picture, Told } from "../../src/pictures/marks.js";
import { expectWellFormed } from "./support.js";

export const told = (value: number, unit = ""): Told => ({ text: `${value}${unit}`, value });

/** Of all groups, too. */
export function flat(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark) => (mark.kind === "group" ? flat(mark.marks) : [mark]));
}

export const textsOf = ({ marks }: Picture): string[] =>
  flat(marks).flatMap((mark) => (mark.kind === "text" ? [mark.text] : []));

export const titlesOf = (marks: readonly Mark[]): string[] =>
  marks.flatMap((mark) => [
    ...(mark.title === undefined ? [] : [mark.title]),
    ...(mark.kind === "group" ? titlesOf(mark.marks) : []),
  ]);

export const ofKind = <Kind extends Mark["kind"]>({ marks }: Picture, kind: Kind): Extract<Mark, { kind: Kind }>[] =>
  flat(marks).filter((mark): mark is Extract<Mark, { kind: Kind }> => mark.kind === kind);

function pointsOf(mark: Mark): (readonly [number, number])[] {
  switch (mark.kind) {
    case "group":
      return mark.marks.flatMap(pointsOf);
    case "rect":
      expect(Math.min(mark.width, mark.height), "size").to.be.at.least(0);
      return [[mark.x, mark.y], [mark.x + mark.width, mark.y + mark.height]]; // prettier-ignore
    case "line":
      return [[mark.x1, mark.y1], [mark.x2, mark.y2]]; // prettier-ignore
    case "text":
      return [[mark.x, mark.y]];
    case "path":
      expect(mark.d).to.match(/^(?:[MLHVZh][-\d., ]*)*$/);
      return [...mark.d.matchAll(/[ML](-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  }
}

/** Every mark lies within the frame and is placed by numbers; the table has as many cells as columns; the text is well formed. */
export function expectSound(picture: Picture): void {
  const { width, height, marks, table, caption, title } = picture;
  for (const [x, y] of marks.flatMap(pointsOf)) {
    expect(x, `x in ${title}`).to.be.within(-0.01, width + 0.01);
    expect(y, `y in ${title}`).to.be.within(-0.01, height + 0.01);
  }
  for (const row of table.rows) expect(row).to.have.length(table.columns.length);
  expect(caption)
    .to.match(/^\S.*\S$/)
    .and.to.not.match(/undefined|NaN|Infinity| {2}/);
  const svg = printPicture(picture);
  expectWellFormed(svg);
  expect(svg).to.not.match(/NaN|Infinity|undefined/);
}
