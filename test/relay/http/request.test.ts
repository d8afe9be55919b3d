import { expect } from "chai";
import * as z from "zod";

import { RelayError } from "../../../src/relay/errors.js";
import { validatorCompiler } from "../../../src/relay/http/request.js";
import { plain } from "../../../src/wire/form.js";

const schema = z.strictObject({
  market: z.strictObject({ root: z.int().min(1) }),
  price: z
    .string()
    .regex(/^\d+$/, "a number as text")
    .transform((text) => BigInt(text)),
});

function checked(value: unknown): { readonly value?: unknown; readonly error?: unknown } {
  const check = validatorCompiler({ schema: plain(schema), method: "GET", url: "/", httpPart: "body" });
  return check(value) as { readonly value?: unknown; readonly error?: unknown };
}

function problemsOf(value: unknown): unknown {
  const { error } = checked(value);
  expect(error).to.be.instanceOf(RelayError);
  const { code, values } = error as RelayError; // just asserted
  expect(code).to.equal("RELAY_REQUEST_INVALID");
  return values["problems"];
}

describe("validatorCompiler", () => {
  it("hands on what fits, as the values that it stands for", () => {
    expect(checked({ market: { root: 1 }, price: "7" })).to.deep.equal({ value: { market: { root: 1 }, price: 7n } });
  });

  it("names the field that is wrong by its path", () => {
    expect(problemsOf({ market: { root: 1 }, price: "seven" })).to.equal("price: a number as text");
    expect(problemsOf({ market: { root: 0 }, price: "7" })).to.match(/^market\.root: /);
  });

  it("names all that are wrong, and what nobody asked for", () => {
    const problems = String(problemsOf({ market: { root: "x" }, price: 7, more: 1 }));
    expect(problems.split("; ").length).to.equal(3);
    expect(problems).to.include("market.root").and.to.include("price").and.to.include("more");
  });

  it("says of what is no request that it is none", () => {
    expect(problemsOf(undefined)).to.match(/^request: /);
    expect(problemsOf([1])).to.match(/^request: /);
  });

  it("names five at most, in few words", () => {
    const many = z.strictObject(Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`field${at}`, z.string()])));
    const check = validatorCompiler({ schema: plain(many), method: "GET", url: "/", httpPart: "body" });
    const { error } = check({}) as { readonly error: RelayError };
    expect(String(error.values["problems"]).split("; ").length).to.equal(5);
    const long = z.strictObject({ [`f${"x".repeat(2_000)}`]: z.string() });
    const verbose = validatorCompiler({ schema: plain(long), method: "GET", url: "/", httpPart: "body" })({});
    expect(String((verbose as { readonly error: RelayError }).error.values["problems"]).length).to.equal(500);
  });
});
