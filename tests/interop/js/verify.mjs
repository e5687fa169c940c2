// Has the verifier of pact-js replay contracts at providers that run.
//
//   node verify.mjs JOBS      JOBS is JSON: [{ "provider", "url", "statesUrl", "file" }, ..]
//
// Prints a line of JSON for each: whether the provider keeps the contract.
import querystring from "node:querystring";
import { Verifier } from "@pact-foundation/pact";

// The proxy of pact-js 16 reads forms, and would pass them on as JSON: give it back what the verifier sent.
const keepForms = (request, _, next) => {
  if (request.is("application/x-www-form-urlencoded")) {
    request.body = Buffer.from(querystring.stringify(request.body));
  }
  next();
};

const [jobs] = process.argv.slice(2);
for (const { provider, url, statesUrl, file } of JSON.parse(jobs)) {
  const verifier = new Verifier({
    provider,
    providerBaseUrl: url,
    pactUrls: [file],
    providerStatesSetupUrl: statesUrl,
    providerStatesSetupTeardown: true,
    requestFilter: keepForms,
    logLevel: "error",
  });
  let verified = true;
  try {
    await verifier.verifyProvider();
  } catch (error) {
    // A verification that fails ends with its report, anything else with a sentence.
    verified = JSON.parse(error.message).result;
  }
  console.log(`\n${JSON.stringify({ file, verified })}`);
}
