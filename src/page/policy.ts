/** What a browser lets the page do: its content policy, as an element of the page itself and as a header of whoever serves it. */

/** The only policy of Trusted Types: it lets the page's own workers be started, and nothing else be run. */
export const WORKER_POLICY = "session-worker";

export interface PolicyOptions {
  /** Of style elements that libraries insert, `sha256-…`. */
  readonly styleHashes?: readonly string[];
}

/**
 * Without `frame-ancestors`, which an element cannot say. Where the page asks is for its user to choose: any node and any relay over
 * TLS, and those of this machine.
 */
export function contentPolicy({ styleHashes = [] }: PolicyOptions = {}): string {
  const hashes = styleHashes.map((hash) => ` '${hash}'`).join("");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'self'${hashes}`,
    "img-src 'self' data:",
    "connect-src 'self' https: wss: http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${WORKER_POLICY}`,
  ].join("; ");
}

/** With which the page is served, where headers can be. */
export function pageHeaders(options: PolicyOptions = {}): Readonly<Record<string, string>> {
  return {
    "content-security-policy": `${contentPolicy(options)}; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  };
}
