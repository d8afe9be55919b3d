import { expect } from "chai";
import type * as z from "zod";

import { toJson } from "../../src/protocol/amounts/json.js";
import type { Form } from "../../src/wire/form.js";
import { ANSWERS, changed, defOf, pathsOf, REQUESTS, samplesOf } from "./support.js";

/** All fields that a reading declares, by their paths. */
function fieldsOf(schema: z.core.$ZodType, path = ""): string[] {
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return Object.entries(def.shape).flatMap(([name, field]) => [
        `${path}.${name}`,
        ...fieldsOf(field, `${path}.${name}`),
      ]);
    case "array":
      return fieldsOf(def.element, `${path}[]`);
    case "tuple":
      return def.items.flatMap((item, at) => [`${path}[${at}]`, ...fieldsOf(item, `${path}[${at}]`)]);
    case "union":
      return def.options.flatMap((option, at) => fieldsOf(option, `${path}|${at}`));
    case "nullable":
    case "optional":
    case "default":
      return fieldsOf(def.innerType, path);
    default:
      return [];
  }
}

/** Where a text is refused. */
function refusedPaths({ domain }: Form, text: unknown): string[] {
  const parsed = domain.safeParse(text);
  return (parsed.error?.issues ?? []).map(({ path }) => path.join("."));
}

describe("forms of the wire", () => {
  it("are those that a relay answers and is asked with", () => {
    expect(ANSWERS.map(([name]) => name)).to.include.members([
      "acknowledgement",
      "packageState",
      "cancellationState",
      "replacementAcknowledgement",
      "armed",
      "trader",
      "refused",
      "historyPages.weights",
      "streamMessage",
    ]);
    expect(REQUESTS.map(([name]) => name)).to.include.members([
      "packageBody",
      "signedPackage",
      "signedCancellation",
      "replacementBody",
      "switchBody",
      "depthQuery",
      "historyQueries.fills",
      "streamRequest",
    ]);
  });

  for (const [name, form] of ANSWERS) {
    describe(`given an answer: ${name}`, () => {
      const samples = samplesOf(form.wire);

      it("has every field in both readings", () => {
        const fields = fieldsOf(form.wire);
        expect(fields).not.to.deep.equal([]);
        expect(fieldsOf(form.domain)).to.deep.equal(fields);
      });

      it("gives the same text when what was read is written again", () => {
        for (const sample of samples) {
          expect(form.wire.safeParse(sample).success, toJson(sample)).to.equal(true);
          expect(JSON.parse(toJson(form.domain.parse(sample)))).to.deep.equal(sample);
        }
      });

      it("refuses what is malformed, and names where", () => {
        for (const sample of samples) {
          for (const path of pathsOf(sample, form.wire).leaves) {
            const wrong = changed(sample, path, () => ({ not: "a leaf" }));
            const at = path.join(".");
            // What may be null is an object else: then its fields are missing.
            const named = refusedPaths(form, wrong).filter((one) => one === at || one.startsWith(`${at}.`));
            expect(named, at).not.to.deep.equal([]);
          }
        }
      });

      it("passes fields over that are not listed, which the text's own reading refuses", () => {
        for (const sample of samples) {
          const read: unknown = form.domain.parse(sample);
          for (const path of pathsOf(sample, form.wire).objects) {
            const more = changed(sample, path, (old) => ({ ...(old as object), colour: "red" }));
            expect(form.domain.parse(more), path.join(".")).to.deep.equal(read);
            expect(form.wire.safeParse(more).success, path.join(".")).to.equal(false);
          }
        }
      });
    });
  }

  for (const [name, form] of REQUESTS) {
    it(`given a request, ${name}: has every field in both readings, and takes no other`, () => {
      expect(fieldsOf(form.domain)).to.deep.equal(fieldsOf(form.wire));
      for (const sample of samplesOf(form.wire)) {
        expect(form.domain.safeParse(sample).error?.issues ?? [], toJson(sample)).to.deep.equal([]);
        for (const path of pathsOf(sample, form.wire).objects) {
          const more = changed(sample, path, (old) => ({ ...(old as object), colour: "red" }));
          expect(refusedPaths(form, more), path.join(".")).to.include(path.join("."));
        }
        for (const path of pathsOf(sample, form.wire).leaves) {
          const wrong = changed(sample, path, () => ({ not: "a leaf" }));
          expect(refusedPaths(form, wrong), path.join(".")).to.include(path.join("."));
        }
      }
    });
  }
});
