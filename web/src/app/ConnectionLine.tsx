import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "../sync/hooks";

/** A short break is nobody's business. */
const PATIENCE_MS = 1500;

/** Says quietly that there is no connection, once that has lasted a moment. */
export function ConnectionLine() {
  const { t } = useTranslation();
  const connection = useConnection();
  const [shown, setShown] = useState<"connecting" | "offline">();
  useEffect(() => {
    if (connection === "online") {
      setShown(undefined);
      return undefined;
    }

    const timer = setTimeout(() => setShown(connection), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div role="status">
      {shown !== undefined && (
        <p className="bg-soft px-4 py-1 text-center text-xs text-ink">{t(`connection.${shown}`)}</p>
      )}
    </div>
  );
}
