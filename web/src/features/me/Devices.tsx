import { Bot, Monitor, Smartphone, Tablet, Terminal } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionInfo } from "../../api/wire";
import { currentLanguage } from "../../i18n/i18n";
import { client } from "../../sync/client";
import { Button } from "../../ui/Button";
import { ErrorLine } from "../../ui/Field";
import { fullTime } from "../../ui/time";
import { useAction } from "../../ui/useAction";

const ICONS = { web: Monitor, phone: Smartphone, tablet: Tablet, terminal: Terminal, bot: Bot };

/** The devices one is signed in on. */
export function Devices() {
  const { t } = useTranslation();
  const [sessions, setSessions] = useState<SessionInfo[]>();
  const load = useAction(useCallback(async () => setSessions(await client.listSessions()), []));
  const revoke = useAction(
    useCallback(async (id: string) => {
      await client.revokeSession(id);
      setSessions((all) => all?.filter((session) => session.id !== id));
    }, []),
  );
  const { start } = load;
  useEffect(() => void start(), [start]);
  return (
    <>
      <ErrorLine text={load.error ?? revoke.error} />
      <ul aria-label={t("me.devices")} aria-busy={sessions === undefined}>
        {sessions?.map((session) => {
          const Icon = ICONS[session.device.kind];
          return (
            <li
              key={session.id}
              className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line py-3 last:border-0"
            >
              <Icon className="size-6 text-accent" strokeWidth={1.6} aria-hidden="true" />
              <div className="min-w-56 flex-1">
                <p className="truncate font-medium">{session.device.name}</p>
                <p className={`text-xs ${session.isCurrent ? "font-medium text-accent" : "text-muted"}`}>
                  {session.isCurrent
                    ? t("me.thisDevice")
                    : t("me.activeAt", { time: fullTime(session.lastActiveAt, currentLanguage()) })}
                </p>
                <p className="text-xs text-muted">
                  {t("me.signedInAt", { time: fullTime(session.signedInAt, currentLanguage()) })}
                </p>
              </div>
              {!session.isCurrent && (
                <Button
                  look="danger"
                  className="ml-9 phone:w-full"
                  disabled={revoke.isBusy}
                  onClick={() => void revoke.start(session.id)}
                >
                  {t("me.revoke")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
