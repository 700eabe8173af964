/** Save a file as the browser does with downloads. */
export function download(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  // The download has begun when the browser is idle again, but a large file may take a while.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
