import { expect } from "chai";

import { brokerLocation, databaseLocation, httpLocation, type Location } from "../../src/wire/locations.js";

const SECRET = "S3cr3tPassw0rd";

const problem = (read: Location): string | undefined => ("problem" in read ? read.problem : undefined);

describe("httpLocation", () => {
  for (const good of [
    "http://127.0.0.1:8545",
    "https://node.example/v3/0123456789abcdef",
    "https://user:p%40ss@node.example/",
    "http://[::1]:8545",
    "https://node.example/?key=a%20b",
    "https://knöten.example",
  ]) {
    it(`takes ${good} as it is`, () => {
      expect(httpLocation(good)).to.deep.equal({ location: good });
    });
  }

  for (const [bad, why] of [
    ["", /empty/],
    [" http://x", /blank at its start/],
    ["http://x\n", /blank at its start or end/],
    ['"http://x"', /quotes/],
    ["'http://x'", /quotes/],
    ["http://x y", /blank in it/],
    ["http://x\u0000y", /control/],
    ["HTTP://x", /begins with HTTP:/],
    ["ws://x", /begins with ws:/],
    ["ftp://x", /begins with ftp:/],
    ["http:/x", /no \/\/ after/],
    ["http:x", /no \/\/ after/],
    ["https://", /cannot be read/],
    ["https://user:100%@x", /cannot be read/],
    ["localhost:8545", /begins with localhost:/],
    ["node.example", /no address/],
    ["http://x:99999", /cannot be read/],
  ] as const) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      expect(problem(httpLocation(bad))).to.match(why);
    });
  }
});

describe("databaseLocation", () => {
  for (const good of [
    "relay-data",
    "./relay data",
    "/var/lib/relay",
    "C:\\relay",
    "C:/relay",
    "postgres://relay@localhost/relay",
    "postgresql://relay:p%23ss@db:5432/relay?sslmode=require",
    "postgres:///relay?host=/var/run/postgresql",
    "postgres://[::1]/relay",
  ]) {
    it(`takes ${good} as it is`, () => {
      expect(databaseLocation(good)).to.deep.equal({ location: good });
    });
  }

  for (const [bad, why] of [
    [`"postgres://u:${SECRET}@h/d"`, /quotes/],
    [`postgres://u:${SECRET}@h/d"`, /quotes/],
    [` postgres://u:${SECRET}@h/d`, /blank at its start/],
    [`postgres://u:${SECRET}@h/d `, /blank at its start or end/],
    [`POSTGRES://u:${SECRET}@h/d`, /begins with POSTGRES:/],
    [`Postgres://u:${SECRET}@h/d`, /begins with Postgres:/],
    [`postgresql+psycopg2://u:${SECRET}@h/d`, /begins with postgresql\+psycopg2:/],
    [`postgres:/u:${SECRET}@h/d`, /no \/\/ after/],
    [`mysql://u:${SECRET}@h/d`, /begins with mysql:/],
    [`jdbc:postgresql://h/d?password=${SECRET}`, /begins with jdbc:/],
    [`file:///data/${SECRET}`, /begins with file:/],
    [`host=h user=u password=${SECRET} dbname=d`, /keywords/],
    [`postgres://u:${SECRET}#1@h/d`, /cannot be read/],
    [`postgres://u:${SECRET}/1@h/d`, /cannot be read/],
    [`postgres://u:${SECRET}%@h/d`, /cannot be read/],
    [`postgres://u:${SECRET} x@h/d`, /blank in it/],
    ["", /empty/],
  ] as const) {
    it(`refuses ${JSON.stringify(bad)}, and tells none of its secrets`, () => {
      const said = problem(databaseLocation(bad));
      expect(said).to.match(why);
      expect(said).not.to.include(SECRET);
    });
  }
});

describe("brokerLocation", () => {
  for (const good of ["redis://127.0.0.1:6379", "rediss://u:p%23ss@broker:6380/2", "redis://[::1]"]) {
    it(`takes ${good} as it is`, () => {
      expect(brokerLocation(good)).to.deep.equal({ location: good });
    });
  }

  for (const [bad, why] of [
    [`"redis://u:${SECRET}@h"`, /quotes/],
    [` redis://u:${SECRET}@h`, /blank at its start/],
    [`redis://u:${SECRET}@h\r`, /blank at its start or end/],
    [`REDIS://u:${SECRET}@h`, /begins with REDIS:/],
    [`redis:u:${SECRET}@h`, /no \/\/ after/],
    [`redis://u:${SECRET}#1@h`, /cannot be read/],
    [`redis://u:${SECRET}%@h`, /cannot be read/],
    [`http://u:${SECRET}@h`, /begins with http:/],
    [`u:${SECRET}@h`, /begins with u:|no address/],
    ["", /empty/],
  ] as const) {
    it(`refuses ${JSON.stringify(bad)}, and tells none of its secrets`, () => {
      const said = problem(brokerLocation(bad));
      expect(said).to.match(why);
      expect(said).not.to.include(SECRET);
    });
  }
});
