/** Parts of the page that are loaded when they are shown, or before. */
import { expect } from "chai";
import { createElement, Suspense } from "react";
import { renderToReadableStream } from "react-dom/server";

import { later, type LaterPart, PartMissing } from "../../../app/frame/later.js";

const Part = (): string => "the part";

async function shown(part: LaterPart<object>): Promise<string> {
  const faults: unknown[] = [];
  const stream = await renderToReadableStream(createElement(Suspense, { fallback: "…" }, createElement(part)), {
    onError: (error) => void faults.push(error),
  });
  await stream.allReady;
  const [fault] = faults;
  if (fault !== undefined) throw fault as Error;
  return new Response(stream).text();
}

describe("a part of the page that is loaded later", () => {
  it("given that it was begun, then it is shown of what was loaded, once", async () => {
    let loads = 0;
    const part = later(() => {
      loads += 1;
      return Promise.resolve({ default: Part });
    });
    expect(loads).to.equal(0);
    part.begin();
    part.begin();
    expect(await shown(part)).to.include("the part");
    expect(loads).to.equal(1);
  });

  it("given one that was not, then it is loaded when it is shown", async () => {
    expect(await shown(later(() => Promise.resolve({ default: Part })))).to.include("the part");
  });

  it("given one that cannot be loaded, then that is said where it is shown, and it is not asked for again", async () => {
    let loads = 0;
    const part = later<object>(() => {
      loads += 1;
      return Promise.reject(new Error("status 404"));
    });
    part.begin();
    const fault = await shown(part).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(fault).to.be.instanceOf(PartMissing);
    expect((fault as PartMissing).message).to.include("status 404");
    part.begin();
    expect(loads).to.equal(1);
  });
});
