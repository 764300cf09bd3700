import { API_OPERATIONS, API_VERSION } from './api.ts';
import { PROBLEMS } from './api/problem-document.ts';
import { describeConfiguration } from './describe-configuration.ts';
import { buildConfigurationJsonSchema } from './json-schema.ts';
import { buildOpenApi } from './openapi.ts';

/** The text of `config.schema.json`. */
export function configurationSchemaText(): string {
  return `${JSON.stringify(buildConfigurationJsonSchema(), undefined, 2)}\n`;
}

/** The text of `openapi.json`. */
export function openApiText(): string {
  return `${JSON.stringify(buildOpenApi(API_VERSION), undefined, 2)}\n`;
}

/** A README with its generated tables made anew. @throws Error when a place for one is missing. */
export function withTables(readme: string): string {
  const tables = { keys: configurationTable(), operations: operationTable(), problems: problemTable() };
  let text = readme;
  for (const [name, table] of Object.entries(tables)) {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->`);
    text = text.replace(place, (_, before: string, after: string) => `${before}${table}\n${after}`);
  }
  return text;
}

function operationTable(): string {
  const rows = Object.entries(API_OPERATIONS).map(([id, { method, path, role }]) => `| \`${id}\` | ${method} \`${path}\` | ${role} |`);
  return ['| operation | method and path | least role |', '| --- | --- | --- |', ...rows].join('\n');
}

function problemTable(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);
  return ['| code | status | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function configurationTable(): string {
  const rows = describeConfiguration().map((key) => {
    const literal = /^(?:["{[\d]|true$|false$)/.test(key.default);
    const cells = [`\`${key.path}\``, literal ? `\`${key.default}\`` : key.default, key.unit, key.meaning];
    return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  });
  return ['| key | default | unit | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
