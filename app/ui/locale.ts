/**
 * What writes numbers and moments in the reader's own way. To make one of them takes a hundred times as long as to use it, and a ladder has
 * hundreds of numbers: each is made once, for as long as the reader's choice stands.
 */
import { readSettings } from "../data/settings.js";

type Make<Options, Format> = (locale: string | undefined, options: Options) => Format;

export const numberFormat = kept<Intl.NumberFormatOptions, Intl.NumberFormat>(
  (locale, options) => new Intl.NumberFormat(locale, options),
);

/** In the zone in which the page was opened. */
export const momentFormat = kept<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(
  (locale, options) => new Intl.DateTimeFormat(locale, options),
);

function kept<Options, Format>(make: Make<Options, Format>): (options: Options) => Format {
  const made = new Map<string, Format>();
  let of: string | undefined;
  return (options) => {
    const { locale } = readSettings();
    if (locale !== of) made.clear();
    of = locale;
    const key = JSON.stringify(options);
    const format = made.get(key) ?? make(locale, options);
    made.set(key, format);
    return format;
  };
}
