/** Folder of the script that installs and runs the PBX. */
export const scriptFolder: URL = new URL('..', import.meta.url);
