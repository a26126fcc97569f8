import { mount } from "svelte";
import "../common/theme.css";
import CatalogueMap from "./CatalogueMap.svelte";

mount(CatalogueMap, { target: document.getElementById("app") as HTMLElement });
