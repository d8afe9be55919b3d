import { expect } from "chai";

import { actOf, type Pressed } from "../../../app/views/trade/keys.js";

const press = (key: string, more: Partial<Pressed> = {}): Pressed => {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more };
};
const KEYS = ["b", "s", "l", "z", "ArrowUp", "ArrowDown", "m", "x", "1", "9", "Enter", "j", "k", "c", "C", "a", "?"];

describe("keys of the trading view", function () {
  it("do something each, and nothing while text is typed or with a modifier of the browser's", function () {
    for (const key of KEYS) {
      expect(actOf(press(key), false), key).not.to.equal(undefined);
      expect(actOf(press(key), true), key).to.equal(undefined);
      for (const name of ["ctrlKey", "metaKey", "altKey"] as const) {
        expect(actOf(press(key, { [name]: true }), false), key).to.equal(undefined);
      }
    }
  });

  it("step by one tick, with Shift by ten", function () {
    expect(actOf(press("ArrowDown"), false)).to.deep.equal({ kind: "step", ticks: -1n });
    expect(actOf(press("ArrowUp", { shiftKey: true }), false)).to.deep.equal({ kind: "step", ticks: 10n });
  });

  it("are those that are told of", function () {
    for (const key of ["q", "0", "Tab", "Escape", " "]) expect(actOf(press(key), false), key).to.equal(undefined);
  });
});
