import "@fontsource-variable/inter/wght.css";
import "./styles.css";
import { render } from "preact";
import { App } from "./app";
import { followTheme } from "./state/theme";

followTheme();
const root = document.getElementById("app");
if (root) render(<App />, root);
