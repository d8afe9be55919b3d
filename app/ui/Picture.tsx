/** A picture of `src/pictures` on the page: the same marks that the command line prints, its sentences below it, and its rows on request. */
import type { ReactNode } from "react";

import type { Mark, Picture as Drawing, PictureTable, Tone } from "../../src/pictures/marks.js";
import "../style/picture.css";

interface PictureProps {
  readonly drawing: Drawing;
  /** Shown instead of the drawing's own rows. */
  readonly children?: ReactNode;
  /** Whether the rows are open from the start. */
  readonly isOpen?: boolean;
  /** What lies over the drawing and can be moved, in its own pixels. */
  readonly over?: ReactNode;
  /** Whether it scrolls by itself where it would be too small to read. */
  readonly isWide?: boolean;
}

export function Picture({ drawing, children, isOpen = false, over, isWide = false }: PictureProps): ReactNode {
  const { width, height, title, caption, marks, table } = drawing;
  return (
    <figure className="drawn">
      <div
        className={isWide ? "under wide" : "under"}
        {...(isWide && { tabIndex: 0, role: "group", "aria-label": title })}
      >
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${title}. ${caption}`}
          className="picture marks"
        >
          {marks.map((mark, index) => (
            <MarkShape key={index} mark={mark} />
          ))}
        </svg>
        {over}
      </div>
      <figcaption>{caption}</figcaption>
      {children ?? (
        <details open={isOpen}>
          <summary>Show as table</summary>
          <PictureRows name={title} table={table} />
        </details>
      )}
    </figure>
  );
}

export function PictureRows({ name, table }: { readonly name: string; readonly table: PictureTable }): ReactNode {
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Classes, so that colours follow the theme: `style/picture.css` says what a tone looks like. */
function fillOf(tone: Tone): string {
  return `mark-fill-${tone}`;
}

function lineOf(tone: Tone, dashed?: boolean): string {
  return `mark-line mark-line-${tone}${dashed === true ? " mark-dashed" : ""}`;
}

function MarkShape({ mark }: { readonly mark: Mark }): ReactNode {
  const said = mark.title === undefined ? null : <title>{mark.title}</title>;
  switch (mark.kind) {
    case "group":
      return (
        <g>
          {said}
          {mark.marks.map((inner, index) => (
            <MarkShape key={index} mark={inner} />
          ))}
        </g>
      );
    case "rect": {
      const { x, y, width, height, tone, strength } = mark;
      return (
        <rect {...{ x, y, width, height }} className={fillOf(tone)} fillOpacity={strength}>
          {said}
        </rect>
      );
    }
    case "line": {
      const { x1, y1, x2, y2, tone, dashed } = mark;
      return (
        <line {...{ x1, y1, x2, y2 }} className={lineOf(tone, dashed)}>
          {said}
        </line>
      );
    }
    case "path": {
      const { d, tone, filled, strength, dashed, width } = mark;
      return filled === true ? (
        <path d={d} className={fillOf(tone)} fillOpacity={strength}>
          {said}
        </path>
      ) : (
        <path d={d} className={lineOf(tone, dashed)} strokeOpacity={strength} strokeWidth={width}>
          {said}
        </path>
      );
    }
    case "text": {
      const { text, x, y, anchor, tone = "ink", role, struck } = mark;
      const classes = ["mark-text", fillOf(tone), ...(role === undefined ? [] : [`mark-${role}`])];
      if (struck === true) classes.push("mark-struck");
      return (
        <text {...{ x, y }} textAnchor={anchor} className={classes.join(" ")}>
          {said}
          {text}
        </text>
      );
    }
  }
}
