import { mount } from "svelte";
import "../common/theme.css";
import Admin from "./Admin.svelte";

mount(Admin, { target: document.getElementById("app") as HTMLElement });
