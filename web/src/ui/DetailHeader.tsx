import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { IconButton } from "./Button";
import { ConnectionNote } from "./ConnectionNote";
import { useIsWide } from "./useMediaQuery";

/** The head of what was chosen from a list; on a phone with the way back. */
export function DetailHeader({ title, back }: { title: string; back: string }) {
  const { t } = useTranslation();
  const isWide = useIsWide();
  const [, navigate] = useLocation();
  return (
    <header className="safe-top border-b border-line bg-surface">
      <div className="flex h-16 items-center gap-1 px-4 phone:px-1">
        {!isWide && (
          <IconButton label={t("common.back")} onClick={() => navigate(back)}>
            <ArrowLeft className="size-5" />
          </IconButton>
        )}
        <h1 tabIndex={-1} className="min-w-0 flex-1 truncate text-base font-semibold outline-none">
          {title}
        </h1>
        {!isWide && (
          <div className="max-w-[45%] pr-3">
            <ConnectionNote />
          </div>
        )}
      </div>
    </header>
  );
}
