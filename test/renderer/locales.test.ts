import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const LOCALES = ['en', 'de'] as const;
const NAMESPACES = ['common', 'fetch', 'problems', 'settings', 'store', 'transfers'] as const;
type Texts = ReadonlyMap<string, string>;

function source(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Texts of a catalogue by their keys, `a.b.c`. */
function catalogue(locale: string, namespace: string): Texts {
  return new Map(flattened('', JSON.parse(source(`renderer/locales/${locale}/${namespace}.json`))));
}

function flattened(prefix: string, value: unknown): [string, string][] {
  if (typeof value === 'string') return [[prefix, value]];
  return Object.entries(value as object).flatMap(([key, inner]) =>
    flattened(prefix === '' ? key : `${prefix}.${key}`, inner),
  );
}

function placeholders(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();
}

describe.each(NAMESPACES)('the catalogue %s', (namespace) => {
  const [en, de] = LOCALES.map((locale) => catalogue(locale, namespace));

  test('has the same keys in both languages', () => {
    expect([...de.keys()].sort()).toEqual([...en.keys()].sort());
  });

  test('has no empty text, and none with space around it', () => {
    for (const texts of [en, de]) {
      for (const [key, text] of texts) expect(text, key).toMatch(/^\S(.*\S)?$/su);
    }
  });

  test('fills in the same figures and names in both languages', () => {
    for (const [key, text] of en) expect(placeholders(de.get(key) ?? ''), key).toEqual(placeholders(text));
  });

  test('has every plural of both languages', () => {
    for (const texts of [en, de]) {
      for (const key of texts.keys()) {
        const [, base] = /^(.*)_(?:one|other)$/.exec(key) ?? [];
        if (base === undefined) continue;
        expect(texts.has(`${base}_one`) && texts.has(`${base}_other`), base).toBe(true);
      }
    }
  });
});

test('every failure has a title and says what to do', () => {
  const codes = union('core/failure.ts', 'FailureCode');
  expect(codes).toContain('no-space');
  expect(keysBelow('code')).toEqual(
    codes.flatMap((code) => [`code.${code}.next`, `code.${code}.title`]).sort(),
  );
});

test('every reason for the state of a server has its words', () => {
  const reasons = union('core/api.ts', 'ServerReason');
  expect(reasons).toContain('false-droplets');
  expect(keysBelow('reason')).toEqual(reasons.map((reason) => `reason.${reason}`).sort());
});

function keysBelow(part: string): readonly string[] {
  return [...catalogue('en', 'problems').keys()].filter((key) => key.startsWith(`${part}.`)).sort();
}

/** The texts that a union type is made of. */
function union(path: string, name: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeAliasDeclaration(node) && node.name.text === name && ts.isUnionTypeNode(node.type))
      for (const member of node.type.types)
        if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal))
          texts.push(member.literal.text);
    ts.forEachChild(node, visit);
  };
  visit(parsed(path, source(path)));
  return texts;
}

describe('words in components', () => {
  /** Attributes that are read or read out. */
  const SPOKEN =
    /^(?:alt|label|placeholder|title|hint|aria-(?:label|description|placeholder|roledescription|valuetext))$/;
  const LETTER = /\p{L}/u;

  /** Texts in JSX that do not come from the catalogue. */
  function literals(path: string, text: string): readonly string[] {
    const found: string[] = [];
    const file = parsed(path, text);
    const visit = (node: ts.Node): void => {
      if (isSpoken(node)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        found.push(`${path}:${line + 1} ${node.getText(file).trim()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  }

  function isSpoken(node: ts.Node): boolean {
    if (ts.isJsxText(node)) return LETTER.test(node.text);
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node))
      return LETTER.test(written(node)) && isShown(node);
    return false;
  }

  function written(
    node: ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression,
  ): string {
    if (!ts.isTemplateExpression(node)) return node.text;
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('');
  }

  /** Whether what a literal stands in, through conditions, is a child of an element or an attribute that is read. */
  function isShown(node: ts.Node): boolean {
    const { parent } = node;
    if (ts.isJsxAttribute(parent)) return SPOKEN.test(parent.name.getText());
    if (ts.isJsxExpression(parent)) return !ts.isJsxAttribute(parent.parent) || isShown(parent);
    const passes =
      ts.isParenthesizedExpression(parent) ||
      (ts.isConditionalExpression(parent) && parent.condition !== node) ||
      (ts.isBinaryExpression(parent) &&
        parent.right === node &&
        parent.operatorToken.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken &&
        parent.operatorToken.kind !== ts.SyntaxKind.ExclamationEqualsEqualsToken);
    return passes && isShown(parent);
  }

  test('come from the catalogue', () => {
    const files = globSync('renderer/**/*.tsx', { cwd: ROOT });
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap((path) => literals(path, source(path)))).toEqual([]);
  });

  test('are found where they do not', () => {
    const component = `
      <p title="Hello" className="fine">
        Words {'more words'} {ready ? \`\${n} files\` : t('fine')} {kind === 'fine' ? t('a') : null}
        <img alt="" /> · {name}
      </p>`;
    expect(literals('x.tsx', component).map((each) => each.replace(/^\S+ /, ''))).toEqual([
      '"Hello"',
      'Words',
      "'more words'",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template.
      '`${n} files`',
    ]);
  });
});

function parsed(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}
