/** Addresses of nodes bear keys: in front of the host, in the path, in the query. None of them is ever printed. */

export interface Address {
  /** Where requests go: without user and password, which `fetch` does not take. */
  readonly target: string;
  /** What a request carries in their place. */
  readonly authorization: string | undefined;
  /** As it may be printed. */
  readonly shown: string;
  /** A text in which the node, or the connection, may have said the address. */
  readonly clean: (text: string) => string;
}

const HIDDEN = "…";
/** Shorter pieces are no keys, and could stand in any sentence. */
const LEAST_KEY = 6;

/** @throws TypeError if it is no address */
export function addressOf(text: string): Address {
  const url = new URL(text);
  const keys = new Set<string>();
  const hide = (piece: string): string => {
    keys.add(piece);
    return HIDDEN;
  };
  const { username, password } = url;
  for (const piece of [username, password, decodeURIComponent(username), decodeURIComponent(password)]) keys.add(piece);
  const path = url.pathname.split("/").map((piece) => (isKey(piece) ? hide(piece) : piece));
  const query = [...url.searchParams].map(([name, value]) => `${isKey(name) ? hide(name) : name}=${hide(value)}`);
  const shown = `${url.protocol}//${url.host}${path.join("/")}${query.length === 0 ? "" : `?${query.join("&")}`}`;
  [url.username, url.password, url.hash] = ["", "", ""];
  const secrets = [...keys].filter(({ length }) => length >= LEAST_KEY).sort((a, b) => b.length - a.length);
  return {
    target: url.href,
    authorization: username === "" && password === "" ? undefined : `Basic ${base64(`${username}:${password}`)}`,
    shown: shown.replace(/\/$/, ""),
    clean: (said) => secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), said),
  };
}

/** Words of a path have no digits in them, or are short; versions and chains are. */
function isKey(piece: string): boolean {
  const isLong = piece.length >= 8;
  return isLong && (piece.length >= 20 || /\d/.test(piece) || (/[a-z]/.test(piece) && /[A-Z]/.test(piece)));
}

function base64(credentials: string): string {
  const bytes = new TextEncoder().encode(credentials.split(":").map(decodeURIComponent).join(":"));
  return btoa(String.fromCharCode(...bytes));
}
