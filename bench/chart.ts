/** Curves as SVG, drawn by Observable Plot on a DOM without a browser. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

import type { Picture } from "./part.js";

const WIDTH = 720;
const HEIGHT = 400;

/** What is used of a DOM: this project is compiled without a browser's types. */
interface SvgElement {
  setAttribute(name: string, value: string): void;
  append(child: SvgElement): void;
  textContent: string;
  readonly outerHTML: string;
}
interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG document. Its text can be read by a screen reader: title, labels and every point's value. */
export function renderPicture({ title, x, y, series }: Picture): string {
  const { document } = parseHTML("<html><body></body></html>") as unknown as { document: SvgDocument }; // see above
  const points = series.flatMap(({ name, points: own }) => own.map((point) => ({ ...point, name })));
  const titleOf = (point: { name: string; x: number; y: number }): string => `${point.name}: ${point.x}, ${point.y}`;
  const options: Plot.PlotOptions & { document: unknown } = {
    document,
    figure: false,
    width: WIDTH,
    height: HEIGHT,
    marginTop: 35,
    marginLeft: 70,
    marginRight: 150,
    marginBottom: 45,
    ariaLabel: title,
    style: { background: "white", color: "black", fontFamily: "system-ui, sans-serif" },
    x: { label: x.label, type: x.scale, grid: true, tickFormat: "~s", ...(x.scale === "log" ? { ticks: 6 } : {}) },
    y: {
      label: null,
      type: y.scale,
      grid: true,
      tickFormat: "~s",
      ...(y.scale === "linear" ? { zero: true } : { ticks: 6 }),
    },
    color: { type: "categorical", scheme: "Dark2" },
    marks: [
      Plot.line(points, { x: "x", y: "y", stroke: "name", strokeWidth: 2 }),
      Plot.dot(points, { x: "x", y: "y", fill: "name", title: titleOf }),
      Plot.text(
        points,
        Plot.selectLast({ x: "x", y: "y", z: "name", text: "name", textAnchor: "start", dx: 8, fill: "name" }),
      ),
    ],
  };
  const figure = Plot.plot(options) as unknown as SvgElement; // see above
  figure.setAttribute("xmlns", SVG);
  const heading = document.createElementNS(SVG, "text");
  heading.setAttribute("x", "10");
  heading.setAttribute("y", "18");
  heading.setAttribute("text-anchor", "start");
  heading.setAttribute("font-size", "13");
  heading.setAttribute("font-weight", "600");
  heading.textContent = `${title}: ${y.label}`;
  figure.append(heading);
  return `${figure.outerHTML}\n`;
}
