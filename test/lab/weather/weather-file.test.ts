import { expect } from "chai";

import { parseDay } from "../../../lab/weather/days.js";
import { loadRain, parseRain } from "../../../lab/weather/weather-file.js";
import { expectInputError } from "../expect-input-error.js";

const FILE = "weather.csv";

describe("weather file", () => {
  it("reads the file that comes with the project: four years of days, in tenths of a millimetre", () => {
    const { file, rain } = loadRain(undefined);
    expect(file).to.equal("vega-datasets/data/seattle-weather.csv");
    expect(rain.size).to.equal(1461);
    expect(rain.get(parseDay("2012-01-02")!)).to.equal(109n);
    const total = [...rain.values()].reduce((sum, ticks) => sum + ticks, 0n);
    expect(total).to.equal(44_260n); // 4 426.0 mm, as a sum over the file says
  });

  it("takes columns in any order, and others beside them", () => {
    const { rain } = parseRain('wind,Precipitation,"date"\n1,0.4,2015-11-01\n2,10,2015-11-02', FILE);
    expect([...rain.values()]).to.deep.equal([4n, 100n]);
  });

  it("refuses a file without days, or without the columns", () => {
    expectInputError(() => parseRain("date,precipitation\n", FILE), "WEATHER_EMPTY");
    const { message } = expectInputError(() => parseRain("day,rain\n1,1", FILE), "WEATHER_HEADER");
    expect(message).to.include("no column date, precipitation").and.to.include("weather.csv:1");
  });

  const broken = ["2015-11-31,1", "2015-11-01,-1", "2015-11-01,0.05", "2015-11-01,1e1", "2015-11-01,", "2015-11-01"];
  for (const line of broken) {
    it(`refuses the line "${line}" by its number`, () => {
      const { details } = expectInputError(
        () => parseRain(`date,precipitation\n2015-10-01,1\n${line}`, FILE),
        "WEATHER_LINE_BROKEN",
      );
      expect(details.line).to.equal(3);
    });
  }

  it("refuses a number that stands for no measurement, and takes the wettest day there was", () => {
    const read = (rain: string) =>
      parseRain(`date,precipitation\n2015-11-01,${rain}`, FILE).rain.get(parseDay("2015-11-01")!);
    expect(read("1825.0")).to.equal(18_250n);
    for (const rain of ["9999.9", "9999", "2000.1"]) {
      const { message } = expectInputError(() => read(rain), "WEATHER_LINE_BROKEN");
      expect(message).to.include(`weather.csv:2`).and.to.include(rain);
      expect(message).to.include("nobody measured");
    }
  });

  it("refuses a day that comes twice, and names the line", () => {
    expectInputError(() => parseRain("date,precipitation\n2015-11-01,1\n2015-11-01,1", FILE), "WEATHER_DAY_REPEATED", {
      file: FILE,
      line: 3,
      value: "2015-11-01",
    });
  });

  it("names a file that cannot be read", () => {
    expectInputError(() => loadRain("/no/such/file.csv"), "WEATHER_UNREADABLE");
  });
});
