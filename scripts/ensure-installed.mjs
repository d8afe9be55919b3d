// Installs what is missing before a command runs, so that the first command on a fresh clone just works.
// Plain JavaScript for Node 18 and later, without dependencies: it has to run before anything is installed.
//
// Dependencies are installed *by* the Node version the project pins, because npm silently leaves out optional native
// packages whose engine range excludes the Node that runs it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const MIN_NODE_MAJOR = 22;

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const npmRecord = join(modules, ".package-lock.json"); // npm rewrites it at the end of every install
const stamp = join(modules, ".session-install.json");

/** What the installed tree depends on: the lock file, the direct dependencies, and the platform. */
function fingerprint() {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  hash.update(JSON.stringify([manifest.dependencies, manifest.devDependencies, manifest.overrides]));
  return `${hash.digest("hex")} ${process.platform}-${process.arch}`;
}

/** True if this script made the last install, for this very lock file. An install by hand is redone, once. */
function isInstalled(wanted) {
  if (!existsSync(stamp) || !existsSync(npmRecord)) return false;
  return readFileSync(stamp, "utf8") === wanted && statSync(stamp).mtimeMs >= statSync(npmRecord).mtimeMs;
}

/** The caller's environment without what npm tells its scripts, and without this project's own Node in the path. */
function cleanEnvironment() {
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^npm_(lifecycle|package)_|^npm_(command|execpath|node_execpath)$|^npm_config_(call|package|json)$/i.test(name))
      continue;
    env[name] = value;
  }
  const key = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const own = modules + sep;
  env[key] = (env[key] ?? "")
    .split(delimiter)
    .filter((entry) => !(entry + sep).startsWith(own))
    .join(delimiter);
  return env;
}

/** Everything a child prints goes to stderr: stdout belongs to the command that the user asked for. */
function run(command, args, env) {
  const shell = process.platform === "win32"; // npm and npx are .cmd files there
  const quoted = shell ? args.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg)) : args;
  return spawnSync(command, quoted, { cwd: root, env, shell, stdio: ["ignore", 2, 2] });
}

function install() {
  const env = cleanEnvironment();
  const node = spawnSync("node", ["--version"], { cwd: root, env, encoding: "utf8" }).stdout ?? "";
  const major = Number(/^v(\d+)\./.exec(node)?.[1] ?? 0);
  // Not `npm ci`: the lock may lack optional packages of other platforms, which `npm install` tolerates.
  const flags = ["--no-save", "--no-audit", "--no-fund", "--include=dev", "--include=optional", "--loglevel=error"];
  if (major >= MIN_NODE_MAJOR) return run("npm", ["install", ...flags], env);
  const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;
  return run("npx", ["--loglevel=error", "-y", "-p", `node@${pinned}`, "-c", `npm install ${flags.join(" ")}`], env);
}

/** @returns the exit status: 0 if everything is there now */
export function ensureInstalled() {
  if (isInstalled(fingerprint())) return 0;
  process.stderr.write("Installing dependencies (first run, or package-lock.json changed) ...\n");
  const result = install();
  if (result.error !== undefined || result.status !== 0) {
    process.stderr.write(
      `Installing dependencies failed: ${result.error?.message ?? `exit status ${result.status}`}\n`,
    );
    return 1;
  }
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, fingerprint());
  return 0;
}
