import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startLanguage } from "./i18n/i18n";
import { client } from "./sync/client";
import "./ui/theme.css";
import { startTheme } from "./ui/theme";

startTheme();
startLanguage();
client.start();

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
