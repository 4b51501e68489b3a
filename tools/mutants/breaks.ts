/** Small breaks of a source file, from its syntax tree: operators, constants, conditions, booleans, dropped statements. */
import { createHash } from 'node:crypto';
import ts from 'typescript';

export interface Break {
  /** Of the source, from 1. */
  readonly line: number;
  /** The lines it is in, in one, and what becomes of them: its name in lists, which outlives changes elsewhere. */
  readonly was: string;
  readonly becomes: string;
  /** The whole file with it. */
  readonly source: string;
}

const { SyntaxKind } = ts;

/** What stands where an operator stood. */
const OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [SyntaxKind.LessThanToken, '<='],
  [SyntaxKind.LessThanEqualsToken, '<'],
  [SyntaxKind.GreaterThanToken, '>='],
  [SyntaxKind.GreaterThanEqualsToken, '>'],
  [SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [SyntaxKind.PlusToken, '-'],
  [SyntaxKind.MinusToken, '+'],
  [SyntaxKind.AsteriskToken, '/'],
  [SyntaxKind.SlashToken, '*'],
  [SyntaxKind.PercentToken, '*'],
  [SyntaxKind.AmpersandToken, '|'],
  [SyntaxKind.BarToken, '&'],
  [SyntaxKind.CaretToken, '&'],
  [SyntaxKind.LessThanLessThanToken, '>>>'],
  [SyntaxKind.GreaterThanGreaterThanToken, '<<'],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken, '<<'],
  [SyntaxKind.PlusEqualsToken, '-='],
  [SyntaxKind.MinusEqualsToken, '+='],
  [SyntaxKind.AsteriskEqualsToken, '/='],
  [SyntaxKind.SlashEqualsToken, '*='],
]);

/** All of a file, the same ones in the same order for the same file; none in types, imports and what is thrown. */
export function breaksOf(path: string, source: string): Break[] {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: Break[] = [];

  const replace = (node: ts.Node, text: string): void => {
    const start = node.getStart(tree);
    const { end } = node;
    const from = source.lastIndexOf('\n', start - 1) + 1;
    const newline = source.indexOf('\n', end);
    const to = newline < 0 ? source.length : newline;
    const was = inOneLine(source.slice(from, to));
    const becomes = inOneLine(source.slice(from, start) + text + source.slice(end, to));
    if (was === becomes) return;
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    found.push({
      line,
      was,
      becomes: becomes === ';' ? '(dropped)' : becomes,
      source: source.slice(0, start) + text + source.slice(end),
    });
  };

  const condition = (node: ts.Expression): void => {
    replace(node, 'true');
    replace(node, 'false');
  };

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isExpressionStatement(node) && !isSuperCall(node)) replace(node, ';');
    else if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      condition(ts.isIfStatement(node) ? node.expression : node.condition);
    } else if (ts.isWhileStatement(node)) replace(node.expression, 'false');
    else if (ts.isBinaryExpression(node)) {
      const { left, operatorToken, right } = node;
      const { kind } = operatorToken;
      const other = OPERATORS.get(kind);
      if (other !== undefined) replace(operatorToken, other);
      else if (kind === SyntaxKind.AmpersandAmpersandToken || kind === SyntaxKind.BarBarToken) {
        replace(node, left.getText(tree));
        replace(node, right.getText(tree));
      } else if (kind === SyntaxKind.QuestionQuestionToken) replace(node, right.getText(tree));
    } else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === SyntaxKind.ExclamationToken) replace(node, node.operand.getText(tree));
      else if (node.operator === SyntaxKind.MinusToken) replace(node, node.operand.getText(tree));
    } else if (ts.isNumericLiteral(node)) replace(node, otherNumber(node));
    else if (node.kind === SyntaxKind.TrueKeyword) replace(node, 'false');
    else if (node.kind === SyntaxKind.FalseKeyword) replace(node, 'true');
    else if (ts.isPropertyAccessExpression(node) && node.expression.getText(tree) === 'Math') {
      if (node.name.text === 'min') replace(node.name, 'max');
      if (node.name.text === 'max') replace(node.name, 'min');
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** So many of them, chosen by what they are: a change of the file leaves the choice among the others as it was. */
export function sampleOf(breaks: readonly Break[], most: number): Break[] {
  const byChance = breaks.map((one, i) => ({ i, one, by: digestOf(`${one.was}\n${one.becomes}`) }));
  byChance.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
  return byChance
    .slice(0, most)
    .sort((a, b) => a.i - b.i)
    .map(({ one }) => one);
}

/** Off by one where a number counts, off by a factor where it measures. */
function otherNumber(node: ts.NumericLiteral): string {
  const value = Number(node.text);
  if (value === 0 || value === 1) return String(value + 1);
  return String(Number.isInteger(value) ? value * 3 : value / 2);
}

function isSuperCall({ expression }: ts.ExpressionStatement): boolean {
  return ts.isCallExpression(expression) && expression.expression.kind === SyntaxKind.SuperKeyword;
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
