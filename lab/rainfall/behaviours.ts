import type { Random } from "../../stage/rng.js";
import { arbitrageur, climatologist, follower, hedger } from "./composers.js";
import type { Decision } from "./deals.js";
import { marketMaker, noise } from "./quoters.js";
import type { View } from "./view.js";

/** A way to trade: a function of what is seen and of chance. */
export type Behaviour = (view: View, random: Random) => Decision;

export const BEHAVIOURS = { marketMaker, hedger, climatologist, follower, arbitrageur, noise } as const;
export type BehaviourName = keyof typeof BEHAVIOURS;

/** In this order traders are cast, again and again: two traders are a market. */
export const CAST = ["marketMaker", "hedger", "climatologist", "follower", "arbitrageur", "noise"] as const;
