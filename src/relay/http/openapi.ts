/** The interface's description: /openapi.json for programs, /docs for people. Made from the forms that check requests, as text. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";

import type { Form } from "../../wire/form.js";

const DESCRIPTION = [
  "Takes signed packages for one session's order book and brings them to the chain. Amounts are whole numbers as decimal text:",
  "prices in ticks, quantities in lots (+ bid, - offer), money in wei. Books, markets and traders are shown as they will be when",
  "everything that waits has landed; the history shows what is on the chain, at the block that each answer names.",
  "What is refused has a stable code, and says what to do.",
].join(" ");

/** Before all routes that are to be described. */
export async function registerDescription(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Session relay", version: "1", description: DESCRIPTION },
      tags: [
        { name: "packages", description: "Signed orders in" },
        { name: "cancellations", description: "Orders on the chain taken out by their traders' signatures" },
        { name: "switches", description: "The same once a trader is silent" },
        { name: "markets", description: "As it will be when everything that waits has landed" },
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
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
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
