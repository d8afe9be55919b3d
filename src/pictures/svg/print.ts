/** A picture as SVG text. */
import { type Mark, type Picture, TONES, type Tone } from "../marks.js";
import { type Attributes, element, label, picture, tooltip } from "./element.js";

export function printPicture({ width, height, title, caption, marks }: Picture): string {
  return picture({ width, height }, title, caption, ...marks.map(printMark));
}

function printMark(mark: Mark): string {
  const said = mark.title === undefined ? [] : [tooltip(mark.title)];
  switch (mark.kind) {
    case "group":
      return element("g", {}, ...said, ...mark.marks.map(printMark));
    case "rect": {
      const { x, y, width, height, tone, strength } = mark;
      return element("rect", { x, y, width, height, fill: colourOf(tone, strength) }, ...said);
    }
    case "line": {
      const { x1, y1, x2, y2, tone, dashed } = mark;
      return element("line", { x1, y1, x2, y2, stroke: colourOf(tone), ...dashes(dashed) }, ...said);
    }
    case "path": {
      const { d, tone, filled, strength, dashed, width } = mark;
      if (filled === true) return element("path", { d, fill: colourOf(tone, strength) }, ...said);
      const stroke = { fill: "none", stroke: colourOf(tone, strength), ...(width && { "stroke-width": width }) };
      return element("path", { d, ...stroke, ...dashes(dashed) }, ...said);
    }
    case "text": {
      const { text, x, y, anchor, tone, role, struck } = mark;
      return label(
        text,
        x,
        y,
        {
          ...(role === "title" && { "font-size": 15 }),
          ...(role === "heading" && { "font-weight": "bold" }),
          ...(anchor !== undefined && anchor !== "start" && { "text-anchor": anchor }),
          ...(tone !== undefined && { fill: colourOf(tone) }),
          ...(struck === true && { "text-decoration": "line-through" }),
        },
        ...said,
      );
    }
  }
}

function dashes(dashed: boolean | undefined): Attributes {
  return dashed === true ? { "stroke-dasharray": "4 3" } : {};
}

/** Between the ground and the tone, by its strength. */
function colourOf(tone: Tone, strength = 1): string {
  const [ground, full] = [TONES.ground, TONES[tone]];
  const channel = (colour: string, k: number): number => parseInt(colour.slice(1 + 2 * k, 3 + 2 * k), 16);
  const mixed = [0, 1, 2].map((k) => {
    const from = channel(ground, k);
    return Math.round(from + (channel(full, k) - from) * strength);
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
