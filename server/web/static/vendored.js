// Written by `make vendor`.
export * from "/static/vendor/ui-a65078952f81.js";
export const SOCKET = "/static/vendor/socket-ddeb4ac2a4ce.js";
