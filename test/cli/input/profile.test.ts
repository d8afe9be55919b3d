import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { getAddress } from "ethers";

import {
  currentProfile,
  type Profile,
  profileFile,
  readProfiles,
  saveProfile,
  writeProfiles,
} from "../../../src/cli/input/profile.js";
import { expectCliError } from "../support.js";

const GRAINS: Profile = {
  rpc: "https://rpc.example/v3/0123456789abcdef",
  chainId: 8453,
  session: getAddress("0x00000000000000000000000000000000000000a1"),
  factory: getAddress("0x00000000000000000000000000000000000000f1"),
  fromBlock: 17,
};
const METALS: Profile = { ...GRAINS, relay: "https://relay.example", makerFactory: GRAINS.session };

describe("profiles", function () {
  let folder: string;
  let file: string;
  let world: { readonly env: { readonly SESSION_PROFILE_FILE: string }; readonly cwd: string };
  beforeEach(function () {
    folder = mkdtempSync(join(tmpdir(), "session-profile-"));
    file = join(folder, "deep", "profiles.json");
    world = { env: { SESSION_PROFILE_FILE: file }, cwd: folder };
  });
  afterEach(function () {
    rmSync(folder, { recursive: true });
  });

  it("lie where the environment says, else in the user's configuration folder, else nowhere", function () {
    const at = (env: Record<string, string>): string | undefined => profileFile({ env, cwd: "/here" });
    expect(at({ SESSION_PROFILE_FILE: "own.json", XDG_CONFIG_HOME: "/x", HOME: "/h" })).to.equal("/here/own.json");
    expect(at({ XDG_CONFIG_HOME: "/x", HOME: "/h" })).to.equal("/x/session-contracts/profiles.json");
    expect(at({ SESSION_PROFILE_FILE: "", XDG_CONFIG_HOME: "", HOME: "/h" })).to.equal(
      "/h/.config/session-contracts/profiles.json",
    );
    expect(at({})).to.equal(undefined);
  });

  it("are none where there is no file, or no place for one", function () {
    expect(readProfiles(world)).to.deep.equal({ profiles: {} });
    expect(currentProfile({ env: {}, cwd: folder })).to.equal(undefined);
    expectCliError(() => saveProfile({ env: {}, cwd: folder }, "metals", METALS), "SETTINGS_INVALID");
  });

  it("are found again as they were written; the last one is in use", function () {
    saveProfile(world, "metals", METALS);
    expect(saveProfile(world, "grains", GRAINS)).to.equal(file);
    expect(readProfiles(world)).to.deep.equal({ current: "grains", profiles: { metals: METALS, grains: GRAINS } });
    expect(currentProfile(world)).to.deep.equal(GRAINS);
    writeProfiles(world, { current: "gone", profiles: { metals: METALS } });
    expect(currentProfile(world)).to.equal(undefined);
  });

  it("are for their owner's eyes, also where the file was open to others before", function () {
    saveProfile(world, "metals", METALS);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(join(folder, "deep")).mode & 0o777).to.equal(0o700);
    writeFileSync(`${file}.${process.pid}`, "left by somebody", { mode: 0o644 });
    saveProfile(world, "metals", METALS);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readdirSync(join(folder, "deep"))).to.deep.equal(["profiles.json"]);
  });

  it("are refused with every place that is wrong, and what a node's address says is not repeated", function () {
    saveProfile(world, "metals", METALS);
    writeFileSync(file, readFileSync(file, "utf8").replace("8453", '"8453"').replace(METALS.session, "0x12"));
    const { problems } = expectCliError(() => readProfiles(world), "FILE_INVALID", { file }).values;
    expect(problems).to.have.length(2);
    expect(String(problems))
      .to.contain("profiles.metals.chainId")
      .and.to.contain("profiles.metals.session: is no address");
    expect(String(problems)).to.not.contain("0123456789abcdef");
    writeFileSync(file, "{");
    expectCliError(() => readProfiles(world), "FILE_INVALID", { file });
    writeFileSync(file, JSON.stringify({ profiles: { metals: { ...METALS, privateKey: "0x1" } } }));
    expectCliError(() => readProfiles(world), "FILE_INVALID", { file });
  });

  it("cannot be kept where no file can be", function () {
    const blocked = { env: { SESSION_PROFILE_FILE: join(folder, "file", "profiles.json") }, cwd: folder };
    writeFileSync(join(folder, "file"), "");
    expectCliError(() => readProfiles(blocked), "FILE_UNREADABLE");
    expectCliError(() => writeProfiles(blocked, { profiles: {} }), "FILE_UNWRITABLE");
  });
});
