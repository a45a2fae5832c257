import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonDetails } from "../../api/wire";
import { client } from "../../sync/client";
import { useContacts } from "../../sync/hooks";
import { DetailHeader } from "../../ui/DetailHeader";
import { EmptyState } from "../../ui/EmptyState";
import { useAction } from "../../ui/useAction";
import { PersonCard } from "./PersonCard";

/** A person's card. A contact's is there at once, offline too. */
export function PersonScreen({ id }: { id: string }) {
  const { t } = useTranslation();
  const contact = useContacts().find((candidate) => candidate.person.id === id);
  const [fetched, setFetched] = useState<PersonDetails>();
  const load = useAction(useCallback(async () => setFetched(await client.getPerson(id)), [id]));
  const { start } = load;
  useEffect(() => void start(), [start]);
  const known: PersonDetails | undefined = contact && {
    person: contact.person,
    region: contact.region,
    signature: contact.signature,
    relation: "contact",
  };
  const details = known ?? fetched;
  return (
    <>
      <DetailHeader title={details?.person.name ?? t("contacts.title")} back="/contacts" />
      <div className="safe-bottom flex-1 overflow-y-auto">
        <div className="p-6 phone:p-4">
          {details !== undefined ? (
            <div className="mx-auto max-w-md rounded-2xl border border-line bg-surface p-6">
              <PersonCard key={details.relation} details={details} onChange={setFetched} />
            </div>
          ) : (
            load.error !== undefined && <EmptyState title={load.error} />
          )}
        </div>
      </div>
    </>
  );
}
