/** What requests count as: some take the relay much more work than others. */
import type { FastifyReply, FastifyRequest } from "fastify";

import { refused } from "../../wire/state.js";

/** Counts a request as so many. @throws RelayError RELAY_RATE_LIMITED */
export type Charge = (
  request: Pick<FastifyRequest, "ip">,
  reply: Pick<FastifyReply, "header">,
  requests: number,
) => void;

/** What every route may answer besides. */
export const REFUSALS = { "4xx": refused, "5xx": refused };

/** A page counts as so many requests, and as one more for each of so many rows. */
export const PAGE_COST = 5;
export const ROWS_A_REQUEST = 50;

/** Before a page is made. */
export function chargeRows(charge: Charge) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { limit } = request.query as { readonly limit: number }; // every kind's question has it, and was checked
    charge(request, reply, PAGE_COST + Math.ceil(limit / ROWS_A_REQUEST) - 1);
  };
}
