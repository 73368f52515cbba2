// Node's `tls` as either end of a connection.
//
//     peer.mjs client PORT AUTHORITY CERTIFICATE KEY [GROUP]
//     peer.mjs server AUTHORITY CERTIFICATE KEY [GROUP]
//
// What it does is said in `interop_peers/program.rs`.
import { readFileSync } from "node:fs";
import net from "node:net";
import readline from "node:readline";
import tls from "node:tls";

const [role, ...rest] = process.argv.slice(2);
const port = role === "client" ? Number(rest.shift()) : 0;
const [authority, certificate, key, group] = rest;
const options = {
  minVersion: "TLSv1.3",
  ca: readFileSync(authority),
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ALPNProtocols: ["http/1.1"],
  allowHalfOpen: true,
  ...(group && { ecdhCurve: group }),
};

let session;

/** Works on one connection until its end. */
function talk(work, plain, secured) {
  return new Promise((resolve) => {
    const showed = Object.keys(secured.getPeerCertificate()).length > 0;
    const told = showed ? "ok certificate" : "ok";
    const late = [];
    secured.on("error", (error) => resolve(String(error)));
    secured.on("data", (chunk) => {
      if (work === "cut") {
        plain.destroy();
        resolve(told);
      } else if (work === "late") {
        late.push(chunk);
      } else if (!secured.write(chunk)) {
        secured.pause();
        secured.once("drain", () => secured.resume());
      }
    });
    secured.on("end", () => {
      secured.end(Buffer.concat(late), () => resolve(told));
    });
  });
}

function connect() {
  return new Promise((resolve, reject) => {
    const plain = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const secured = tls.connect({ ...options, socket: plain, servername: "localhost", session });
    secured.on("session", (ticket) => (session = ticket));
    secured.on("error", reject);
    secured.on("secureConnect", () => resolve([plain, secured]));
  });
}

const waiting = [];
const arrived = [];

/** A connection that has come, or will. */
function accept() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    hand();
  });
}

function hand() {
  while (waiting.length > 0 && arrived.length > 0) {
    waiting.shift()(arrived.shift());
  }
}

if (role === "server") {
  const plains = [];
  const server = tls.createServer({ ...options, requestCert: true, rejectUnauthorized: false });
  server.on("secureConnection", (secured) => {
    arrived.push([plains.shift(), secured]);
    hand();
  });
  server.on("tlsClientError", (error) => console.error(error));
  const listener = net.createServer({ allowHalfOpen: true }, (plain) => {
    plains.push(plain);
    server.emit("connection", plain);
  });
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  console.log(listener.address().port);
}

for await (const work of readline.createInterface({ input: process.stdin })) {
  try {
    const [plain, secured] = await (role === "client" ? connect() : accept());
    console.log(await talk(work, plain, secured));
  } catch (error) {
    console.log(String(error));
  }
}
process.exit(0);
