import { Check, CheckCheck, CircleAlert, Clock3 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { TimelineItem } from "../../sync/types";

/** How far an own message has got. */
export function StatusTick({ item }: { item: TimelineItem }) {
  const { t } = useTranslation();
  const state = item.type === "pending" ? item.state : item.status;
  if (state === undefined) {
    return null;
  }

  const Icon = {
    queued: Clock3,
    sending: Clock3,
    failed: CircleAlert,
    sent: Check,
    delivered: CheckCheck,
    read: CheckCheck,
  }[state];
  return (
    <Icon
      role="img"
      aria-label={t(`chat.${state}`)}
      className={`size-4 shrink-0 ${state === "read" ? "text-accent" : state === "failed" ? "text-danger" : "text-muted"}`}
    />
  );
}
