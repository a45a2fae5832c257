export type Theme = "system" | "light" | "dark";

const KEY = "hongyan.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function currentTheme(): Theme {
  const chosen = localStorage.getItem(KEY);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

function apply(): void {
  const theme = currentTheme();
  document.documentElement.dataset.theme = theme === "dark" || (theme === "system" && dark.matches) ? "dark" : "light";
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  apply();
}

export function startTheme(): void {
  apply();
  dark.addEventListener("change", apply);
}
