/** Lines over time; the part that draws them is loaded when there are some. */
import { type ReactNode, Suspense } from "react";

import { later } from "../../frame/later.js";
import type { SeriesData } from "../../ui/series-data.js";
import { Waiting } from "../../ui/State.js";

const Series = later(() => import("../../ui/Series.js"));

/** Points of a picture, the newest ones; files have all. */
export const MOST_POINTS = 1_000;

export function Drawn({ title, data }: { readonly title: string; readonly data: SeriesData }): ReactNode {
  return (
    <Suspense fallback={<Waiting what="the picture" />}>
      <Series title={title} data={data} />
    </Suspense>
  );
}
