/** How the wire's forms check requests: what does not fit is refused with the fields that are wrong. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type * as z from "zod";

import type { DomainOf, Form, Served } from "../../wire/form.js";
import { RelayError } from "../errors.js";

/** Requests and answers have the types of their forms. How answers look as text is checked by the tests. */
interface RelayTypes extends FastifyTypeProvider {
  readonly validator: this["schema"] extends Form ? DomainOf<this["schema"]> : unknown;
  readonly serializer: this["schema"] extends Form ? Served<this["schema"]> : unknown;
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

export const validatorCompiler: FastifySchemaCompiler<Form> =
  ({ schema }) =>
  (value) => {
    const parsed = schema.domain.safeParse(value);
    return parsed.success ? { value: parsed.data } : { error: invalid(parsed.error) };
  };

/** RELAY_REQUEST_INVALID naming the first few fields that are wrong. */
export function invalid({ issues }: z.ZodError): RelayError {
  const problems = issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.map(String).join(".") || "request"}: ${message}`);
  return new RelayError("RELAY_REQUEST_INVALID", { problems: problems.join("; ").slice(0, MOST_TEXT) });
}
