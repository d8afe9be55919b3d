/** What refusals of datasets are expected to say. */
import { expect } from "chai";

import { DatasetError, type DatasetErrorCode } from "../../../src/dataset/errors.js";

/** Exactly that code, and of its values those that are given. */
export function expectDatasetError(
  act: () => unknown,
  code: DatasetErrorCode,
  values: Readonly<Record<string, unknown>> = {},
): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, "what is thrown").to.be.instanceOf(DatasetError);
  const { code: said, values: given, message } = thrown as DatasetError; // as was just seen
  expect(said, message).to.equal(code);
  expect(given).to.deep.include(values);
}

/** The same of a promise. */
export async function expectDatasetRefusal(
  promise: Promise<unknown>,
  code: DatasetErrorCode,
  values: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expectDatasetError(
    () => {
      throw thrown;
    },
    code,
    values,
  );
}
