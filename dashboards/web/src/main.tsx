import "@fontsource-variable/inter/wght.css";
import "./styles.css";
import { render } from "preact";
import { App } from "./app";
import { applyTheme } from "./state/theme";

applyTheme();
const root = document.getElementById("app");
if (root) render(<App />, root);
