import { NotebookPen, Users } from "lucide-react";
import type { ConversationId, Person } from "../api/wire";
import { useAvatarUrl } from "../sync/hooks";
import { defaultAvatar, hueOf } from "./defaultAvatar";

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
      style={{ background: shades(hue) }}
    >
      {text}
    </span>
  );
}

/** Two shades that white text stands out from, whatever the hue. */
const shades = (hue: number) => `linear-gradient(140deg, hsl(${hue} 42% 42%), hsl(${(hue + 35) % 360} 45% 30%))`;

interface IconProps {
  id: ConversationId;
  kind: "group" | "notes";
  size?: keyof typeof SIZES;
}

/** The picture of a conversation that is not one person: a group has a colour of its own. */
export function ConversationIcon({ id, kind, size = "md" }: IconProps) {
  const Icon = kind === "notes" ? NotebookPen : Users;
  return (
    <span
      aria-hidden="true"
      className={`${SIZES[size]} inline-flex shrink-0 items-center justify-center rounded-[28%] ${
        kind === "notes" ? "bg-accent text-on-accent" : "text-white"
      }`}
      style={kind === "notes" ? undefined : { background: shades(hueOf(id)) }}
    >
      <Icon className="size-1/2" strokeWidth={1.8} />
    </span>
  );
}
