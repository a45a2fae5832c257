import { useTranslation } from "react-i18next";
import { Logo } from "../../ui/Logo";

/** What this is. */
export function About() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-3 py-2 text-center">
      <Logo className="size-16" />
      <p className="text-xl font-semibold tracking-tight">鸿雁 Hongyan</p>
      <p className="text-muted">{t("discover.aboutText")}</p>
    </div>
  );
}
