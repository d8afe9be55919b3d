/**
 * Where things are, as people write it in settings: an address over HTTP, a database. What is not surely one of them is refused, and
 * taken for nothing else. Addresses bear keys and passwords: what is said of one never has any of its text but its scheme.
 */

/** The text as it is to be used, or what is wrong with it: words that go after "it". */
export type Location = { readonly location: string } | { readonly problem: string };

const HTTP = ["http", "https"] as const;
const REDIS = ["redis", "rediss"] as const;
const POSTGRES = ["postgres", "postgresql"] as const;

/** An http or https address. */
export function httpLocation(text: string): Location {
  return slip(text) ?? address(text, HTTP) ?? { problem: "is no address like https://host" };
}

/** A Redis server's address. */
export function brokerLocation(text: string): Location {
  return slip(text) ?? address(text, REDIS) ?? { problem: "is no address like redis://host" };
}

/** A Postgres server's address, or the folder of an embedded database. */
export function databaseLocation(text: string): Location {
  return slip(text) ?? keywords(text) ?? address(text, POSTGRES) ?? { location: text };
}

/** What people do not mean, whatever they name. */
function slip(text: string): Location | undefined {
  if (text === "") return { problem: "is empty" };
  if (text.trim() !== text) return { problem: "has a blank at its start or end" };
  if (/^["'`“‘]|["'`”’]$/.test(text)) return { problem: "has quotes around it: leave them out" };
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return { problem: "has a line break or another control character in it" };
  return undefined;
}

/** The other form that Postgres's own programs take. */
function keywords(text: string): Location | undefined {
  if (!/(^|\s)(host|hostaddr|port|dbname|user|password|service)\s*=/i.test(text)) return undefined;
  return { problem: "is a list of keywords: write postgres://user:password@host:port/database" };
}

/** @returns undefined if it has no scheme. A single letter in front of a colon is a drive. */
function address(text: string, schemes: readonly string[]): Location | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1];
  if (scheme === undefined) return undefined;
  const wanted = schemes.map((one) => `${one}://`).join(" or ");
  if (!schemes.includes(scheme)) return { problem: `begins with ${scheme}:, not with ${wanted}` };
  if (!text.startsWith(`${scheme}://`)) return { problem: `has no // after ${scheme}:` };
  if (/\s/.test(text)) return { problem: "has a blank in it" };
  if (!URL.canParse(text) || !isDecodable(text)) {
    return {
      problem:
        "cannot be read: its port is at most 65535, and odd characters of user and password are written as %23 for #, %2F for /, %40 for @",
    };
  }
  return { location: text };
}

function isDecodable(text: string): boolean {
  try {
    const { username, password, pathname } = new URL(text);
    [username, password, pathname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

/** A relay that serves many sessions, named with one of them. */
const OF_SESSION = /\/v1\/sessions\/0x[0-9a-fA-F]{40}$/;

/**
 * Where a path of a relay's interface is.
 * @param relay its address or the path of that; or those of one session at it: `/v1/sessions/0x…`
 * @param path as the interface's description has it, `/v1/link` or `/health`
 */
export function relayPath(relay: string, path: string): string {
  const base = relay.replace(/\/+$/, "");
  return OF_SESSION.test(base) ? `${base}${path.replace(/^\/v1(?=\/)/, "")}` : `${base}${path}`;
}
