/** Dead man's switches: cancellations that a relay keeps, and brings once their traders are not heard of any more. */
import * as z from "zod";

import { answer, described, type DomainOf, maybe, plain, request } from "./form.js";
import { chainRefusal, namingHash } from "./packages.js";
import { cancellationWith } from "./trades-cancellation.js";
import { count, hash, oneOf, text } from "./values.js";

/** It waits for heartbeats; it has fired, and what has become of its cancellation is asked by the same name; its trader took it back. */
export const SWITCH_STATUSES = ["armed", "fired", "disarmed"] as const;
export type SwitchStatus = (typeof SWITCH_STATUSES)[number];

export const [LEAST_INTERVAL_MS, MOST_INTERVAL_MS] = [1_000, 86_400_000] as const;

export const switchBody = cancellationWith({
  intervalMs: described(
    plain(z.int().min(LEAST_INTERVAL_MS).max(MOST_INTERVAL_MS)),
    "how long it may be quiet before the switch fires",
  ),
});
export const switchParams = plain(z.strictObject({ hash: namingHash }));
/** Whoever has it may keep the switch from firing, and take it back. */
export const tokenBody = request({ token: plain(z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits")) });

const state = {
  hash: described(hash, "names the switch, and its cancellation once it has fired"),
  status: oneOf(SWITCH_STATUSES),
  remainingMs: maybe(described(count, "until it fires, unless a heartbeat comes")),
  refusal: maybe(
    described(chainRefusal, "why the chain would not take its cancellation as things stand: arm another one"),
  ),
};
export const armed = answer({
  ...state,
  token: described(text, "for heartbeats, and to take it back; told this once"),
});
export type RelayArmedSwitch = DomainOf<typeof armed>;
export const switchState = answer(state);
export type RelaySwitch = DomainOf<typeof switchState>;
