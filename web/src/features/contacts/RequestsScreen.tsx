import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ContactRequest } from "../../api/wire";
import { client } from "../../sync/client";
import { useRequests } from "../../sync/hooks";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { DetailHeader } from "../../ui/DetailHeader";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorLine } from "../../ui/Field";
import { useAction } from "../../ui/useAction";

/** Requests that came and went, newest first. */
export function RequestsScreen() {
  const { t } = useTranslation();
  const requests = useRequests();
  return (
    <>
      <DetailHeader title={t("contacts.requests")} back="/contacts" />
      {requests.length === 0 ? (
        <EmptyState title={t("contacts.noRequests")} hint={t("contacts.emptyHint")} />
      ) : (
        <ul
          aria-label={t("contacts.requests")}
          className="safe-bottom min-h-0 flex-1 overflow-y-auto px-[max(1rem,calc(50%-21rem))]"
        >
          {requests.map((request) => (
            <RequestRow key={request.id} request={request} />
          ))}
        </ul>
      )}
    </>
  );
}

function RequestRow({ request }: { request: ContactRequest }) {
  const { t } = useTranslation();
  const accept = useAction(useCallback(async () => void (await client.acceptRequest(request.id)), [request.id]));
  const decline = useAction(useCallback(async () => void (await client.declineRequest(request.id)), [request.id]));
  const canAnswer = request.isIncoming && request.state === "pending";
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line py-3 last:border-0">
      <Avatar person={request.person} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{request.person.name}</p>
        <p className="text-sm break-words text-muted">{request.greeting}</p>
      </div>
      {canAnswer ? (
        <div className="flex gap-2 phone:w-full phone:pl-14 phone:[&>button]:flex-1">
          <Button disabled={accept.isBusy} onClick={() => void accept.start()}>
            {t("contacts.accept")}
          </Button>
          <Button look="quiet" disabled={decline.isBusy} onClick={() => void decline.start()}>
            {t("contacts.decline")}
          </Button>
        </div>
      ) : (
        <span className="text-sm text-muted">{t(`contacts.${request.state}`)}</span>
      )}
      <ErrorLine text={accept.error ?? decline.error} />
    </li>
  );
}
