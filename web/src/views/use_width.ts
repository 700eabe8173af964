import { useLayoutEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** The inner width of an element, renewed when it changes. */
export function useWidth(element: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const watched = element.current!;
    setWidth(watched.clientWidth);
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return width;
}
