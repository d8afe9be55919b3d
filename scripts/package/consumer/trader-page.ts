/** What a web page that trades on the chain loads: its size is watched. */
import { ClientError, createTrader, decodeRefusal, openSession, readDepth } from "session-contracts/client";

Object.assign(globalThis, { ClientError, createTrader, decodeRefusal, openSession, readDepth });
