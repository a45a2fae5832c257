import { useTranslation } from "react-i18next";
import { ApiError } from "../api/apiError";

/** The text for people of what went wrong, from its code. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    const code = error instanceof ApiError ? error.code : typeof error === "string" ? error : "unknown";
    return i18n.exists(`error.${code}`) ? t(`error.${code}`) : t("error.unknown");
  };
}
