import { X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button";
import { ErrorLine } from "./Field";

interface Props {
  title: string;
  onClose: () => void;
  /** Where the focus goes afterwards, when what had it before will be gone by then. */
  opener?: RefObject<HTMLElement | null> | undefined;
  children: ReactNode;
}

/** A window above everything else. The browser's own: it keeps the focus inside, and Esc closes it. */
export function Dialog({ title, onClose, opener, children }: Props) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      element?.close();
      const target = opener?.current ?? before;
      if (target instanceof HTMLElement) {
        target.focus();
      }
    };
  }, [opener]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        // The dialog itself is what is hit beside its content: the backdrop.
        if (event.target === event.currentTarget) {
          onClose();
        }
      }}
      className="max-h-[85dvh] w-[min(28rem,calc(100vw-2rem))] overflow-y-auto rounded-2xl border border-line bg-surface p-0 text-ink shadow-2xl"
    >
      <div className="sticky top-0 z-10 flex items-center justify-between border-b border-line bg-surface py-2 pr-2 pl-5">
        <h2 id={id} className="truncate text-base font-semibold">
          {title}
        </h2>
        <IconButton label={t("common.close")} onClick={onClose}>
          <X className="size-5" />
        </IconButton>
      </div>
      <div className="p-5">{children}</div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  isBusy: boolean;
  error: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, text, action, isBusy, error, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="text-muted">{text}</p>
      <div className="mt-3">
        <ErrorLine text={error} />
      </div>
      <div className="mt-5 flex justify-end gap-2">
        <Button look="quiet" data-autofocus onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" disabled={isBusy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
