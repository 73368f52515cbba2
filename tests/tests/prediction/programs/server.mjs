// A server with Node's `tls`, on the listener that it has as descriptor 3.
//
//     server.mjs CERTIFICATE KEY AUTHORITY
//
// What it does is said in `prediction/server.rs`.
import { readFileSync } from "node:fs";
import readline from "node:readline";
import tls from "node:tls";

const [certificate, key, authority] = process.argv.slice(2);
const asks = authority !== "-";
const server = tls.createServer({
  minVersion: "TLSv1.3",
  cert: readFileSync(certificate),
  key: readFileSync(key),
  requestCert: asks,
  rejectUnauthorized: asks,
  ...(asks && { ca: readFileSync(authority) }),
});

let stream;
let failure = "closed";

const commands = {
  handshake: () =>
    new Promise((resolve) => {
      server.once("tlsClientError", (error) => resolve(String(error)));
      server.once("secureConnection", (secured) => {
        stream = secured;
        stream.pause();
        stream.on("error", (error) => (failure = error));
        resolve("ok");
      });
      server.listen({ fd: 3 });
    }),
  read: () =>
    new Promise((resolve) => {
      let count = 0;
      const ends = (how) => resolve(`${count} ${how}`);
      if (stream.destroyed) return ends(failure);
      stream.on("data", (chunk) => (count += chunk.length));
      stream.on("end", () => ends("end"));
      stream.on("close", () => ends(failure));
      stream.resume();
    }),
  write: (length) =>
    new Promise((resolve) => {
      stream.write(Buffer.alloc(length), (error) => resolve(error ? String(error) : "ok"));
    }),
  duplex: (length) =>
    new Promise((resolve) => {
      let received = 0;
      let waits = 2;
      const done = () => --waits === 0 && resolve("ok");
      stream.on("data", (chunk) => {
        received += chunk.length;
        if (received === length) done();
      });
      stream.on("close", () => resolve(String(failure)));
      stream.resume();
      stream.write(Buffer.alloc(length), done);
    }),
  close: () =>
    new Promise((resolve) => {
      // Where a certificate is rejected, the library has closed.
      if (!stream) return resolve("ok");
      stream.end(() => {
        stream.destroy();
        resolve("ok");
      });
    }),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [command, length] = line.split(" ");
  console.log(await commands[command](Number(length)));
}
process.exit(0);
