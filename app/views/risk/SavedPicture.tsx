/** A picture that can be taken home as the file that the command line writes. */
import type { ReactNode } from "react";

import type { Picture as Drawing } from "../../../src/pictures/marks.js";
import { Picture } from "../../ui/Picture.js";
import { saveText } from "../data/save.js";

export function SavedPicture({ file, drawing }: { readonly file: string; readonly drawing: Drawing }): ReactNode {
  return (
    <>
      <Picture drawing={drawing} />
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
