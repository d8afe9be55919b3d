/** The files for operating a relay: what they name is there. No container is started. */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parse } from "yaml";

import { KEY_FILE_ENV, RECEIPT_KEY_ENV, RECEIPT_KEY_FILE_ENV } from "../../src/relay/config/key.js";
import { readConfig } from "../../src/relay/config/config.js";
import { NUMBERS, SETTINGS } from "../../src/relay/config/settings.js";
import { RELAY_ERROR_CODES } from "../../src/relay/errors.js";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const KEYS = [KEY_FILE_ENV, RECEIPT_KEY_ENV, RECEIPT_KEY_FILE_ENV];
const KNOWN = new Set([...SETTINGS.map(({ env }) => env), ...KEYS, "NODE_ENV"]);
const PORT = NUMBERS.port.fallback!;
const DOCKERFILE = read("deploy/Dockerfile");
const NGINX = read("deploy/nginx.conf");
const UPSTREAMS = ["deploy/upstreams.conf", "deploy/upstreams.roles.conf"];
const UNITS = ["session-relay.service", "session-reader@.service"];
const MANIFEST = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
};
const ROUTES = globSync("src/relay/http/*.ts", { cwd: ROOT }).map(read).join("\n");

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
}
const COMPOSE = parse(read("deploy/compose.yaml")) as {
  readonly services: Readonly<Record<"database" | "relay" | "proxy", Service>>;
  readonly networks: { readonly inside: { readonly ipam: { readonly config: readonly { subnet: string }[] } } };
};

const ROLES = parse(read("deploy/compose.roles.yaml")) as {
  readonly services: Readonly<Record<"broker" | "relay" | "reader" | "proxy", Service>>;
};

describe("the image", () => {
  it("runs on the project's Node, not as root, and sets what the relay knows", () => {
    const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(bases)).to.deep.equal(new Set([`node:${MANIFEST.devDependencies["node"]!}-bookworm-slim`]));
    expect(DOCKERFILE).to.match(/^USER node$/m);
    const [, settings = ""] = /^ENV (.*)$/m.exec(DOCKERFILE) ?? [];
    for (const setting of settings.split(" ")) expect(KNOWN, setting).to.include(setting.split("=")[0]);
    expect(settings).to.include(`RELAY_PORT=${PORT}`);
    expect(DOCKERFILE).to.match(new RegExp(`^EXPOSE ${PORT}$`, "m"));
  });

  it("asks a route that there is, and starts a program that the build makes", () => {
    const [, path = ""] = new RegExp(`127\\.0\\.0\\.1:${PORT}(/\\w+)`).exec(DOCKERFILE) ?? [];
    expect(ROUTES).to.include(`"${path}",`);
    const [, program = ""] = /CMD \["node", "dist\/(\S+)\.js"\]$/m.exec(DOCKERFILE) ?? [];
    expect(globSync(`${program}.ts`, { cwd: ROOT })).to.have.length(1);
    for (const [, script] of DOCKERFILE.matchAll(/npm run (\w+)/g)) expect(MANIFEST.scripts).to.have.property(script!);
  });

  it("gets nothing that a build makes itself, and no secret", () => {
    for (const name of ["node_modules", "**/secrets", "**/.env"]) expect(read(".dockerignore")).to.include(name);
  });
});

describe("compose.yaml", () => {
  const { database, relay, proxy } = COMPOSE.services;

  it("sets what the relay knows, and asks for all that has no default", () => {
    const names = Object.keys(relay.environment!);
    for (const name of names) expect(KNOWN, name).to.include(name);
    for (const { env, fallback } of SETTINGS) if (fallback === undefined) expect(names).to.include(env);
    expect(names).to.include(KEY_FILE_ENV);
  });

  it("takes from the environment what the example has", () => {
    const wanted = [...read("deploy/compose.yaml").matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const given = [...read("deploy/relay.env.example").matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(new Set(given)).to.deep.equal(new Set(wanted));
  });

  it("opens the proxy alone, which is in the network whose word the relay takes", () => {
    expect([database.ports, relay.ports]).to.deep.equal([undefined, undefined]);
    expect(proxy.ports).to.deep.equal(["80:80", "443:443"]);
    expect(relay.environment!["RELAY_TRUSTED_PROXIES"]).to.equal(COMPOSE.networks.inside.ipam.config[0]!.subnet);
    expect(database.networks).to.deep.equal(["inside"]);
  });

  it("pins every image to a version", () => {
    for (const { image } of [database, proxy]) expect(image).to.match(/:\d+\.\d+(\.\d+)?-bookworm$/);
  });
});

describe("compose.roles.yaml", () => {
  const { broker, relay, reader } = ROLES.services;
  /** What a service sets, with what the example leaves to whoever runs it. */
  const environmentOf = ({ environment = {} }: Service): Record<string, string | undefined> => ({
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, plainOf(value)])),
    DATABASE_URL: "postgres://session@database/session",
    RELAY_RPC_URL: "http://node",
    RELAY_SESSION: `0x${"ab".repeat(20)}`,
    RELAY_FROM_BLOCK: "0",
    RELAY_ALLOW_ORIGIN: "*",
  });

  it("gives both settings that a relay takes: one of them reads, the other does all else, by one broker", () => {
    const reads = readConfig({}, environmentOf(reader));
    const does = readConfig({}, { ...environmentOf(relay), RELAY_PRIVATE_KEY: `0x${"11".repeat(32)}` });
    expect([[...reads.roles], [...does.roles]]).to.deep.equal([["read"], ["intake", "submit", "index"]]);
    expect(reads.broker).to.equal(does.broker).and.to.equal("redis://broker:6379");
    expect(Object.keys(reader.environment!)).not.to.include(KEY_FILE_ENV);
    expect(reader.environment!["RELAY_TRUSTED_PROXIES"]).to.equal(COMPOSE.networks.inside.ipam.config[0]!.subnet);
  });

  it("opens no port, and keeps the broker inside", () => {
    expect([broker.ports, reader.ports]).to.deep.equal([undefined, undefined]);
    expect(broker.networks).to.deep.equal(["inside"]);
    expect(broker.image).to.match(/:\d+\.\d+(\.\d+)?-bookworm$/);
  });
});

