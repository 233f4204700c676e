// A picture in a text. Until it is there, and where it cannot come, its description stands in its place.
import { html, useEffect, useState } from "../vendored.js";
import { fetched } from "./files.js";

export function Picture({ src, alt, width, height }) {
  const [address, setAddress] = useState(null);
  useEffect(() => {
    let made = null;
    let here = true;
    fetched(src).then((one) => (here ? setAddress((made = one)) : URL.revokeObjectURL(one)), () => {});
    return () => {
      here = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [src]);
  return address
    ? html`<img src=${address} alt=${alt ?? ""} width=${width} height=${height} />`
    : alt && html`<span class="small picture">${alt}</span>`;
}
