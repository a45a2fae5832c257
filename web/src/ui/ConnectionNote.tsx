import { CloudOff, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "../sync/hooks";

/** A short break is nobody's business. */
const PATIENCE_MS = 1500;

/** What there is to say about the connection: nothing while it holds, or has been gone for only a moment. */
export function useConnectionTrouble(): "connecting" | "offline" | undefined {
  const connection = useConnection();
  const [trouble, setTrouble] = useState<"connecting" | "offline">();
  useEffect(() => {
    if (connection === "online") {
      setTrouble(undefined);
      return undefined;
    }

    const timer = setTimeout(() => setTrouble(connection), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connection]);
  return trouble;
}

/** Says quietly, in a place that is kept free for it, that there is no connection. */
export function ConnectionNote() {
  const { t } = useTranslation();
  const trouble = useConnectionTrouble();
  const Icon = trouble === "offline" ? CloudOff : LoaderCircle;
  return (
    <div role="status" className="text-sm text-muted">
      {trouble !== undefined && (
        <p className="flex items-center gap-1.5" title={t(`connection.${trouble}Hint`)}>
          <Icon
            className={`size-4 shrink-0 ${trouble === "connecting" ? "animate-spin motion-reduce:animate-none" : ""}`}
            aria-hidden="true"
          />
          <span className="truncate">{t(`connection.${trouble}`)}</span>
          <span className="sr-only">{t(`connection.${trouble}Hint`)}</span>
        </p>
      )}
    </div>
  );
}
