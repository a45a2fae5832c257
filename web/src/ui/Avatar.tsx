import { NotebookPen, Users } from "lucide-react";
import type { Person } from "../api/wire";
import { useAvatarUrl } from "../sync/hooks";
import { defaultAvatar } from "./defaultAvatar";

const SIZES = { sm: "size-8 text-xs", md: "size-11 text-sm", lg: "size-20 text-2xl" } as const;

interface Props {
  person: Pick<Person, "id" | "name" | "avatar">;
  size?: keyof typeof SIZES;
}

/** A person's picture. The name stands beside it, so it says nothing to a screen reader. */
export function Avatar({ person, size = "md" }: Props) {
  const url = useAvatarUrl(person);
  const shape = `${SIZES[size]} shrink-0 rounded-[28%] select-none`;
  if (url !== undefined) {
    return <img src={url} alt="" className={`${shape} object-cover`} draggable={false} />;
  }

  const { text, hue } = defaultAvatar(person.id, person.name);
  return (
    <span
      aria-hidden="true"
      className={`${shape} inline-flex items-center justify-center font-medium text-white`}
      style={{ background: `linear-gradient(140deg, hsl(${hue} 42% 42%), hsl(${(hue + 35) % 360} 45% 30%))` }}
    >
      {text}
    </span>
  );
}

/** The picture of a conversation that is not one person. */
export function ConversationIcon({ kind, size = "md" }: { kind: "group" | "notes"; size?: keyof typeof SIZES }) {
  const Icon = kind === "notes" ? NotebookPen : Users;
  return (
    <span
      aria-hidden="true"
      className={`${SIZES[size]} inline-flex shrink-0 items-center justify-center rounded-[28%] bg-soft text-accent`}
    >
      <Icon className="size-1/2" strokeWidth={1.8} />
    </span>
  );
}
