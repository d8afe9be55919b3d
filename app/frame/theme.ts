import { onSettings, readSettings } from "../data/settings.js";

/** Light or dark: as the system says, unless the user has chosen. */
export function applyTheme(): void {
  const apply = (): void => {
    document.documentElement.dataset["theme"] = readSettings().theme;
  };
  apply();
  onSettings(apply);
}
