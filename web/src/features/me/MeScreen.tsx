import { ChevronRight, KeyRound, LogOut, MonitorSmartphone, Settings, UserRound } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useParams } from "wouter";
import type { Me } from "../../api/wire";
import { client } from "../../sync/client";
import { Avatar } from "../../ui/Avatar";
import { DetailHeader } from "../../ui/DetailHeader";
import { ConfirmDialog } from "../../ui/Dialog";
import { ListHeader } from "../../ui/ListHeader";
import { useAction } from "../../ui/useAction";
import { useIsWide } from "../../ui/useMediaQuery";
import { Devices } from "./Devices";
import { PasswordForm } from "./PasswordForm";
import { ProfileForm } from "./ProfileForm";
import { SettingsForm } from "./SettingsForm";

const PLACES = [
  { id: "profile", icon: UserRound },
  { id: "devices", icon: MonitorSmartphone },
  { id: "password", icon: KeyRound },
  { id: "settings", icon: Settings },
] as const;

/** Oneself: the list of places, or one of them. */
export function MeScreen({ me, part }: { me: Me; part: "list" | "detail" }) {
  const chosen = useParams()["*"];
  // Beside the list something is always shown.
  const isWide = useIsWide();
  return part === "list" ? (
    <PlaceList me={me} chosen={chosen || (isWide ? "profile" : undefined)} />
  ) : (
    <Place me={me} chosen={chosen} />
  );
}

function PlaceList({ me, chosen }: { me: Me; chosen: string | undefined }) {
  const { t } = useTranslation();
  const [isLeaving, setLeaving] = useState(false);
  const [, navigate] = useLocation();
  const leave = useAction(
    useCallback(async () => {
      await client.signOut();
      // Whoever signs in next begins at the beginning.
      navigate("/chats");
    }, [navigate]),
  );
  return (
    <>
      <ListHeader title={t("me.title")} />
      <div className="mx-4 mb-4 flex items-center gap-4 rounded-2xl bg-paper p-4">
        <Avatar person={me} size="lg" />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold">{me.name}</p>
          <p className="truncate text-sm text-muted">@{me.handle}</p>
          {me.signature !== "" && <p className="truncate text-sm text-muted">{me.signature}</p>}
        </div>
      </div>
      <ul className="px-2">
        {PLACES.map(({ id, icon: Icon }) => (
          <li key={id}>
            <Link
              href={`/me/${id}`}
              data-row={id}
              aria-current={chosen === id ? "true" : undefined}
              className={`flex min-h-12 items-center gap-3 rounded-xl px-3 ${chosen === id ? "bg-soft" : "hover:bg-sunken"}`}
            >
              <Icon className="size-5 text-accent" strokeWidth={1.8} aria-hidden="true" />
              <span className="flex-1">{t(`me.${id}`)}</span>
              <ChevronRight className="size-4 text-muted" aria-hidden="true" />
            </Link>
          </li>
        ))}
        <li>
          <button
            type="button"
            onClick={() => setLeaving(true)}
            className="flex min-h-12 w-full items-center gap-3 rounded-xl px-3 text-left text-danger hover:bg-sunken"
          >
            <LogOut className="size-5" strokeWidth={1.8} aria-hidden="true" />
            {t("me.signOut")}
          </button>
        </li>
      </ul>
      {isLeaving && (
        <ConfirmDialog
          title={t("me.signOutTitle")}
          text={t("me.signOutHint")}
          action={t("me.signOut")}
          isBusy={leave.isBusy}
          error={leave.error}
          onConfirm={() => void leave.start()}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}

function Place({ me, chosen }: { me: Me; chosen: string | undefined }) {
  const { t } = useTranslation();
  const place = PLACES.find(({ id }) => id === chosen)?.id ?? "profile";
  return (
    <>
      <DetailHeader title={t(`me.${place}`)} back="/me" />
      <div className="safe-bottom flex-1 overflow-y-auto">
        <div className="p-6 phone:p-4">
          <div className="mx-auto max-w-md rounded-2xl border border-line bg-surface p-6 phone:p-5">
            {place === "profile" && <ProfileForm me={me} />}
            {place === "devices" && <Devices />}
            {place === "password" && <PasswordForm />}
            {place === "settings" && <SettingsForm />}
          </div>
        </div>
      </div>
    </>
  );
}
