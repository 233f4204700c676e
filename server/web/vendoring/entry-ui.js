// What the client uses of Preact, htm and signals, as one module.
import { h, render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { signal, computed, effect, batch } from "@preact/signals";
import htm from "htm";

export const html = htm.bind(h);
export { render, useEffect, useLayoutEffect, useRef, useState, signal, computed, effect, batch };
