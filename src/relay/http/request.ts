/** How zod schemas check requests: what does not fit is refused with the fields that are wrong. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { z } from "zod";

import { RelayError } from "../errors.js";

/** Requests have the types of their schemas. Answers are checked by the tests: their schemas say how they look as JSON. */
interface RelayTypes extends FastifyTypeProvider {
  readonly validator: this["schema"] extends z.ZodType ? z.output<this["schema"]> : unknown;
  readonly serializer: unknown;
}

export type RelayServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  RelayTypes
>;

const MOST_PROBLEMS = 5;
const MOST_TEXT = 500;

export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? { value: parsed.data } : { error: invalid(parsed.error) };
  };

/** RELAY_REQUEST_INVALID naming the first few fields that are wrong. */
export function invalid({ issues }: z.ZodError): RelayError {
  const problems = issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.map(String).join(".") || "request"}: ${message}`);
  return new RelayError("RELAY_REQUEST_INVALID", { problems: problems.join("; ").slice(0, MOST_TEXT) });
}
