import { mount } from "./mount";
import { socketAddress, socketTransport } from "./transport/socket";
import "./styles/index.css";

const page = document.getElementById("glassnet-playground");
if (page) mount(page, socketTransport(socketAddress(location)), { usesLink: true });
