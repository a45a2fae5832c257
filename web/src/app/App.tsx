import { AuthScreen } from "../features/auth/AuthScreen";
import { useSession } from "../sync/hooks";
import { Logo } from "../ui/Logo";
import { Shell } from "./Shell";

export function App() {
  const session = useSession();
  switch (session.state) {
    case "loading":
      return (
        <main className="flex h-dvh items-center justify-center" aria-busy="true">
          <Logo className="size-16" />
        </main>
      );
    case "signedOut":
      return <AuthScreen reason={session.reason} />;
    case "signedIn":
      return <Shell me={session.me} />;
  }
}
