/** SVG as text: enough for a chart that a person and a screen reader can read. */

export type Attributes = Readonly<Record<string, string | number>>;

/** Numbers are written with at most two digits after the point: a hundredth of a pixel. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(
      ([key, value]) =>
        ` ${key}="${escaped(typeof value === "number" ? String(Math.round(value * 100) / 100) : value)}"`,
    )
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

export function label(
  text: string,
  x: number,
  y: number,
  attributes: Attributes = {},
  ...before: readonly string[]
): string {
  return element("text", { x, y, ...attributes }, ...before, escaped(text));
}

/** What a pointer that rests on an element shows, and a screen reader says. */
export function tooltip(text: string): string {
  return element("title", {}, escaped(text));
}

/** A whole picture with its title and description, which screen readers say. */
export function picture(
  size: { readonly width: number; readonly height: number },
  title: string,
  description: string,
  ...children: readonly string[]
): string {
  const { width, height } = size;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-labelledby": "title desc",
    "font-family": "sans-serif",
    "font-size": 12,
  };
  return `${element(
    "svg",
    attributes,
    element("title", { id: "title" }, escaped(title)),
    element("desc", { id: "desc" }, escaped(description)),
    element("rect", { width, height, fill: "#ffffff" }),
    ...children,
  )}\n`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "&quot;");
}
