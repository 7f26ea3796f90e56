// Checks a file against the schema of the OpenAPI Initiative: node validate.mjs FILE. Ends with 1 and the errors if it does not fit.
import { readFile } from "node:fs/promises";
import { Validator } from "@seriousme/openapi-schema-validator";

const result = await new Validator().validate(JSON.parse(await readFile(process.argv[2], "utf8")));
if (!result.valid) {
  console.log(JSON.stringify(result.errors, null, 2));
  process.exit(1);
}
