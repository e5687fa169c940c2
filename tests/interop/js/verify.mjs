// Has the verifier of pact-js replay contracts at providers that run.
//
//   node verify.mjs JOBS      JOBS is JSON: [{ "options": { .. }, "messages": false }, ..]
//
// `options` are those of the verifier. Prints a line of JSON for each job: whether the provider keeps its contracts.
import querystring from "node:querystring";
import { Verifier } from "@pact-foundation/pact";
import core from "@pact-foundation/pact-core";

// The proxy of pact-js 16 reads forms, and would pass them on as JSON: give it back what the verifier sent.
const keepForms = (request, _, next) => {
  if (request.is("application/x-www-form-urlencoded")) {
    request.body = Buffer.from(querystring.stringify(request.body));
  }
  next();
};

const [jobs] = process.argv.slice(2);
for (const { options, messages } of JSON.parse(jobs)) {
  const settings = { ...options, providerStatesSetupTeardown: true, logLevel: "error" };
  let verified = true;
  try {
    // Messages come from a provider in another language, which only the lower half of pact-js knows how to ask.
    await (messages ? core.verifyPacts(settings) : new Verifier({ ...settings, requestFilter: keepForms }).verifyProvider());
  } catch (error) {
    // A verification that fails ends with its report, anything else with a sentence.
    verified = JSON.parse(error.message).result;
  }
  console.log(`\n${JSON.stringify({ verified })}`);
}
