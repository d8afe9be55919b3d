import { expect } from "chai";

import { relayAddress } from "../../../src/client/relay/address.js";

describe("a relay's address", function () {
  it("is where paths and their queries go, whatever ends it", function () {
    for (const text of ["http://relay.example:8700", "http://relay.example:8700/", "http://relay.example:8700//"]) {
      const { at, stream, headers, shown } = relayAddress(text);
      expect(at("/v1/depth?limit=5")).to.equal("http://relay.example:8700/v1/depth?limit=5");
      expect(stream).to.equal("ws://relay.example:8700/v1/stream");
      expect(headers).to.deep.equal({});
      expect(shown.replace(/\/+$/, "")).to.equal("http://relay.example:8700");
    }
  });

  it("may have a path and a key of a gateway in it, which go along and are not shown", function () {
    const { at, stream, shown, clean } = relayAddress("https://gate.example/metals?key=s3cretkey#top");
    expect(at("/v1/session")).to.equal("https://gate.example/metals/v1/session?key=s3cretkey");
    expect(at("/v1/depth?limit=5")).to.equal("https://gate.example/metals/v1/depth?key=s3cretkey&limit=5");
    expect(stream).to.equal("wss://gate.example/metals/v1/stream?key=s3cretkey");
    expect(shown).to.equal("https://gate.example/metals?key=…");
    expect(clean("connect to https://gate.example/?key=s3cretkey failed")).to.not.include("s3cretkey");
  });

  it("has its user and password in a header, where there can be one, and shows neither", function () {
    const { at, headers, shown } = relayAddress("https://alice:p%40ssword@gate.example");
    expect(at("/v1/session")).to.equal("https://gate.example/v1/session");
    expect(headers).to.deep.equal({ authorization: `Basic ${btoa("alice:p@ssword")}` });
    expect(shown).to.equal("https://gate.example");
  });
});
