/** Where a relay is: gateways in front of it may want a user and password, a path, or a key in the query. None of these is ever printed. */
import { addressOf } from "../../node/secrets.js";
import { relayPath } from "../../wire/locations.js";

export interface RelayAddress {
  /** Of a path with its query. */
  readonly at: (path: string) => string;
  /** Of its streams. No program of a browser can send a header there, so a user and password stand in it. */
  readonly stream: string;
  /** What requests carry in place of a user and password, which `fetch` does not take in an address. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it may be printed. */
  readonly shown: string;
  /** A text in which the connection may have said the address. */
  readonly clean: (text: string) => string;
}

/**
 * @param text a relay's address, or that of one session at it: `https://relay.example/v1/sessions/0x…`
 * @throws TypeError if it is no address
 */
export function relayAddress(text: string): RelayAddress {
  const { target, authorization, shown, clean } = addressOf(text);
  const socket = new URL(below(text, "/v1/stream"));
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  return {
    at: (path) => below(target, path),
    stream: socket.href,
    headers: authorization === undefined ? {} : { authorization },
    shown,
    clean,
  };
}

function below(address: string, path: string): string {
  const url = new URL(address);
  const [name = "", query = ""] = path.split("?");
  url.pathname = relayPath(url.pathname, name);
  url.search = [url.search.slice(1), query].filter((part) => part !== "").join("&");
  url.hash = "";
  return url.href;
}
