/** The interface's description: /openapi.json for programs, /docs for people. Made from the schemas that check requests. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";

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
        { name: "markets", description: "As it will be when everything that waits has landed" },
        { name: "history", description: "As it was, at one block" },
        { name: "stream", description: "As it comes" },
        { name: "relay", description: "The relay itself" },
      ],
    },
    transform: jsonSchemaTransform,
  });
  await server.register(swaggerUi, { routePrefix: "/docs" });
}

export function registerDocument(server: FastifyInstance): void {
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
}
