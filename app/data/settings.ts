/** What the user of this browser chose. Kept in localStorage; nothing of it is a secret. */
export type Theme = "system" | "light" | "dark";

export interface Settings {
  readonly theme: Theme;
  /** Of numbers and dates; the browser's own if undefined. */
  readonly locale: string | undefined;
  /** Which wallet was chosen last, by its reverse domain name. */
  readonly wallet: string | undefined;
  /** The user's own node and relay by chain, instead of those of `config.json`. An empty relay means none. */
  readonly rpc: Readonly<Record<number, string>>;
  readonly relay: Readonly<Record<number, string>>;
  /** Sessions that were opened, the last one first: `CHAIN/ADDRESS`. */
  readonly recent: readonly string[];
}

const KEY = "session-contracts/settings";
const MOST_RECENT = 12;
const NONE: Settings = { theme: "system", locale: undefined, wallet: undefined, rpc: {}, relay: {}, recent: [] };

let settings = load();
const listeners = new Set<() => void>();

/** Whatever is stored may have been written by anything on this origin. */
function load(): Settings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return checked(typeof stored === "object" && stored !== null ? { ...stored } : {});
  } catch {
    return NONE; // storage is off, or is not ours
  }
}

function checked(stored: Readonly<Record<string, unknown>>): Settings {
  const { theme, locale, wallet, recent } = stored;
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    locale: localeOf(locale),
    wallet: typeof wallet === "string" ? wallet : undefined,
    rpc: urlsOf(stored["rpc"]),
    relay: urlsOf(stored["relay"]),
    recent: Array.isArray(recent) ? recent.filter((one): one is string => typeof one === "string") : [],
  };
}

function localeOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return new Intl.Locale(value).toString();
  } catch {
    return undefined;
  }
}

function urlsOf(value: unknown): Record<number, string> {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).filter(
    ([chain, url]) => /^\d{1,16}$/.test(chain) && (url === "" || isWebAddress(url)),
  );
  return Object.fromEntries(entries);
}

/** Of a node or a relay. */
export function isWebAddress(value: unknown): value is string {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  return /^https?:$/.test(new URL(value).protocol);
}

export function readSettings(): Settings {
  return settings;
}

export function changeSettings(change: Partial<Settings>): void {
  settings = { ...settings, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Where nothing can be kept it holds until the page is left.
  }
  for (const listener of listeners) listener();
}

export function rememberSession(path: string): void {
  if (settings.recent[0] === path) return;
  changeSettings({ recent: [path, ...settings.recent.filter((one) => one !== path)].slice(0, MOST_RECENT) });
}

export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
