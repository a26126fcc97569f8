/** Sends a catalogue, with its progress; a folder is packed into a ZIP first. */

import { downloadZip } from "client-zip";
import { KEY, Problem } from "../common/api";
import { common as words } from "../common/strings";
import type { Job } from "./jobs.svelte";

/** A file, and where in what was dropped it is. */
export interface Dropped {
  path: string;
  file: File;
}

/** Send one file as it is, several as a ZIP; `tell` gets the share that was sent, 0 to 1. */
export async function sendCatalogue(
  files: Dropped[],
  name: string,
  tell: (share: number) => void,
): Promise<Job> {
  const [first] = files;
  const body =
    first && files.length === 1
      ? first.file
      : await downloadZip(files.map(({ path, file }) => ({ name: path, input: file }))).blob();
  return await post(`/v1/admin/catalogues?name=${encodeURIComponent(name)}`, body, tell);
}

/** Post bytes; by an XMLHttpRequest, for a fetch does not tell how much was sent. */
function post(address: string, body: Blob, tell: (share: number) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    const key = sessionStorage.getItem(KEY);
    if (key) request.setRequestHeader("Authorization", `Bearer ${key}`);
    request.upload.onprogress = (event) => tell(event.loaded / Math.max(1, event.total));
    request.onload = () => {
      const said = request.response ?? {};
      if (request.status === 202) resolve(said);
      else reject(new Problem(request.status, said.code ?? "unknown", said.detail ?? request.statusText));
    };
    request.onerror = () => reject(new Problem(0, "offline", words.offline));
    request.send(body);
  });
}

/** Read what was dropped: files as they are, folders with all that is in them. */
export async function readDropped(items: DataTransferItemList): Promise<Dropped[]> {
  // The list is empty once this returns for the first time, so entries are taken at once.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map(readEntry))).flat();
}

async function readEntry(entry: FileSystemEntry): Promise<Dropped[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Dropped[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!some.length) return found;
    for (const one of some) found.push(...(await readEntry(one)));
  }
}

/** What to call what was dropped. */
export function nameOf(files: Dropped[]): string {
  const [first] = files;
  return files.length === 1 && first ? first.file.name : (first?.path.split("/")[0] ?? "folder");
}
