import { mount } from "svelte";
import "../common/theme.css";
import Shopper from "./Shopper.svelte";

mount(Shopper, { target: document.getElementById("app") as HTMLElement });