describe("the proxy", () => {
  it("leads to the relay's port, lets streams through, and keeps figures inside", () => {
    for (const file of UPSTREAMS) expect(read(file)).to.include(`server relay:${PORT};`);
    expect(read("deploy/upstreams.roles.conf")).to.include(`server reader:${PORT} `);
    for (const [, path] of NGINX.matchAll(/location = (\S+)/g)) expect(ROUTES, path).to.match(new RegExp(`"${path!}"`));
    expect(NGINX).to.match(/location = \/metrics \{ return 404; \}/);
    expect(NGINX, "a caller's own word is not passed on").to.include("X-Forwarded-For $remote_addr;");
  });

  it("has readers asked for what they answer, of any session, and for nothing else", () => {
    const [, pattern = ""] = /location ~ (\S+) \{\n\s+proxy_pass http:\/\/readers;/.exec(NGINX) ?? [];
    const { paths } = JSON.parse(read("docs/openapi.json")) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags?: readonly string[] }>>>>;
    };
    for (const [path, ways] of Object.entries(paths)) {
      const asked = path
        .replace("{root}", "1")
        .replace("{branch}", "2")
        .replace(/\{\w+\}/g, "0xab");
      const isRead = Object.values(ways).some(({ tags = [] }) => tags.includes("history") || tags.includes("stream"));
      const ofSession = asked.replace("/v1/", `/v1/sessions/0x${"Ab".repeat(20)}/`);
      for (const one of [asked, ofSession]) expect(new RegExp(pattern).test(one), one).to.equal(isRead);
    }
  });

  it("takes bodies as large as the relay does", () => {
    const [, kilobytes] = /client_max_body_size (\d+)k;/.exec(NGINX) ?? [];
    expect(Number(kilobytes) * 1024).to.equal(Number(NUMBERS["body-limit"].fallback));
  });

  it("is a file that nginx takes, where there is one", function () {
    if (!isInstalled("nginx", "-v")) this.skip();
    const folder = mkdtempSync(join(tmpdir(), "session-nginx-"));
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=relay", "-days", "1"];
    const keys = ["-keyout", join(folder, "privkey.pem"), "-out", join(folder, "fullchain.pem")];
    expect(spawnSync("openssl", [...request, ...keys]).status).to.equal(0);
    const text = NGINX.replaceAll("/etc/nginx/tls", folder).replace(
      "/etc/nginx/upstreams.conf",
      join(folder, "up.conf"),
    );
    writeFileSync(join(folder, "nginx.conf"), `pid ${join(folder, "pid")};\nerror_log stderr;\n${text}`);
    const tried = UPSTREAMS.map((file) => {
      writeFileSync(join(folder, "up.conf"), read(file).replace(/server (relay|reader):/g, "server 127.0.0.1:"));
      return spawnSync("nginx", ["-t", "-p", folder, "-c", join(folder, "nginx.conf")], { encoding: "utf8" });
    });
    rmSync(folder, { recursive: true });
    for (const { status, stderr } of tried) expect(status, stderr).to.equal(0);
  });
});

for (const name of UNITS) {
  describe(`the unit ${name}`, () => {
    const unit = read(`deploy/${name}`);

    it("starts the program that the image starts, and sets what the relay knows", () => {
      expect(unit).to.match(/^ExecStart=.*\/opt\/session\/dist\/src\/relay\/main\.js( --role read --port %i)?$/m);
      const [, settings = ""] = /^Environment=(.*)$/m.exec(unit) ?? [];
      for (const setting of settings.split(" ")) expect(KNOWN, setting).to.include(setting.split("=")[0]);
      expect(unit, "bad settings are not tried again").to.match(/^RestartPreventExitStatus=2$/m);
    });

    it("is a file that systemd takes, where there is one", function () {
      if (!isInstalled("systemd-analyze", "--version")) this.skip();
      const file = join(ROOT, "deploy", name);
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
      expect(status, stderr).to.equal(0);
      expect(stderr).not.to.include(`${name}:`);
    });
  });
}

describe("the runbook", () => {
  it("names settings and metrics that there are", () => {
    const text = read("docs/operations.md");
    const known = new Set<string>([...KNOWN, ...RELAY_ERROR_CODES]);
    for (const [, name] of text.matchAll(/`(RELAY_\w+)/g)) expect(known, name).to.include(name);
    const told = read("docs/relay.md"); // whose table is compared with what a relay serves
    for (const [, name] of text.matchAll(/`(relay_[a-z_]+)`/g)) expect(told, name).to.include(`\`${name!}\``);
  });

  it("says of every alert what to do", () => {
    const { groups } = parse(read("deploy/monitoring/alerts.yml")) as {
      readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
    };
    const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const [, chapter = ""] = read("docs/operations.md").split("## Alerts");
    expect([...chapter.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).to.deep.equal(alerts);
  });
});

/** Without what the environment gives. */
function plainOf(value: string): string {
  return value.replace(/\$\{\w+:[^}]*\}/g, "given");
}

function isInstalled(program: string, word: string): boolean {
  return spawnSync(program, [word]).error === undefined;
}
