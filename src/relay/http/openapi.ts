/** The interface's description: /openapi.json for programs, /docs for people. Made from the forms that check requests, as text. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import * as z from "zod";

import { NODE_ERROR_CODES, NodeError } from "../../node/errors.js";
import { REFUSAL_ADVICE } from "../../protocol/market/refusal.js";
import type { Form } from "../../wire/form.js";
import { streamMessage, streamRequest } from "../../wire/stream.js";
import { RELAY_ERROR_CODES, RelayError } from "../errors.js";
import { answerTo, REFUSED } from "./errors.js";

const DESCRIPTION = [
  "Takes signed packages for one session's order book and brings them to the chain. Amounts are whole numbers as decimal text:",
  "prices in ticks, quantities in lots (+ bid, - offer), money in wei. Books, markets and traders are shown as they are on the chain,",
  "what waits to its traders alone; the history shows what was on the chain, at the block that each answer names.",
  "What is refused has a stable code, and says what to do.",
].join(" ");

/** Before all routes that are to be described. */
export async function registerDescription(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Session relay", version: "1", description: DESCRIPTION },
      tags: [
        { name: "session", description: "What is traded, and what is signed for it" },
        { name: "packages", description: "Signed orders in" },
        { name: "cancellations", description: "Orders on the chain taken out by their traders' signatures" },
        { name: "switches", description: "The same once a trader is silent" },
        { name: "markets", description: "As it is on the chain" },
        { name: "history", description: "As it was, at one block" },
        { name: "stream", description: "As it comes" },
        { name: "relay", description: "The relay itself" },
      ],
    },
    transform: (document) => jsonSchemaTransform({ ...document, schema: asText(document.schema) }),
  });
  await server.register(swaggerUi, { routePrefix: "/docs" });
}

export function registerDocument(server: FastifyInstance): void {
  server.get("/openapi.json", { schema: { hide: true } }, () => documentOf(server));
}

/** What the interface is described as: the routes, and what the routes alone do not say: what goes over the stream, and what each refusal asks for. */
export function documentOf(server: FastifyInstance): object {
  const described = server.swagger() as { components?: { schemas?: object } };
  const ofStream = { StreamRequest: schemaOf(streamRequest), StreamMessage: schemaOf(streamMessage) };
  const schemas = { ...described.components?.schemas, ...ofStream };
  return { ...described, components: { ...described.components, schemas }, "x-error-codes": errorCodes() };
}

function schemaOf({ wire }: Form): object {
  const { $schema, ...schema } = z.toJSONSchema(wire, { io: "input" });
  if ($schema === undefined) throw new Error("unreachable: zod names the dialect, which the document names already");
  return schema;
}

/** Each code with the status that it is answered with, whether the same request may succeed later, and what to do. */
function errorCodes(): object {
  const own = RELAY_ERROR_CODES.map((code) => new RelayError(code));
  const ofNode = NODE_ERROR_CODES.map((code) => new NodeError(code));
  const known = [...own, ...ofNode].map((error) => {
    const { status, body } = answerTo(error);
    return [error.code, { status, retryable: error.retryable, advice: body.error.advice }] as const;
  });
  const ofBook = Object.entries(REFUSAL_ADVICE).map(([code, { retryable, advice }]) => {
    return [code, { status: REFUSED, retryable, advice }] as const;
  });
  return Object.fromEntries([...known, ...ofBook]);
}

/** Bodies, parameters and answers as they go over the wire. */
function asText(schema: FastifySchema): FastifySchema {
  const read = (value: unknown): unknown => (isForm(value) ? value.wire : value);
  const readAll = (values: object): object =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, read(value)]));
  const { response } = schema;
  const answers = typeof response === "object" && response !== null ? { response: readAll(response) } : {};
  return { ...readAll(schema), ...answers };
}

function isForm(value: unknown): value is Form {
  return typeof value === "object" && value !== null && "wire" in value && "domain" in value;
}
