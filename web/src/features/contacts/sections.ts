import type { Contact } from "../../api/wire";

export interface Section {
  initial: string;
  contacts: Contact[];
}

/** Contacts, which come sorted, under their letters. */
export function toSections(contacts: readonly Contact[]): Section[] {
  const sections: Section[] = [];
  for (const contact of contacts) {
    const last = sections.at(-1);
    if (last?.initial === contact.initial) {
      last.contacts.push(contact);
    } else {
      sections.push({ initial: contact.initial, contacts: [contact] });
    }
  }

  return sections;
}

/** Whether a contact answers to what was typed: name, handle, or how the name sounds. */
export function matches(contact: Contact, wanted: string): boolean {
  const text = wanted.trim().toLocaleLowerCase();
  const { name, handle } = contact.person;
  return [name, handle, contact.sortKey].some((field) => field.toLocaleLowerCase().includes(text));
}
