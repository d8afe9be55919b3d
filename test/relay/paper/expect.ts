import { expect } from "chai";

import { ProtocolError } from "../../../src/protocol/amounts/errors.js";

/** Has it refused with that code, and with just these values. */
export async function expectRefused(
  action: Promise<unknown>,
  code: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, `${code} was expected`).to.be.instanceOf(ProtocolError);
  expect(error).to.include({ code });
  expect((error as { readonly values?: unknown }).values).to.deep.equal(values);
}
