import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Switch, useLocation } from "wouter";
import type { Me } from "../api/wire";
import { ChatScreen } from "../features/chat/ChatScreen";
import { ChatList } from "../features/chats/ChatList";
import { NoChat } from "../features/chats/NoChat";
import { ContactList } from "../features/contacts/ContactList";
import { NoContact } from "../features/contacts/NoContact";
import { PersonScreen } from "../features/contacts/PersonScreen";
import { RequestsScreen } from "../features/contacts/RequestsScreen";
import { About } from "../features/discover/About";
import { DiscoverScreen } from "../features/discover/DiscoverScreen";
import { MeScreen } from "../features/me/MeScreen";
import { useIsWide } from "../ui/useMediaQuery";
import { Navigation, placeKey } from "./Navigation";
import { UpdateLine } from "./UpdateLine";
import { useFocusMoves } from "./useFocusMoves";
import { useTitleBadge } from "./useTitleBadge";

/** The signed-in client: navigation, a list, and what was chosen from it; on a phone one of them at a time. */
export function Shell({ me }: { me: Me }) {
  const { t } = useTranslation();
  const isWide = useIsWide();
  const [path, navigate] = useLocation();
  useTitleBadge();
  useFocusMoves(path);
  const [, section = "", detail] = path.split("/");
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key === "Escape" &&
        detail !== undefined &&
        !event.defaultPrevented &&
        !event.isComposing &&
        !isFilter(event.target) &&
        !document.querySelector("dialog[open]")
      ) {
        navigate(`/${section}`);
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [section, detail, navigate]);

  const isDetail = detail !== undefined;
  // The one main landmark: what was chosen, or on a phone whichever of the two is shown.
  const List = isWide ? "section" : "main";
  return (
    <div className="flex h-dvh overflow-hidden">
      {isWide && <Navigation me={me} isRail />}
      <div className="flex min-w-0 flex-1 flex-col">
        <UpdateLine />
        <div className="flex min-h-0 flex-1">
          {(isWide || !isDetail) && (
            <List
              aria-label={isWide ? t(placeKey(section)) : undefined}
              className={`flex min-w-0 flex-col bg-surface ${isWide ? "w-80 border-r border-line xl:w-96" : "flex-1"}`}
            >
              <Switch>
                <Route path="/contacts/*?">
                  <ContactList />
                </Route>
                <Route path="/discover/*?">
                  <DiscoverScreen me={me} />
                </Route>
                <Route path="/me/*?">
                  <MeScreen me={me} part="list" />
                </Route>
                <Route path="/chats/*?">
                  <ChatList />
                </Route>
                <Route>
                  <Redirect to="/chats" replace />
                </Route>
              </Switch>
            </List>
          )}
          {(isWide || isDetail) && (
            <main className="flex min-w-0 flex-1 flex-col">
              <Switch>
                <Route path="/chats/:id">{({ id }) => <ChatScreen key={id} id={id} me={me} />}</Route>
                <Route path="/contacts/requests">
                  <RequestsScreen />
                </Route>
                <Route path="/contacts/:id">{({ id }) => <PersonScreen key={id} id={id} />}</Route>
                <Route path="/contacts">
                  <NoContact />
                </Route>
                <Route path="/me/*?">
                  <MeScreen me={me} part="detail" />
                </Route>
                <Route path="/discover/*?">
                  <div className="flex h-full items-center justify-center p-8">
                    <About />
                  </div>
                </Route>
                <Route>
                  <NoChat />
                </Route>
              </Switch>
            </main>
          )}
        </div>
        {!isWide && !isDetail && <Navigation me={me} isRail={false} />}
      </div>
    </div>
  );
}

/** Esc empties a filter first. */
const isFilter = (target: EventTarget | null) =>
  target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
