/** Pictures as their readers see them. */
import { expect } from "chai";
import { DOMParser } from "linkedom";

/** What these tests ask of a document. */
export interface Node {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}

/** The library's own types are a browser's, which this project does without. */
export function parseSvg(svg: string): Node {
  return new DOMParser().parseFromString(svg, "image/svg+xml") as unknown as Node;
}

/** Every tag is closed by its own, in their order: what a strict reader of XML asks. */
export function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, slash, name = "", empty] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^<>]*?(\/?)>/g)) {
    if (slash === "/") expect(open.pop(), `</${name}>`).to.equal(name);
    else if (empty !== "/") open.push(name);
  }
  expect(open).to.deep.equal([]);
  expect(svg.replace(/&(amp|lt|gt|quot);/g, "")).to.not.contain("&");
}

export function numbersIn(node: Node, ...names: readonly string[]): number[] {
  return names.map((name) => Number(node.getAttribute(name)));
}
