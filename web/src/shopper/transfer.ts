/** What is in a paste or a drop. */

/** The first picture file, if any. */
export function pictureOf(transfer: DataTransfer | null): File | undefined {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/"));
}

/** The address that was pasted, or of the picture that was dragged from another page. */
export function addressOf(transfer: DataTransfer | null): string {
  const text = transfer?.getData("text/uri-list").split("\n")[0] || transfer?.getData("text/plain") || "";
  return isAddress(text) ? text.trim() : "";
}

export function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text.trim());
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
