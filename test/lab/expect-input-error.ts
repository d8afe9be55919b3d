import { expect } from "chai";

import { InputError, type InputErrorCode, type InputErrorDetails } from "../../lab/command/errors.js";

/** Runs what must be refused, and checks the code and, if given, all details. */
export function expectInputError(run: () => unknown, code: InputErrorCode, details?: InputErrorDetails): InputError {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).to.be.instanceOf(InputError);
  const error = thrown as InputError; // as just checked
  expect(error.code).to.equal(code);
  expect(error.retryable).to.equal(false);
  if (details !== undefined) expect(error.details).to.deep.equal(details);
  return error;
}
