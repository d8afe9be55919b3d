/** A picture that can be taken home as the file that the command line writes. */
import type { ReactNode } from "react";

import type { Picture as Drawing } from "../../../src/pictures/marks.js";
import { Picture } from "../../ui/Picture.js";
import { saveText } from "../data/save.js";

/** Pixels from which on it would be too small on a phone. */
const WIDE = 640;

export function SavedPicture({ file, drawing }: { readonly file: string; readonly drawing: Drawing }): ReactNode {
  return (
    <>
      <Picture drawing={drawing} isWide={drawing.width > WIDE} />
      <button
        type="button"
        onClick={() => {
          void import("../../../src/pictures/svg/print.js").then(({ printPicture }) => {
            saveText(file, printPicture(drawing));
          });
        }}
      >
        Save as picture
      </button>
    </>
  );
}
